"""A reload is a transaction: all of the new generation, or the old one stays."""

import os
import re
import resource
import socket
import subprocess
import time
from signal import SIGCONT, SIGHUP, SIGKILL, SIGSTOP

import pytest

from harness import IS_ROOT, Load, free_port, wait_until
from harness.prong import is_alive


@pytest.fixture
def prong(serve):
    server = serve()
    server.write("www/a.txt", "here")
    return server


def generation(prong):
    return prong.stats()["prong"]["generation"]


def descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


def refused(prong, reason):
    """-s reload fails with this reason and nothing has changed."""
    before = prong.workers
    serving = generation(prong)
    failed = prong.stats()["master"]["reloads_failed"]
    done = prong.run("-s", "reload")
    assert done.returncode == 1
    assert reason in done.stderr
    snapshot = prong.stats()
    assert snapshot["prong"]["generation"] == serving
    assert snapshot["prong"]["health"] == "reload-failed"
    assert snapshot["master"]["reloads_failed"] == failed + 1
    row = snapshot.all("command")[-1]
    assert (row["verb"], row["result"]) == ("reload", "failed")
    assert reason in row["why"]
    prong.wait_log(r'\[error\] .*command "reload" by .*: failed: ')
    assert reason in prong.error_log
    assert prong.get("/a.txt").body == b"here"
    wait_until(lambda: prong.workers == before, "the same workers")


def test_says_what_serves(prong):
    done = prong.run("-s", "reload")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "reloaded: generation 2, 2 workers\n"
    assert generation(prong) == 2


# --- what fails ------------------------------------------------------------

@pytest.mark.parametrize("parts, reason", [
    ({"main": "foo bar;"}, 'unknown directive "foo"'),
    ({"http": "include no-such-file.conf;"}, "no-such-file.conf"),
    ({"main": "error_log none/such/e.log;"}, "none/such/e.log"),
    ({"main": "control_fifo none/such/x.ctl;"}, "none/such/x.ctl"),
    ({"main": "stats_fifo none/such/x.stats;"}, "none/such/x.stats"),
    ({"main": "worker_rlimit_nofile 6;"}, "worker process"),
])
def test_what_fails_changes_nothing(serve, parts, reason):
    prong = serve()
    prong.write("www/a.txt", "here")
    prong.write_conf(**parts)
    refused(prong, reason)
    prong.write_conf(main="", http="", workers=2)
    assert prong.run("-s", "reload").returncode == 0
    assert prong.stats()["prong"]["health"] == "ok"


def test_more_workers_than_there_are_slots(prong):
    prong.write_conf(workers=128)
    assert prong.run("-s", "reload").returncode == 0
    wait_until(lambda: len(prong.workers) == 128, "128 workers")
    refused(prong, "no slot is left")


def test_a_port_of_another_program(prong):
    port = free_port()
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", port))
        holder.listen(1)
        prong.write_conf(server=f"listen 127.0.0.1:{port};")
        refused(prong, "Address already in use")
        assert f"(pid {os.getpid()})" in prong.error_log
    assert prong.run("-s", "reload").returncode == 0
    assert prong.connect(port=port).ask("/a.txt").body == b"here"


@pytest.mark.skipif(not IS_ROOT, reason="becomes a user of its own")
def test_fork_refused(serve):
    """As an unprivileged master whose user may have five processes."""
    uid = 54321
    # LeakSanitizer would want a process more.
    prong = serve(start=False, env={"ASAN_OPTIONS": "detect_leaks=0"})
    for folder, _, files in os.walk(prong.prefix):
        os.chown(folder, uid, uid)
        for name in files:
            os.chown(os.path.join(folder, name), uid, uid)

    def become():
        resource.setrlimit(resource.RLIMIT_NPROC, (5, 5))
        os.setgroups([])
        os.setgid(uid)
        os.setuid(uid)

    prong.arm = become
    prong.start()
    prong.write("www/a.txt", "here")
    refused(prong, "fork() failed")


@pytest.mark.limit(90)
def test_workers_that_hang_before_they_are_ready(prong):
    """Some are stopped as soon as they are there: killed when their time is
    over, and meanwhile the old ones serve and every question is answered."""
    before = prong.workers
    prong.write_conf(workers=40)
    asking = subprocess.Popen(prong.command("-s", "reload"), text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    stopped = set()

    def stop_new_ones():
        for pid in set(prong.children()) - set(before) - stopped:
            if pid > max(before):
                prong.signal(SIGSTOP, pid)
                stopped.add(pid)
        return len(stopped) == 40
    wait_until(stop_new_ones, "the candidates")
    assert prong.get("/a.txt").body == b"here"
    prong.stats()
    out, err = asking.communicate(timeout=60)
    assert (asking.returncode, out) == (1, "")
    assert re.search(r"waiting for process \d+ to become ready", err)
    assert "worker process: not ready in time" in err
    assert generation(prong) == 1
    assert prong.get("/a.txt").body == b"here"
    for pid in stopped & set(prong.children()):
        prong.signal(SIGCONT, pid)  # it was ready before: it ends by itself
    wait_until(lambda: len(prong.children()) == 3, "the candidates' end")
    assert prong.workers == before


def test_failures_leak_nothing(prong):
    prong.run("-s", "reload")
    wait_until(lambda: prong.stats()["master"]["draining"] == 0, "the drain")
    before = descriptors(prong.pid)
    slots = len(prong.stats().all("counters"))
    for parts in [{"main": "foo bar;"}, {"main": "worker_rlimit_nofile 6;"},
                  {"main": "control_fifo none/such/x;"},
                  {"server": f"listen 127.0.0.1:{free_port()};\n"
                             "access_log none/such/a.log;"}]:
        prong.write_conf(**{"main": "", "server": "", **parts})
        for _ in range(10):
            assert prong.run("-s", "reload").returncode == 1
    wait_until(lambda: len(prong.children()) == 3, "the candidates' end")
    assert descriptors(prong.pid) == before
    assert len(prong.stats().all("counters")) <= slots + 2
    prong.note_objects()
    assert len(prong.objects) == 1
    assert sorted(os.listdir(prong.prefix / "run")) == [
        "prong.ctl", "prong.lock", "prong.pid", "prong.stats"]


# --- what changes ----------------------------------------------------------

def test_listeners_come_and_go(prong):
    more = free_port()
    prong.write_conf(server=f"listen 127.0.0.1:{more};")
    with Load(prong, ["/a.txt"], connections=8, seconds=30) as load:
        assert prong.run("-s", "reload").returncode == 0
        assert prong.connect(port=more).ask("/a.txt").body == b"here"
        prong.write_conf(server="")
        assert prong.run("-s", "reload").returncode == 0

        def is_closed():
            try:
                prong.connect(port=more).close()
            except ConnectionRefusedError:
                return True
            return False
        wait_until(is_closed, "nobody on the port that went")
        assert load.stop()["lost"] == 0


def test_each_generation_writes_where_it_was_told(serve):
    prong = serve(server="access_log logs/first.log;")
    prong.write("www/a.txt", "here")
    client = prong.connect()
    client.ask("/a.txt?begin")
    prong.write_conf(server="access_log logs/other.log;")
    assert prong.run("-s", "reload").returncode == 0
    prong.get("/a.txt?new")
    wait_until(lambda: (prong.prefix / "logs/other.log").exists() and
               "?new" in prong.read("logs/other.log"), "the new one's line")
    client.ask("/a.txt?old")
    wait_until(lambda: "?old" in prong.read("logs/first.log"),
               "the old one's line")
    assert "?old" not in prong.read("logs/other.log")
    client.close()
    # The file that nobody writes to any more is let go.
    path = str(prong.prefix / "logs/first.log")

    def is_let_go():
        return not any(path == os.readlink(f"/proc/{pid}/fd/{fd}")
                       for pid in [prong.pid, *prong.children("logger")]
                       for fd in os.listdir(f"/proc/{pid}/fd"))
    wait_until(is_let_go, "the old file's end", 20)


def test_the_fifos_move(prong):
    prong.write_conf(main="control_fifo run/other.ctl;\n"
                          "stats_fifo run/other.stats;")
    assert prong.run("-s", "reload").returncode == 0
    assert sorted(os.listdir(prong.prefix / "run")) == [
        "other.ctl", "other.stats", "prong.lock", "prong.pid"]
    with open(prong.prefix / "run/other.ctl", "w", encoding="ascii") as fifo:
        fifo.write("ping\n")
    prong.wait_log('command "ping" by fifo: ok')
    text = (prong.prefix / "run/other.stats").read_text(encoding="ascii")
    assert "generation=2" in text and "end lines=" in text
    prong.write_conf(main="control_fifo off;\nstats_fifo off;")
    assert prong.run("-s", "reload").returncode == 0
    assert sorted(os.listdir(prong.prefix / "run")) == [
        "prong.lock", "prong.pid"]
    prong.write_conf(main="")
    assert prong.run("-s", "reload").returncode == 0
    assert generation(prong) == 4


def test_pid_and_daemon_keep_their_value(prong):
    text = prong.conf.read_text(encoding="utf-8").replace(
        "pid run/prong.pid;", "pid run/other.pid;\ndaemon on;")
    prong.write_conf(text)
    prong.args = []
    prong.signal(SIGHUP)
    prong.wait_stats(lambda s: s["prong"]["generation"] == 2, "the reload")
    assert '"pid" keeps its value' in prong.error_log
    assert sorted(os.listdir(prong.prefix / "run")) == [
        "prong.ctl", "prong.lock", "prong.pid", "prong.stats"]


@pytest.mark.skipif(not IS_ROOT, reason="only root changes the user")
def test_another_user_gets_another_logger(serve):
    prong = serve(main="user daemon;")
    prong.write("www/a.txt", "here")
    before = list(prong.children("logger"))
    for n in range(100):
        prong.get(f"/a.txt?{n}")
    prong.write_conf(main="user nobody nogroup;")
    assert prong.run("-s", "reload").returncode == 0
    for n in range(100, 200):
        prong.get(f"/a.txt?{n}")
    wait_until(lambda: not any(is_alive(pid) for pid in before), "its end")
    after = wait_until(lambda: list(prong.children("logger")), "another one")
    assert os.stat(f"/proc/{after[0]}").st_uid == os.stat(
        f"/proc/{prong.workers[0]}").st_uid
    prong.wait_log(r"\?199 ", log="access_log")
    for n in range(200):
        assert prong.access_log.count(f"?{n} ") == 1


# --- many ------------------------------------------------------------------

def test_no_more_than_eight_generations_drain(prong):
    prong.write("www/big.bin", os.urandom(1 << 16) * 128)
    clients = []

    def occupy():
        client = prong.connect()
        client.sock.sendall(b"GET /big.bin HTTP/1.1\r\nHost: x\r\n"
                            b"Connection: close\r\n\r\n")
        assert client.sock.recv(100)
        clients.append(client)

    for _ in range(8):
        occupy()
        assert prong.run("-s", "reload").returncode == 0
    occupy()
    prong.wait_stats(lambda s: s["master"]["draining"] == 8, "eight drains")
    prong.signal(SIGHUP)
    prong.wait_log("8 generations drain: the reload waits")
    time.sleep(0.2)
    assert generation(prong) == 9
    clients.pop(0).close()
    prong.wait_stats(lambda s: s["prong"]["generation"] == 10, "the tenth")
    for client in clients:
        client.close()
    prong.wait_stats(lambda s: s["master"]["draining"] == 0, "all drains", 20)
    wait_until(lambda: len(prong.children()) == 3, "what is needed")


# --- the master dies -------------------------------------------------------

def test_a_start_waits_for_the_ports_of_its_own_orphans(serve):
    prong = serve(alerts=True)
    prong.write("www/a.txt", "here")
    orphans = prong.workers
    for pid in orphans:
        prong.signal(SIGSTOP, pid)
    prong.signal(SIGKILL)
    prong.process.wait()
    prong.launch()
    prong.wait_log("waiting for the workers of a master that died", log="stderr")
    assert prong.is_running()
    for pid in orphans:
        prong.signal(SIGCONT, pid)
    prong.wait_ready()
    assert prong.get("/a.txt").body == b"here"
    assert generation(prong) == 1


@pytest.mark.limit(60)
def test_it_does_not_wait_for_ever(serve):
    prong = serve(alerts=True)
    orphans = prong.workers
    for pid in orphans:
        prong.signal(SIGSTOP, pid)
    prong.signal(SIGKILL)
    prong.process.wait()
    begun = time.monotonic()
    prong.launch()
    assert prong.wait_end(30) == 1
    assert 9 < time.monotonic() - begun < 20
    assert "Address already in use" in prong.stderr
