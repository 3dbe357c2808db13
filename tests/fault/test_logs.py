"""The logs when something goes wrong: every line is written or counted.

The requests of a test are numbered in their query, so that each line of an
access log is known. Lines can come twice only where the logger was killed.
"""

import ctypes
import grp
import os
import pwd
import re
import select
import subprocess
import time
from pathlib import Path
from signal import SIGCONT, SIGKILL, SIGSTOP

import pytest

from harness import IS_ROOT, Prong, request, wait_until
from harness.prong import is_alive

BATCH = 40
PAUSE_S = 0.01  # 4,000 requests a second
LINE = re.compile(r'127\.0\.0\.1 - - \[[^]]+\] "GET /a\.txt\?n=([0-9]+) '
                  r'HTTP/1\.1" 200 5 "-" "-"')

needs_root = pytest.mark.skipif(not IS_ROOT, reason="mounts need root")


class Asker:
    """Sends numbered requests, many at once on one connection."""

    def __init__(self, prong):
        prong.write("www/a.txt", b"alpha")
        self.prong = prong
        self.client = None
        self.answered = 0
        self.slowest_s = 0.0

    def ask(self, count, pause_s=0.0):
        """Asks for so many more; each is answered. Without a pause after each
        batch it is faster than a logger that gets no processor."""
        while count > 0:
            time.sleep(pause_s)
            n = min(count, BATCH)
            count -= n
            begun = time.monotonic()
            if self.client is None or self.used + n > 900:
                self.close()
                self.client = self.prong.connect()
                self.used = 0
            self.used += n
            self.client.send(b"".join(
                request(f"/a.txt?n={self.answered + i}") for i in range(n)))
            for _ in range(n):
                assert self.client.read().body == b"alpha"
            self.answered += n
            self.slowest_s = max(self.slowest_s, time.monotonic() - begun)

    def close(self):
        if self.client:
            self.client.close()
            self.client = None


def numbers(text):
    """The requests that a log speaks of, and the lines that are not whole."""
    found, odd = [], []
    for line in text.splitlines():
        match = LINE.fullmatch(line)
        if match:
            found.append(int(match.group(1)))
        else:
            odd.append(line)
    return found, odd


def logger_of(prong):
    return wait_until(lambda: next(iter(prong.children("logger")), None),
                      "a logger")


def group_of_user(name):
    return grp.getgrgid(pwd.getpwnam(name).pw_gid).gr_name


def dropped(prong):
    return prong.stats()["total"]["log_dropped"]


def wait_lines(prong, count, text=None, timeout=15.0):
    """Waits until so many lines stand in the log, and no more come."""
    read = text or (lambda: prong.access_log)
    wait_until(lambda: read().count("\n") >= count, f"{count} lines", timeout)
    time.sleep(0.1)
    return read()


def own_dropped(prong, role):
    return sum(line["log_dropped"]
               for line in prong.stats().all("counters", role=role))


def assert_queue(prong):
    assert "no message queue" not in prong.error_log + prong.stderr


def test_lines_come_within_100_ms():
    with Prong(workers=1) as prong:
        assert_queue(prong)
        asker = Asker(prong)
        late = []
        for n in range(20):
            asker.ask(1)
            answered = time.monotonic()
            wait_until(lambda: prong.access_log.count("\n") > n, "the line")
            late.append(time.monotonic() - answered)
        asker.close()
        # The promise is for an idle machine; this one may be busy now and then.
        assert sorted(late)[14] < 0.15, late


def test_killed_logger_loses_no_line():
    with Prong(level="notice", alerts="logger process .* exited") as prong:
        asker = Asker(prong)
        for _ in range(12):
            before = logger_of(prong)
            asker.ask(400)
            os.kill(before, SIGKILL)
            asker.ask(400)
            wait_until(lambda: not is_alive(before), "its end")
        asker.close()
        stats = prong.wait_stats(
            lambda s: s["logger"]["queue"] == 0, "empty rings")
        text = wait_lines(prong, asker.answered)
        found, odd = numbers(text)
        assert stats["total"]["log_dropped"] == 0
        assert set(found) == set(range(asker.answered))
        # At least once; and a write that the kill cut short is half a line.
        assert len(odd) <= 24, odd[:5]
        assert stats["total"]["requests"] == asker.answered


def test_stopped_logger_delays_nobody():
    with Prong(workers=1, level="error") as prong:
        asker = Asker(prong)
        logger = logger_of(prong)
        os.kill(logger, SIGSTOP)
        try:
            asker.ask(6000)  # far more than a ring holds
            assert asker.slowest_s < 2
            assert dropped(prong) > 0
            prong.wait_stats(lambda s: s["prong"]["health"] == "log-blocked",
                             "health=log-blocked")
        finally:
            os.kill(logger, SIGCONT)
        prong.wait_stats(lambda s: s["logger"]["queue"] == 0, "empty rings")
        asker.ask(10)
        lost = dropped(prong)
        found, odd = numbers(wait_lines(prong, asker.answered - lost))
        assert not odd
        assert len(found) == len(set(found)) == asker.answered - lost
        assert found[-10:] == list(range(asker.answered - 10, asker.answered))
        asker.close()
        prong.wait_stats(lambda s: s["prong"]["health"] == "ok", "health=ok")


def test_a_stop_does_not_wait_for_ever_for_a_stopped_logger():
    with Prong(workers=1, level="notice") as prong:
        asker = Asker(prong)
        os.kill(logger_of(prong), SIGSTOP)
        asker.ask(200)
        asker.close()
        assert prong.stop() == 0
        # Killed in the end; its successor wrote what was left.
        assert numbers(prong.access_log) == (list(range(200)), [])


def test_killed_worker_leaves_its_lines():
    """What stands in its ring when it dies is written, though nobody rang."""
    with Prong(workers=1, level="notice") as prong:
        asker = Asker(prong)
        for _ in range(5):
            logger, worker = logger_of(prong), prong.workers[0]
            os.kill(logger, SIGSTOP)
            try:
                asker.ask(200)
                asker.close()
                prong.wait_stats(
                    lambda s: s.all("counters", role="worker")[0]["log_lines"]
                    == 200, "the lines in the ring")
                os.kill(worker, SIGKILL)
                wait_until(lambda: prong.workers and
                           prong.workers != [worker], "another worker")
            finally:
                os.kill(logger, SIGCONT)
        found, odd = numbers(wait_lines(prong, asker.answered))
        assert not odd
        assert found == list(range(asker.answered))


def test_a_killed_family_leaves_its_lines():
    """Everything is killed at once; the next start writes what stood there,
    each line to its own log, though the configuration is another by then."""
    logs = ["access_log logs/other.log;", "access_log logs/access.log;"]
    with Prong(workers=1, level="notice", server=" ".join(logs),
               alerts="the master is gone") as prong:
        asker = Asker(prong)
        logger = logger_of(prong)
        os.kill(logger, SIGSTOP)
        asker.ask(200)
        asker.close()
        prong.wait_stats(
            lambda s: s.all("counters", role="worker")[0]["log_lines"] == 400,
            "the lines in the ring")
        family = [*prong.children(), prong.pid]
        for pid in reversed(family):  # the master first: no successor
            os.kill(pid, SIGKILL)
        prong.process.wait()
        wait_until(lambda: not any(map(is_alive, family)), "their end")
        assert prong.access_log == ""
        prong.write_conf(server="access_log logs/new.log; " +
                         " ".join(reversed(logs)))
        prong.start()
        for log in ("logs/access.log", "logs/other.log"):
            found, odd = numbers(
                wait_lines(prong, 200, lambda path=log: prong.read(path)))
            assert not odd and found == list(range(200)), log
        assert prong.read("logs/new.log") == ""
        assert prong.stats()["total"]["requests"] == 200


def fill_queue(prong):
    """Messages of no use until there is room for none; the queue has no name,
    so it is opened by way of the master's descriptor."""
    queue, = [fd for fd in Path(f"/proc/{prong.pid}/fd").iterdir()
              if re.match(r"/prong\.\d+\.\d+ ", os.readlink(fd))]
    fd = os.open(queue, os.O_WRONLY | os.O_NONBLOCK)
    try:
        while ctypes.CDLL(None).mq_send(fd, bytes(4), 4, 0) == 0:
            pass
    finally:
        os.close(fd)


def test_a_full_queue_loses_no_line():
    with Prong(workers=2, level="info") as prong:
        assert_queue(prong)
        logger = logger_of(prong)
        os.kill(logger, SIGSTOP)
        fill_queue(prong)
        try:
            for n in range(400):  # each is an error and rings
                assert prong.get(f"/missing-{n}").status == 404
            stats = prong.stats()
        finally:
            os.kill(logger, SIGCONT)
        assert stats["counters"]["doorbells_lost"] > 0
        assert stats["total"]["log_dropped"] == 0
        for n in (0, 399):
            prong.wait_log(rf"/missing-{n}\" failed \(2: ")
        wait_lines(prong, 400)
        assert len(re.findall(r"/missing-", prong.error_log)) >= 400


@needs_root
def test_another_user_is_another_logger():
    nobody = f"user nobody {group_of_user('nobody')};"
    with Prong(workers=1, level="notice") as prong:
        asker = Asker(prong)
        before = logger_of(prong)
        for main in (nobody, f"user daemon {group_of_user('daemon')};", nobody):
            asker.ask(300)
            asker.close()  # the old worker would answer one and close
            prong.write_conf(main=main)
            prong.reload()
            asker.ask(300)
        asker.close()
        wait_until(lambda: logger_of(prong) != before and
                   not is_alive(before), "another logger")
        found, odd = numbers(wait_lines(prong, asker.answered))
        assert not odd
        assert sorted(found) == list(range(asker.answered))


# --- rotation --------------------------------------------------------------

def test_rotation_under_load_conserves_lines():
    with Prong(level="notice") as prong:
        asker = Asker(prong)
        log = prong.prefix / "logs/access.log"
        sizes = []
        for n in range(8):
            asker.ask(300)
            log.rename(f"{log}.{n}")
            reopen = subprocess.Popen(prong.command("-s", "reopen"),
                                      stderr=subprocess.PIPE, text=True)
            asker.ask(300)
            assert reopen.wait(15) == 0, reopen.stderr.read()
            reopen.stderr.close()
            sizes.append(Path(f"{log}.{n}").stat().st_size)
        asker.ask(100)
        asker.close()
        old = [Path(f"{log}.{n}") for n in range(8)]
        text = "".join(path.read_text() for path in old)
        wait_until(lambda: text.count("\n") + prong.access_log.count("\n") >=
                   asker.answered, "the last lines")
        found, odd = numbers(text + prong.access_log)
        assert not odd
        assert sorted(found) == list(range(asker.answered))
        # Whoever compresses the old file after -s reopen loses nothing.
        assert sizes == [path.stat().st_size for path in old]


def test_reopen_of_what_cannot_be_opened():
    with Prong(level="notice", main="", start=False) as prong:
        prong.write_conf()
        prong.start()
        asker = Asker(prong)
        log = prong.prefix / "logs/access.log"
        log.rename(f"{log}.1")
        log.mkdir()
        done = prong.run("-s", "reopen")
        assert done.returncode == 1, done.stderr
        asker.ask(10)  # goes where it went before
        asker.close()
        wait_lines(prong, 10, lambda: Path(f"{log}.1").read_text())
        log.rmdir()
        assert prong.run("-s", "reopen").returncode == 0
        asker.ask(5)
        asker.close()
        wait_lines(prong, 5)


# --- a log that takes nothing ----------------------------------------------

TWO_LOGS = "access_log logs/other.log combined;"


def test_a_fifo_that_nobody_reads():
    with Prong(workers=1, level="notice", server="""
            access_log logs/fifo combined; access_log logs/other.log;""",
               start=False) as prong:
        fifo = prong.prefix / "logs/fifo"
        os.mkfifo(fifo, 0o666)
        prong.start()
        asker = Asker(prong)
        asker.ask(3000, PAUSE_S)
        assert asker.slowest_s < 2
        prong.wait_stats(lambda s: s["prong"]["health"] == "log-blocked",
                         "health=log-blocked")
        assert "nobody reads" in prong.stats()["logger"]["last_error"]
        prong.wait_log(r"\[crit\].*nobody reads \".*/logs/fifo\"")
        other = wait_lines(prong, 3000,
                           lambda: prong.read("logs/other.log"))
        assert sorted(numbers(other)[0]) == list(range(3000))
        assert own_dropped(prong, "worker") == 0
        fd = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
        lost = dropped(prong)
        assert lost > 0
        text = b""
        deadline = time.monotonic() + 15
        while text.count(b"\n") < 3000 - lost and time.monotonic() < deadline:
            if select.select([fd], [], [], 0.1)[0]:
                text += os.read(fd, 65536)
        os.close(fd)
        found, odd = numbers(text.decode())
        assert len(odd) <= 1, odd  # half a line that was given up
        assert len(found) == len(set(found)) == 3000 - dropped(prong)
        prong.wait_stats(lambda s: s["prong"]["health"] == "ok", "health=ok")
        asker.close()


_libc = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNS = 0x20000
MS_REC, MS_PRIVATE = 0x4000, 1 << 18


def mount_tmpfs(where, size):
    """Run by the server before exec: a small disk that only it sees."""
    def arm():
        if (_libc.unshare(CLONE_NEWNS) or
                _libc.mount(b"none", b"/", None, MS_REC | MS_PRIVATE, None) or
                _libc.mount(b"tmpfs", str(where).encode(), b"tmpfs", 0,
                            f"size={size},mode=755".encode())):
            os._exit(99)
    return arm


def seen_by(prong, path):
    """The path as the server sees it."""
    return Path(f"/proc/{prong.pid}/root{path}")


@needs_root
def test_a_full_disk_under_the_log():
    with Prong(workers=1, level="notice", server="""
            access_log disk/a.log combined; access_log logs/other.log;""",
               start=False) as prong:
        disk = prong.prefix / "disk"
        disk.mkdir()
        prong.arm = mount_tmpfs(disk, "256k")
        prong.start()
        asker = Asker(prong)
        filler = seen_by(prong, disk / "filler")
        filler.write_bytes(bytes(200 * 1024))
        asker.ask(3000, PAUSE_S)
        assert asker.slowest_s < 2
        prong.wait_stats(lambda s: s["prong"]["health"] == "log-blocked",
                         "health=log-blocked")
        assert "No space left" in prong.stats()["logger"]["last_error"]
        prong.wait_log(r"\[crit\].*/disk/a.log\" failed \(28: No space left")
        other = wait_lines(prong, 3000, lambda: prong.read("logs/other.log"))
        assert sorted(numbers(other)[0]) == list(range(3000))
        assert own_dropped(prong, "worker") == 0
        waiting = seen_by(prong, disk / "a.log").read_text()
        filler.unlink()
        asker.ask(20)
        stats = prong.wait_stats(lambda s: s["logger"]["queue"] == 0,
                                 "empty rings")
        lost = stats["total"]["log_dropped"]
        assert lost > 0
        found, odd = numbers(seen_by(prong, disk / "a.log").read_text())
        assert len(found) > waiting.count("\n") + 20  # what waited came too
        assert len(odd) <= 1, odd
        assert len(found) == len(set(found)) == 3020 - lost
        prong.wait_log("takes lines again")
        prong.wait_stats(lambda s: s["prong"]["health"] == "ok", "health=ok")
        asker.close()
        # once a minute at most
        assert len(re.findall(r"\[crit\].*a\.log", prong.error_log)) == 1


# --- a full /dev/shm -------------------------------------------------------

@needs_root
def test_a_full_shm_refuses_the_start():
    with Prong(start=False) as prong:
        prong.arm = mount_tmpfs("/dev/shm", "64k")
        prong.launch()
        assert prong.wait_end() == 1
        assert re.search(r"\[emerg\].*shared memory.*\(28: No space left",
                         prong.stderr), prong.stderr
        assert not list((prong.prefix / "run").glob("prong.*"))


@needs_root
def test_a_full_shm_refuses_the_reload():
    with Prong(workers=1, level="notice", start=False) as prong:
        prong.arm = mount_tmpfs("/dev/shm", "4m")
        prong.start()
        worker = prong.workers
        filler = seen_by(prong, "/dev/shm/filler")
        with open(filler, "wb", buffering=0) as file:
            try:
                while True:
                    file.write(bytes(4096))
            except OSError as err:
                assert err.errno == 28
        def enter():
            with open(f"/proc/{prong.pid}/ns/mnt", "rb") as space:
                assert _libc.setns(space.fileno(), 0) == 0

        done = prong.run("-s", "reload", preexec_fn=enter)
        assert done.returncode == 1, done.stderr
        assert "No space left" in done.stderr, done.stderr
        assert "No space left" in prong.stats()["command"]["why"]
        assert prong.stats()["prong"]["health"] == "reload-failed"
        assert prong.workers == worker
        assert prong.get("/").status == 403
        filler.unlink()
        assert prong.run("-s", "reload", preexec_fn=enter).returncode == 0
        assert prong.stats()["prong"]["generation"] == 2
