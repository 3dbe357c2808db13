"""The two FIFOs, the verbs, and -s."""

import grp
import os
import stat
import subprocess
import threading
import time
from signal import SIGCONT, SIGINT, SIGSTOP

import pytest

from harness import IS_ROOT, Snapshot, wait_until


@pytest.fixture
def prong(serve):
    server = serve()
    server.write("www/a.txt", "here")
    return server


def rows_of(prong, line, result):
    verb, _, argument = line.partition(" ")
    return [row for row in prong.stats().all("command", result=result)
            if row["verb"] == verb and
            str(row.get("argument", "")) == argument]


def answered(prong, line, result="ok", count=1):
    """Waits for the row of a command in the stats, and returns it."""
    def found():
        rows = rows_of(prong, line, result)
        return rows[-1] if len(rows) >= count else None
    return wait_until(found, f"{line}: {result}")


# --- commands --------------------------------------------------------------

def test_each_command_is_answered(prong):
    for line in ["ping", "reload", "reopen", "log debug", "workers +1"]:
        prong.control(line)
        row = answered(prong, line)
        assert row["by"] == "fifo"
        prong.wait_log(rf'\[notice\] \d+#\d+: command "{line[:7]}')
    prong.control("quit")
    assert prong.wait_end() == 0
    assert 'command "quit" by fifo: ok' in prong.error_log


def test_stop(prong):
    prong.control("stop")
    assert prong.wait_end() == 0


def test_several_in_one_write(prong):
    prong.control(b"ping\n\n  \t\r\nping\r\n\tworkers 3 \nping\n")
    answered(prong, "ping", count=3)
    answered(prong, "workers 3")


def test_a_line_without_its_newline(prong):
    prong.control(b"ping")
    answered(prong, "ping")
    prong.control(b"reloa")
    row = wait_until(lambda: prong.stats().all("command", result="refused"),
                     "the refusal")[0]
    assert 'did you mean "reload"?' in row["why"]
    assert prong.stats()["prong"]["generation"] == 1


def test_half_a_line_waits_for_the_rest(prong):
    fd = os.open(prong.prefix / "run/prong.ctl", os.O_WRONLY)
    os.write(fd, b"workers ")
    time.sleep(0.1)
    os.write(fd, b"+1\n")
    os.close(fd)
    answered(prong, "workers +1")


def test_wrong_lines_are_refused_and_quoted(prong):
    for line, says in [("stpo", r'did you mean \"stop\"?'),
                       ("log loud", "it takes emerg"),
                       ("workers many", "it takes N, +N or -N"),
                       ("ping me", "it takes no argument"),
                       ("\x01\x1b]0;x\x07", r"\x01\x1b]0;x\x07")]:
        prong.control(line)
        wait_until(lambda: says.replace('\\"', '"') in prong.error_log,
                   f"{says!r} in the log")
    for line in prong.error_log.splitlines():
        if "control FIFO" in line:
            assert "[error]" in line
            assert "(commands: stop, quit, reload, reopen" in line or \
                "invalid command" in line
    assert len(prong.stats().all("command", result="refused")) == 5


def test_a_flood_is_one_line(prong):
    fd = os.open(prong.prefix / "run/prong.ctl", os.O_WRONLY)
    for _ in range(256):
        os.write(fd, b"\0\xffx\r" * 1024)
    assert prong.get("/a.txt").status == 200
    os.write(fd, b"\nping\n")
    os.close(fd)
    answered(prong, "ping")
    assert prong.error_log.count("a line of more than 4096 bytes") == 1


def test_two_writers_do_not_mix(prong):
    def write():
        with open(prong.prefix / "run/prong.ctl", "wb", buffering=0) as fifo:
            for _ in range(200):
                fifo.write(b"ping\n")
    writers = [threading.Thread(target=write) for _ in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    prong.wait_log('command "ping" by fifo: ok', count=800)
    assert "refused" not in prong.error_log


def test_the_last_eight_are_kept(prong):
    for n in range(10):
        prong.control(f"workers {n + 1}")
    answered(prong, "workers 10")
    rows = [row["argument"] for row in prong.stats().all("command")]
    assert rows == list(range(3, 11))


# --- workers and log -------------------------------------------------------

def test_workers(prong):
    for line, count in [("workers 4", 4), ("workers -3", 1),
                        ("workers +1", 2), ("workers 5", 5)]:
        prong.control(line)
        wait_until(lambda: len(prong.workers) == count, f"{count} workers")
        master = prong.wait_stats(
            lambda s: s["master"]["workers"] == count)["master"]
        assert master["configured"] == 2
        assert prong.get("/a.txt").body == b"here"
    for line in ["workers 0", "workers -5", "workers 129", "workers +200"]:
        prong.control(line)
        answered(prong, line, "refused")
    assert len(prong.workers) == 5
    prong.reload()  # until then
    wait_until(lambda: len(prong.workers) == 2, "2 workers")
    assert prong.stats()["master"]["crashes"] == 0


def test_workers_with_reuseport(serve):
    """No connection is left on a socket that nobody accepts from."""
    conf = """
        worker_processes 4; pid run/prong.pid; error_log logs/error.log;
        events {}
        http { server { listen 127.0.0.1:{port} reuseport; root www; } }
    """
    prong = serve(conf=conf)
    prong.write("www/a.txt", "here")

    def all_answer():
        for _ in range(40):
            assert prong.get("/a.txt").body == b"here"

    all_answer()
    for line, count in [("workers 2", 2), ("workers 6", 6), ("workers 1", 1)]:
        prong.control(line)
        wait_until(lambda: len(prong.workers) == count, f"{count} workers")
        all_answer()
    prong.write_conf(conf.replace("processes 4", "processes 2"))
    prong.reload()
    all_answer()


def test_log_level(serve):
    prong = serve(level="error")
    prong.control("log debug")
    answered(prong, "log debug")
    prong.reload()  # the level that was told lasts until it has begun
    lines = prong.error_log.count("\n")
    prong.control("ping")  # logged whatever the level
    prong.wait_log('command "ping" by fifo: ok')
    assert "start worker process" in prong.error_log
    prong.reload()
    assert prong.error_log.count("start worker process") == 2
    assert prong.error_log.count("\n") > lines


# --- how they are made -----------------------------------------------------

def test_modes_hold_whatever_the_umask(serve):
    prong = serve(start=False)
    prong.arm = lambda: os.umask(0o377)
    prong.start()
    for name, mode in [("prong.ctl", 0o620), ("prong.stats", 0o640)]:
        st = os.stat(prong.prefix / "run" / name)
        assert stat.S_ISFIFO(st.st_mode)
        assert stat.S_IMODE(st.st_mode) == mode
        assert st.st_uid == os.geteuid()
    prong.stats()
    assert stat.S_IMODE(
        os.stat(prong.prefix / "run/prong.stats").st_mode) == 0o640


@pytest.mark.skipif(not IS_ROOT, reason="only root gives to any group")
def test_groups(serve):
    prong = serve(main="control_group daemon;\nstats_group bin;")
    daemon, bins = grp.getgrnam("daemon").gr_gid, grp.getgrnam("bin").gr_gid

    def groups():
        prong.note_objects()
        shm = next(iter(prong.objects))
        return [os.stat(path).st_gid for path in [
            prong.prefix / "run/prong.ctl", prong.prefix / "run/prong.stats",
            shm]]
    assert groups() == [daemon, bins, bins]
    prong.stats()
    assert groups() == [daemon, bins, bins]
    prong.write_conf(main="control_group bin;")
    assert prong.run("-s", "reload").returncode == 0
    assert groups() == [bins, bins, bins]


def test_off(serve):
    prong = serve(main="control_fifo off;\nstats_fifo off;")
    assert sorted(os.listdir(prong.prefix / "run")) == [
        "prong.lock", "prong.pid"]
    assert prong.run("-s", "reload").returncode == 0


def test_what_echo_left_is_replaced_and_quoted(serve):
    prong = serve(start=False)
    prong.write("run/prong.ctl", "stop\n")
    prong.start()
    assert 'was a file, not a FIFO: it held "stop"' in prong.stderr
    prong.control("ping")
    answered(prong, "ping")


@pytest.mark.parametrize("name", ["control", "stats"])
@pytest.mark.parametrize("thing", ["large", "folder", "link", "world"])
def test_what_is_in_the_way_is_never_removed(serve, name, thing):
    """At a default path it is a warning, at a configured one an emerg."""
    prong = serve(start=False)
    end = {"control": "ctl", "stats": "stats"}[name]
    path = prong.prefix / f"run/prong.{end}"
    if thing == "large":
        path.write_bytes(b"x" * 5000)
    elif thing == "folder":
        path.mkdir()
    elif thing == "link":
        path.symlink_to("/nowhere")
    else:
        (prong.prefix / "run").chmod(0o1777)
    done = prong.run("-g", f"daemon off; {name}_fifo run/prong.{end};")
    assert done.returncode == 1
    assert f'"{path}" cannot be a FIFO' in done.stderr
    assert "[emerg]" in done.stderr
    if thing != "world":
        assert os.path.lexists(path)
    prong.start()
    assert "served without it" in prong.stderr
    if thing == "large":
        assert path.read_bytes() == b"x" * 5000
    elif thing == "folder":
        assert path.is_dir()
    elif thing == "link":
        assert os.readlink(path) == "/nowhere"
    else:
        assert not path.exists()


@pytest.mark.skipif(not IS_ROOT, reason="only root makes another's FIFO")
def test_a_fifo_of_another_user_is_refused(serve):
    prong = serve(start=False)
    path = prong.prefix / "run/prong.ctl"
    os.mkfifo(path)
    os.chown(path, 12345, 12345)
    prong.start()
    assert "it belongs to another user" in prong.stderr
    assert os.stat(path).st_uid == 12345


def test_who_waits_at_a_dead_masters_fifo_is_let_go(serve):
    prong = serve(start=False)
    path = prong.prefix / "run/prong.ctl"
    os.mkfifo(path)
    writer = subprocess.Popen(["sh", "-c", f"echo stop > {path}"],
                              stderr=subprocess.DEVNULL)
    time.sleep(0.2)
    assert writer.poll() is None
    prong.start()
    writer.wait(10)
    assert prong.is_running()  # an old stop is nobody's


def test_a_name_that_was_removed_comes_back(prong):
    for name in ["prong.ctl", "prong.stats"]:
        (prong.prefix / "run" / name).unlink()
    wait_until(lambda: (prong.prefix / "run/prong.ctl").exists() and
               (prong.prefix / "run/prong.stats").exists(), "both")
    prong.control("ping")
    answered(prong, "ping")


# --- stats -----------------------------------------------------------------

def test_twenty_readers_get_a_whole_snapshot_or_nothing(prong):
    texts, faults = [], []

    def read():
        try:
            for _ in range(5):
                texts.append(wait_until(prong.stats_text, "a snapshot"))
        except AssertionError as fault:
            faults.append(fault)
    readers = [threading.Thread(target=read) for _ in range(20)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
    assert not faults
    assert len(texts) == 100
    for text in texts:
        Snapshot(text)


def test_readers_that_never_read_delay_nobody(prong):
    fds = []
    for _ in range(300):
        fds.append(os.open(prong.prefix / "run/prong.stats", os.O_RDONLY))
    begun = time.monotonic()
    prong.stats()
    prong.control("ping")
    answered(prong, "ping")
    assert prong.get("/a.txt").status == 200
    assert time.monotonic() - begun < 5
    before = len(os.listdir(f"/proc/{prong.pid}/fd"))
    for fd in fds:
        os.close(fd)
    wait_until(lambda: len(os.listdir(f"/proc/{prong.pid}/fd")) <= before,
               "their places")
    prong.stats()


def test_what_somebody_writes_there_is_shown_to_nobody(prong):
    for _ in range(20):
        fd = os.open(prong.prefix / "run/prong.stats",
                     os.O_WRONLY | os.O_NONBLOCK)
        try:
            os.write(fd, b"total requests=0\n")
        except BrokenPipeError:
            pass
        os.close(fd)
        assert "requests=0\ntotal" not in prong.stats().text
    assert prong.get("/a.txt").status == 200


def test_cat(prong):
    """As the manual has it."""
    for _ in range(5):
        text = subprocess.run(
            ["cat", str(prong.prefix / "run/prong.stats")], timeout=10,
            stdout=subprocess.PIPE, check=True).stdout.decode("ascii")
        Snapshot(text)


# --- -s --------------------------------------------------------------------

@pytest.mark.parametrize("verb", ["stop", "quit", "reload", "reopen"])
def test_no_master(serve, verb):
    prong = serve(start=False)
    done = prong.run("-s", verb)
    assert done.returncode == 1
    assert done.stderr == (f'prong: no prong holds "{prong.prefix}'
                           '/run/prong.pid"\n')
    prong.write("run/prong.pid", f"{os.getpid()}\n")
    assert prong.run("-s", verb).returncode == 1


@pytest.mark.parametrize("fifo", ["", "control_fifo off;"])
def test_each_verb(serve, fifo):
    prong = serve(main=fifo)
    done = prong.run("-s", "reload")
    assert (done.returncode, done.stdout) == (
        0, "reloaded: generation 2, 2 workers\n")
    os.rename(prong.prefix / "logs/error.log", prong.prefix / "logs/old.log")
    done = prong.run("-s", "reopen")
    assert (done.returncode, done.stdout) == (0, "reopened\n")
    assert (prong.prefix / "logs/error.log").exists()
    done = prong.run("-s", "quit")
    assert (done.returncode, done.stdout) == (0, "stopped\n")
    assert prong.wait_end() == 0


@pytest.mark.parametrize("verb", ["stop", "quit"])
def test_a_file_that_does_not_parse_is_no_hindrance(prong, verb):
    text = prong.conf.read_text(encoding="utf-8")
    prong.write_conf(text.replace("events {", "evnts {{{").replace(
        "http {", '"'))
    assert prong.run("-s", "reopen").returncode == 0
    done = prong.run("-s", "reload")
    assert done.returncode == 1
    assert "reload failed" in done.stderr
    assert prong.run("-s", verb).returncode == 0
    assert prong.wait_end() == 0


def test_reopen_that_fails_says_so(serve):
    prong = serve(http="access_log logs/more/a.log;", start=False)
    (prong.prefix / "logs/more").mkdir()
    prong.start()
    os.rename(prong.prefix / "logs/more", prong.prefix / "logs/gone")
    done = prong.run("-s", "reopen")
    assert done.returncode == 1
    assert "reopen failed" in done.stderr
    assert "logs/more/a.log" in prong.error_log


def test_says_what_it_waits_for_and_can_be_left_alone(prong):
    prong.write("www/big.bin", os.urandom(1 << 16) * 128)
    clients = []
    for _ in range(3):
        client = prong.connect()
        client.sock.sendall(b"GET /big.bin HTTP/1.1\r\nHost: x\r\n"
                            b"Connection: close\r\n\r\n")
        assert client.sock.recv(100)
        clients.append(client)
    waiting = subprocess.Popen(prong.command("-s", "quit"), text=True,
                               stderr=subprocess.PIPE)
    line = waiting.stderr.readline()
    pids = prong.workers
    assert any(line.startswith("prong: waiting for ") and
               line.rstrip().endswith(f"of worker {pid}") for pid in pids), line
    waiting.send_signal(SIGINT)
    assert waiting.wait(10) == -SIGINT
    assert prong.is_running()
    for client in clients:
        client.close()
    assert prong.wait_end() == 0


def test_reload_waits_for_a_master_that_is_stopped(prong):
    prong.signal(SIGSTOP)  # the master: nothing is begun at all
    waiting = subprocess.Popen(prong.command("-s", "reload"), text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert "waiting for" in waiting.stderr.readline()
    prong.signal(SIGCONT)
    out, _ = waiting.communicate(timeout=10)
    assert waiting.returncode == 0
    assert out == "reloaded: generation 2, 2 workers\n"


@pytest.mark.skipif(not IS_ROOT, reason="becomes another user")
def test_who_may_not_is_told(prong):
    def become():
        os.setgroups([])
        os.setgid(12345)
        os.setuid(12345)

    done = prong.run("-s", "stop", preexec_fn=become)
    assert done.returncode == 1
    assert "Operation not permitted" in done.stderr
    assert prong.is_running()


@pytest.mark.skipif(not IS_ROOT, reason="becomes another user")
def test_the_control_group_may(serve):
    prong = serve(main="control_group bin;")
    group = grp.getgrnam("bin").gr_gid

    def become():
        os.setgroups([group])
        os.setgid(12345)
        os.setuid(12345)

    done = prong.run("-s", "reload", preexec_fn=become)
    assert (done.returncode, done.stdout) == (
        0, "reloaded: generation 2, 2 workers\n"), done.stderr
