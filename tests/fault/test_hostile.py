"""What a hostile or clumsy writer sends into the control FIFO: it is refused,
quoted without raw bytes, and the next command is obeyed all the same."""

import os
import time
from pathlib import Path

import pytest


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
