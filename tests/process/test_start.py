"""How prong starts, and how it refuses to."""

import os
import shutil
import signal
import socket
import subprocess
import time

import pytest

from harness import IS_ROOT, free_port, wait_until
from harness.prong import program


def call(*args, **more):
    return subprocess.run([program(), *args], capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, timeout=20, check=False,
                          **more)


@pytest.fixture
def idle(serve):
    """A prefix with its configuration, and nobody who serves it."""
    return serve(start=False)


def left_in(folder):
    return sorted(os.listdir(folder))


# --- what is said of itself ------------------------------------------------

def test_says_its_version():
    done = call("-v")
    assert done.returncode == 0
    assert done.stdout == ""
    assert done.stderr.startswith("prong version: prong/")
    assert done.stderr.count("\n") == 1


def test_says_how_it_was_built():
    done = call("-V")
    lines = done.stderr.splitlines()
    assert done.returncode == 0
    assert lines[0].startswith("prong version: prong/")
    assert "nginx version: nginx/1.31.5 (configuration grammar)" in lines
    arguments = [line for line in lines
                 if line.startswith("configure arguments:")]
    assert len(arguments) == 1
    assert "--without-http_proxy_module" in arguments[0]


@pytest.mark.parametrize("option", ["-h", "-?"])
def test_helps(option):
    done = call(option)
    assert done.returncode == 0
    assert "usage: prong" in done.stderr
    for word in ["prefix", "pid ", "access log", "user "]:
        assert word in done.stderr


@pytest.mark.parametrize("args, says", [
    (["-x"], 'invalid option: "-x"'),
    (["-c"], 'option "-c" requires an argument'),
    (["serve"], 'invalid option: "serve"'),
    (["-s", "relaod"], 'invalid option: "-s relaod", did you mean "reload"?'),
    (["-s", "workers"], 'invalid option: "-s workers"'),
])
def test_refuses_wrong_arguments(args, says):
    done = call(*args)
    assert done.returncode == 1
    assert f"prong: [emerg] {says}" in done.stderr


# --- -t --------------------------------------------------------------------

def test_tests_a_configuration(idle):
    idle.write_conf(http="hidden_files not_found;")
    done = idle.run("-t")
    assert done.returncode == 0
    assert done.stderr.splitlines() == [
        f"prong: the configuration file {idle.conf} syntax is ok",
        f"prong: configuration file {idle.conf} test is successful"]
    assert left_in(idle.prefix / "run") == []
    assert left_in(idle.prefix / "logs") == []


def test_quiet_says_only_what_is_wrong(idle):
    idle.write_conf(http="hidden_files not_found;")
    done = idle.run("-t", "-q")
    assert (done.returncode, done.stderr, done.stdout) == (0, "", "")
    idle.write_conf(main="usr www;")
    done = idle.run("-t", "-q")
    assert done.returncode == 1
    assert 'unknown directive "usr"' in done.stderr


def test_prints_every_file(idle):
    extra = idle.write("conf/extra.conf", "# an extra file\n")
    idle.write_conf(http="include extra.conf;")
    done = idle.run("-T")
    assert done.returncode == 0
    assert f"# configuration file {idle.conf}:" in done.stdout
    assert f"# configuration file {extra}:\n# an extra file" in done.stdout


@pytest.mark.parametrize("parts, says", [
    ({"main": "wrker_processes 2;"}, 'unknown directive "wrker_processes"'),
    ({"main": "error_log none/such/e.log;"}, "none/such/e.log"),
    ({"main": "user no-such-user-at-all;"}, "no-such-user-at-all"),
    ({"server": "listen 203.0.113.77:{port};"}, "203.0.113.77"),
    ({"server": "root;"}, 'invalid number of arguments in "root" directive'),
])
def test_a_wrong_configuration_is_found_by_t_and_by_a_start(idle, parts, says):
    parts = {name: text.replace("{port}", str(free_port()))
             for name, text in parts.items()}
    idle.write_conf(**parts)
    if "user" in parts.get("main", "") and not IS_ROOT:
        pytest.skip("only root becomes another user")
    tested = idle.run("-t")
    started = idle.run("-g", "daemon off;")
    for done in [tested, started]:
        assert done.returncode == 1
        assert "prong: [emerg] " in done.stderr
        assert says in done.stderr
    assert f"configuration file {idle.conf} test failed" in tested.stderr
    assert left_in(idle.prefix / "run") == []


WRITES = ("openat,creat,bind,chown,fchown,lchown,fchownat,mkdir,mkdirat,"
          "mknod,mknodat,unlink,unlinkat,rename,renameat,renameat2,symlink,"
          "symlinkat,link,linkat,chmod,fchmod,fchmodat,truncate,ftruncate,"
          "mq_open,fcntl")


def unprivileged():
    if IS_ROOT:
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)


@pytest.mark.skipif(not shutil.which("strace"), reason="no strace")
def test_t_changes_nothing(idle):
    """As an unprivileged user it works, and creates, binds, locks, chowns
    nothing."""
    trace = idle.prefix / "trace"
    trace.touch(mode=0o666)
    trace.chmod(0o666)
    done = subprocess.run(
        ["strace", "-f", "-o", str(trace), "-e", f"trace={WRITES}",
         *idle.command("-t")], capture_output=True, text=True, timeout=30,
        check=False, preexec_fn=unprivileged)
    if "ptrace" in done.stderr and done.returncode != 0:
        pytest.skip("strace may not trace here")
    text = trace.read_text(encoding="utf-8")
    assert "openat" in text
    for line in text.splitlines():
        call_name = line.split("(")[0].split()[-1]
        if call_name == "openat":
            assert "O_CREAT" not in line and "O_TRUNC" not in line, line
            assert "O_WRONLY" not in line and "O_RDWR" not in line, line
        elif call_name == "fcntl":
            assert "SETLK" not in line, line
        elif call_name == "bind":
            # The resolver asks the kernel for the interfaces.
            assert "AF_NETLINK" in line, line
        else:
            assert "exited with" in line or "SIG" in line, line
    assert left_in(idle.prefix / "run") == []
    assert left_in(idle.prefix / "logs") == []


# --- one instance ----------------------------------------------------------

def test_a_second_start_is_refused(serve):
    prong = serve()
    second = prong.run("-g", "daemon off;")
    assert second.returncode == 1
    assert (f"prong is running already: process {prong.pid} holds"
            in second.stderr)
    assert prong.get("/").status in (403, 404)
    assert prong.pid_file() == prong.pid


def test_the_lock_decides_and_not_the_text(serve):
    prong = serve()
    (prong.prefix / "run/prong.pid").write_text("999999\n")
    assert prong.run("-g", "daemon off;").returncode == 1


def test_refuses_the_pid_file_of_another_process(idle):
    sleeper = subprocess.Popen(["sleep", "60"])
    try:
        path = idle.write("run/prong.pid", f"{sleeper.pid}\n")
        done = idle.run("-g", "daemon off;")
        assert done.returncode == 1
        assert (f'"{path}" belongs to process {sleeper.pid} (sleep): give '
                'prong its own, for example -g "pid /run/prong.pid;"'
                ) in done.stderr
        assert path.read_text() == f"{sleeper.pid}\n"
    finally:
        sleeper.kill()
        sleeper.wait()
    idle.start()  # its process is gone: stale


def test_a_pid_file_older_than_its_process_is_stale(idle):
    sleeper = subprocess.Popen(["sleep", "60"])
    try:
        path = idle.write("run/prong.pid", f"{sleeper.pid}\n")
        os.utime(path, (time.time() - 3600, time.time() - 3600))
        idle.start()
        assert idle.pid_file() == idle.pid
    finally:
        sleeper.kill()
        sleeper.wait()


def test_a_pid_file_of_who_waits_to_be_reaped_is_stale(idle):
    dead = subprocess.Popen(["true"])
    try:
        os.waitid(os.P_PID, dead.pid, os.WEXITED | os.WNOWAIT)
        idle.write("run/prong.pid", f"{dead.pid}\n")
        idle.start()
        assert idle.pid_file() == idle.pid
    finally:
        dead.wait()


def test_does_not_overwrite_what_is_no_pid_file(idle):
    path = idle.write("run/prong.pid", "precious\n")
    done = idle.run("-g", "daemon off;")
    assert done.returncode == 1
    assert "is no pid file" in done.stderr
    assert path.read_text() == "precious\n"


def test_a_clean_stop_leaves_nothing(serve):
    prong = serve()
    assert sorted(left_in(prong.prefix / "run")) == [
        "prong.ctl", "prong.lock", "prong.pid", "prong.stats"]
    assert prong.objects
    assert prong.stop() == 0
    assert left_in(prong.prefix / "run") == []
    assert not any(os.path.exists(path) for path in prong.objects)


# --- ports -----------------------------------------------------------------

def test_a_busy_port_is_refused_at_once_and_the_holder_named(idle):
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind(("127.0.0.1", idle.port))
        holder.listen(1)
        begun = time.monotonic()
        done = idle.run("-g", "daemon off;")
        assert time.monotonic() - begun < 5
    assert done.returncode == 1
    assert (f"bind() to 127.0.0.1:{idle.port} failed (98: Address already in "
            "use)") in done.stderr
    assert f"(pid {os.getpid()})" in done.stderr
    assert left_in(idle.prefix / "run") == []
    assert "Address already in use" in idle.error_log


# --- directories -----------------------------------------------------------

def test_makes_the_directories_of_default_paths(idle):
    conf = """
        events {}
        http {
            server { listen 127.0.0.1:{port}; root www; }
        }
    """
    idle.write_conf(conf)
    shutil.rmtree(idle.prefix / "run")
    shutil.rmtree(idle.prefix / "logs")
    idle.start()
    assert left_in(idle.prefix / "run") == [
        "prong.ctl", "prong.lock", "prong.pid", "prong.stats"]
    assert left_in(idle.prefix / "logs") == ["access.log", "error.log"]


@pytest.mark.parametrize("folder, says", [
    ("run", "run/prong.lock"), ("logs", "logs/error.log")])
def test_a_configured_directory_must_be_there(idle, folder, says):
    shutil.rmtree(idle.prefix / folder)
    done = idle.run("-g", "daemon off;")
    assert done.returncode == 1
    assert says in done.stderr
    assert "(2: No such file or directory)" in done.stderr
    assert not (idle.prefix / folder).exists()


# --- daemon ----------------------------------------------------------------

def test_a_daemon_serves_when_the_command_returns(serve):
    prong = serve(start=False)
    prong.write("www/a.txt", "here")
    # Pipes: a daemon that kept them would hold this call up.
    done = subprocess.run(prong.command("-g", "daemon on;"), timeout=20,
                          stdin=subprocess.DEVNULL, capture_output=True,
                          check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr == b""
    prong.master = prong.pid_file()
    prong.masters.append(prong.master)
    prong.note_objects()
    assert prong.get("/a.txt").body == b"here"
    for pid in [prong.pid, *prong.children()]:
        for fd in range(3):
            assert os.readlink(f"/proc/{pid}/fd/{fd}") == "/dev/null"
    assert os.getsid(prong.pid) == prong.pid
    assert prong.run("-s", "quit").returncode == 0
    assert left_in(prong.prefix / "run") == []


def test_a_daemon_that_fails_says_why_and_leaves_nothing(idle):
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", idle.port))
        holder.listen(1)
        done = idle.run("-g", "daemon on;")
    assert done.returncode == 1
    assert "Address already in use" in done.stderr
    assert left_in(idle.prefix / "run") == []


# --- PID 1 -----------------------------------------------------------------

@pytest.mark.skipif(not IS_ROOT, reason="needs a pid namespace")
def test_works_as_pid_1(idle):
    """Reaps strangers, takes a pid file that names itself for stale, and ends
    when it is told to."""
    if subprocess.run(["unshare", "-pf", "--mount-proc", "true"],
                      capture_output=True, check=False).returncode != 0:
        pytest.skip("no pid namespaces here")
    idle.write("run/prong.pid", "1\n")
    outer = subprocess.Popen(
        ["unshare", "-pf", "--mount-proc", "--kill-child",
         *idle.command("-g", "daemon off;")], start_new_session=True)
    idle.masters.append(outer.pid)
    try:
        wait_until(lambda: (idle.prefix / "run/prong.stats").exists(),
                   "the stats FIFO")
        first = wait_until(
            lambda: [int(pid) for pid in open(
                f"/proc/{outer.pid}/task/{outer.pid}/children",
                encoding="ascii").read().split()], "the master")[0]
        wait_until(lambda: idle.stats()["prong"]["generation"] == 1, "it")
        # A grandchild whose parent ends becomes PID 1's.
        subprocess.run(["nsenter", "-t", str(first), "-p", "-m", "sh", "-c",
                        "(sleep 0.2 &) ; exit 0"], check=True)
        wait_until(lambda: not zombies_of(first), "strangers reaped")
        idle.write("www/a.txt", "here")
        assert idle.get("/a.txt").body == b"here"
        os.kill(first, signal.SIGQUIT)
        assert outer.wait(15) == 0
    finally:
        if outer.poll() is None:
            outer.kill()
            outer.wait()
    assert left_in(idle.prefix / "run") == []


def zombies_of(parent):
    found = []
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            with open(f"/proc/{entry}/stat", encoding="latin-1") as file:
                fields = file.read().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == parent and fields[0] == "Z":
            found.append(int(entry))
    return found
