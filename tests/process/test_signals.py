"""What each signal to the master does, and what the terminal's do not."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
import time
from signal import (SIGHUP, SIGINT, SIGKILL, SIGQUIT, SIGTERM, SIGUSR1,
                    SIGUSR2, SIGWINCH)

import pytest

from harness import Load, wait_until
from harness.prong import is_alive


@pytest.fixture(params=["foreground", "daemon"])
def prong(request, serve):
    server = serve(start=False)
    server.write("www/a.txt", "here")
    if request.param == "daemon":
        assert server.start_daemon().returncode == 0
    else:
        server.start()
    return server


def crashes(prong):
    return prong.stats()["master"]["crashes"]


# --- the end ---------------------------------------------------------------

@pytest.mark.parametrize("number", [SIGTERM, SIGINT, SIGQUIT])
def test_ends(prong, number):
    children = prong.children()
    assert len(children) == 3
    assert prong.stop(number) == 0
    assert not any(is_alive(pid) for pid in children)
    assert os.listdir(prong.prefix / "run") == []
    assert re_count(prong, r"\[notice\] \d+#\d+: exit$") == 1


def re_count(prong, pattern):
    return len(re.findall(pattern, prong.error_log, re.M))


def begin_download(prong, size=8 << 20):
    """A client that has asked for more than the kernel buffers."""
    prong.write("www/big.bin", os.urandom(1 << 16) * (size >> 16))
    client = prong.connect()
    client.sock.sendall(b"GET /big.bin HTTP/1.1\r\nHost: x\r\n"
                        b"Connection: close\r\n\r\n")
    got = client.sock.recv(1000)
    assert got.startswith(b"HTTP/1.1 200")
    return client, got, size


def test_quit_finishes_what_was_begun(prong):
    client, got, size = begin_download(prong)
    with client:
        prong.signal(SIGQUIT)
        wait_until(lambda: prong.children("is shutting down"), "the drain")
        time.sleep(0.3)
        assert prong.is_running()
        total = len(got)
        while data := client.sock.recv(1 << 16):
            total += len(data)
        head = got.index(b"\r\n\r\n") + 4
        assert total == head + size
    assert prong.wait_end() == 0


@pytest.mark.parametrize("second", [SIGTERM, SIGQUIT])
def test_a_second_one_is_a_fast_stop(prong, second):
    client, _, _ = begin_download(prong)
    with client:
        prong.signal(SIGQUIT)
        wait_until(lambda: prong.children("is shutting down"), "the drain")
        begun = time.monotonic()
        prong.signal(second)
        assert prong.wait_end() == 0
        assert time.monotonic() - begun < 2
    assert os.listdir(prong.prefix / "run") == []


def test_term_while_it_starts(serve):
    prong = serve(start=False)
    prong.launch()
    wait_until(lambda: (prong.prefix / "run/prong.lock").exists(), "the lock")
    prong.signal(SIGTERM)
    prong.wait_end()
    assert os.listdir(prong.prefix / "run") == []


# --- others ----------------------------------------------------------------

def test_hup_reloads(prong):
    before = prong.workers
    assert prong.reload() == 2
    wait_until(lambda: not any(is_alive(pid) for pid in before), "their end")
    assert len(prong.workers) == 2
    assert prong.get("/a.txt").body == b"here"
    assert crashes(prong) == 0


def test_usr1_reopens(prong):
    for name in ["error.log", "access.log"]:
        os.rename(prong.prefix / "logs" / name,
                  prong.prefix / "logs" / f"old-{name}")
    prong.signal(SIGUSR1)
    prong.wait_stats(
        lambda s: s.all("command", verb="reopen", result="ok"), "the verdict")
    prong.get("/a.txt")
    prong.wait_log("GET /a.txt", log="access_log")


def test_usr1_to_a_worker_reopens_too(prong):
    os.rename(prong.prefix / "logs/access.log", prong.prefix / "logs/old.log")
    prong.signal(SIGUSR1, prong.workers[0])
    wait_until((prong.prefix / "logs/access.log").exists, "the new file")


def test_usr2_is_refused(prong):
    prong.signal(SIGUSR2)
    prong.wait_log("SIGUSR2")
    assert prong.get("/a.txt").body == b"here"


def test_winch_drains_the_workers_and_hup_brings_them_back(prong):
    prong.signal(SIGWINCH)
    wait_until(lambda: not prong.workers, "no worker")
    assert prong.is_running()
    prong.reload()
    assert prong.get("/a.txt").body == b"here"


def test_hups_in_a_row_end_well(prong):
    with Load(prong, ["/a.txt"], connections=8, seconds=30) as load:
        for _ in range(30):
            prong.signal(SIGHUP)
            time.sleep(0.01)
        prong.wait_stats(lambda s: s["master"]["reloads_ok"] >= 2 and
                         s["master"]["draining"] == 0, "all of them", 30)
        result = load.stop()
    assert result["lost"] == 0, result
    assert crashes(prong) == 0
    assert prong.stats()["master"]["reloads_failed"] == 0


# --- workers ---------------------------------------------------------------

@pytest.mark.parametrize("number", [SIGTERM, SIGINT, SIGQUIT])
def test_a_worker_that_is_told_to_end_is_replaced(prong, number):
    victim = prong.workers[0]
    prong.signal(number, victim)
    wait_until(lambda: victim not in prong.workers and len(prong.workers) == 2,
               "another worker")
    assert crashes(prong) == 0


def test_the_workers_notice_that_the_master_was_killed(serve):
    prong = serve(start=False, alerts=True)
    prong.start()
    children = prong.children()
    prong.signal(SIGKILL)
    prong.process.wait()
    wait_until(lambda: not any(is_alive(pid) for pid in children),
               "the end of all")
    prong.start()  # takes over what lies about
    assert prong.stats()["prong"]["generation"] == 1
    prong.wait_log("is taken over")


# --- the terminal ----------------------------------------------------------

class Terminal:
    """A prong in the foreground of a terminal of its own."""

    def __init__(self, prong):
        self.prong = prong
        self.master_fd, self.slave_fd = pty.openpty()
        prong.process = subprocess.Popen(
            prong.command(*prong.args), stdin=self.slave_fd,
            stdout=self.slave_fd, stderr=self.slave_fd, env=prong.env,
            start_new_session=True, preexec_fn=self.take)
        prong.masters.append(prong.process.pid)
        os.close(self.slave_fd)
        prong.wait_ready()

    def take(self):
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)

    def resize(self, columns):
        fcntl.ioctl(self.master_fd, termios.TIOCSWINSZ,
                    struct.pack("HHHH", 24, columns, 0, 0))

    def type(self, text):
        os.write(self.master_fd, text)

    def close(self):
        os.close(self.master_fd)


@pytest.fixture
def terminal(serve):
    prong = serve(start=False)
    prong.write("www/a.txt", "here")
    return Terminal(prong)


def test_a_terminal_that_is_resized_changes_nothing(terminal):
    prong = terminal.prong
    before = prong.workers
    with Load(prong, ["/a.txt"], connections=8, seconds=30) as load:
        for n in range(100):
            terminal.resize(80 + n)
            time.sleep(0.002)
        result = load.stop()
    assert result["lost"] == 0
    assert prong.workers == before
    assert prong.stats()["master"]["respawns"] == 0
    terminal.close()  # the terminal's HUP is QUIT
    assert prong.wait_end() == 0
    assert os.listdir(prong.prefix / "run") == []


@pytest.mark.parametrize("key", [b"\x03", b"\x1c"])
def test_a_key_is_one_stop(terminal, key):
    prong = terminal.prong
    prong.get("/a.txt")
    terminal.type(key)
    assert prong.wait_end() == 0
    terminal.close()
    assert "exited on signal" not in prong.error_log
    assert re_count(prong, "start worker process") == 2
    assert "[alert]" not in prong.error_log


def test_winch_from_a_process_drains_in_a_terminal_too(terminal):
    prong = terminal.prong
    prong.signal(SIGWINCH)
    wait_until(lambda: not prong.workers, "no worker")
    prong.stop()
    terminal.close()
