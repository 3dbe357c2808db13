"""Who reads the statistics, and who writes commands: many at once, stalled,
hostile. The master answers the others all the same."""

import os
import threading
import time
from pathlib import Path

import pytest
from harness import Snapshot, wait_until


def open_reader(prong):
    return os.open(prong.prefix / "run/prong.stats",
                   os.O_RDONLY | os.O_NONBLOCK)


def test_20_readers_get_a_whole_snapshot_or_nothing(serve):
    prong = serve()
    texts, errors = [], []

    def read():
        try:
            for _ in range(3):  # whoever ties with another reads again
                texts.append(wait_until(prong.stats_text, "a snapshot"))
        except AssertionError as err:
            errors.append(err)

    threads = [threading.Thread(target=read) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert len(texts) == 60
    for text in texts:
        Snapshot(text)  # raises where it is cut or two run together
        assert text.count("\nend lines=") == 1
        assert text.count("prong version=") == 1


def test_a_plain_cat_loop_works(serve):
    prong = serve()
    for _ in range(30):
        Snapshot(prong.stats_text())


def test_a_reader_that_never_reads_delays_nobody(serve):
    prong = serve()
    idle = [open_reader(prong) for _ in range(200)]
    try:
        for _ in range(5):
            begun = time.monotonic()
            prong.stats()
            assert time.monotonic() - begun < 2
        prong.control("ping")
        prong.wait_log("ping")
        assert prong.reload() > 1
    finally:
        for fd in idle:
            os.close(fd)
    prong.stats()
    fds = len(os.listdir(f"/proc/{prong.pid}/fd"))
    assert fds < 60, f"{fds} descriptors are left open"


def test_what_is_written_into_the_stats_fifo_is_shown_to_nobody(serve):
    prong = serve()
    path = prong.prefix / "run/prong.stats"
    inode = path.stat().st_ino
    fd = os.open(path, os.O_WRONLY | os.O_NONBLOCK)
    try:
        os.write(fd, b"prong version=forged\n")
        # Who opens it gets a FIFO that no reader has met.
        wait_until(lambda: path.stat().st_ino != inode, "a fresh FIFO")
        assert "forged" not in prong.stats().text
        try:
            os.write(fd, b"prong version=forged\n")
        except BrokenPipeError:
            pass
        for _ in range(3):
            assert "forged" not in prong.stats().text
    finally:
        os.close(fd)


def write_all(prong, data, timeout=10.0):
    """Like `cat file > ctl`: blocks, in pieces, but not for ever."""
    fd = os.open(prong.prefix / "run/prong.ctl", os.O_WRONLY | os.O_NONBLOCK)
    deadline = time.monotonic() + timeout
    try:
        while data and time.monotonic() < deadline:
            try:
                data = data[os.write(fd, data[:65536]):]
            except BlockingIOError:
                time.sleep(0.001)
    finally:
        os.close(fd)
    assert not data, "the control FIFO is not read"


HOSTILE = {
    "binary": os.urandom(4096) + b"\n",
    "a megabyte without a newline": b"x" * (1 << 20),
    "newlines alone": b"\n" * 10000,
    "half a line": b"relo",
    "NUL": b"\0reload\0\n",
    "a long verb": b"reload" * 1000 + b"\n",
    "a format": b"%s%n%x\n",
    "escapes": b"\x1b[2J\x1b]0;title\x07\n",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_writer(serve, name):
    prong = serve()
    generation = prong.stats()["prong"]["generation"]
    write_all(prong, HOSTILE[name])
    write_all(prong, b"\nping\n")  # ends the line that has no end
    prong.wait_log("ping")
    assert prong.get("/").status in (200, 403, 404)
    assert prong.stats()["prong"]["generation"] == generation
    log = Path(prong.prefix, "logs/error.log").read_bytes()
    for line in log.splitlines():
        assert len(line) < 2048
        assert all(0x20 <= c <= 0x7e for c in line), f"raw bytes: {line!r}"


def test_two_writers_at_once_lose_no_line(serve):
    prong = serve()

    def write():
        for _ in range(50):
            wait_until(lambda: prong.control("ping") or True)

    threads = [threading.Thread(target=write) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    prong.wait_log("ping", count=100)


def test_a_line_without_newline_is_obeyed_at_the_close(serve):
    prong = serve()
    before = prong.stats()["prong"]["generation"]
    prong.control("reload", end="")
    prong.wait_stats(lambda s: s["prong"]["generation"] == before + 1,
                     "the reload")


def test_several_commands_in_one_write_are_obeyed_in_order(serve):
    prong = serve()
    prong.control("log debug\nworkers 3\n \r\n\nworkers +1\r\n")
    wait_until(lambda: len(prong.workers) == 4, "four workers")
    stats = prong.stats()
    told = [(c["verb"], c["argument"]) for c in stats.all("command")]
    assert told == [("log", "debug"), ("workers", 3), ("workers", "+1")]
    assert stats["master"]["workers"] == 4
    assert stats["master"]["configured"] == 2
