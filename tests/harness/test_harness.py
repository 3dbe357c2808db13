"""The harness itself: a reader that forgives would let every test pass."""

import socket

import pytest

from harness import Client, WireError, parse_logfmt
from harness.stats import Snapshot


def reader_of(data):
    """A client to whom a server says exactly this, and closes."""
    ours, theirs = socket.socketpair()
    theirs.sendall(data)
    theirs.close()
    client = Client.__new__(Client)
    client.sock, client.timeout = ours, 5
    client.buffer, client.ended = b"", False
    return client


OK = b"HTTP/1.1 200 OK\r\n"


def test_reads_pipelined_answers():
    client = reader_of(OK + b"Content-Length: 2\r\n\r\nhi"
                       b"HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n"
                       + OK + b"Transfer-Encoding: chunked\r\n\r\n"
                       b"2\r\nab\r\n0\r\n\r\n"
                       + OK + b"Connection: close\r\n\r\nrest")
    assert client.read().body == b"hi"
    assert client.read().body == b""
    assert client.read().body == b"ab"
    assert client.read().body == b"rest"
    client.read_end()


def test_reads_a_head_alone():
    client = reader_of(OK + b"Content-Length: 7\r\n\r\n")
    assert client.read("HEAD")["content-length"] == "7"
    client.read_end()


@pytest.mark.parametrize("data", [
    b"",
    b"HTTP/1.1 200 OK\r\n",
    b"HTTP/1.1 200 OK\nContent-Length: 0\n\n",
    b"HTTP/1.1 200 OK\r\nA: b\nContent-Length: 0\r\n\r\n",
    b"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n",
    b"HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n",
    OK + b"Content-Length : 0\r\n\r\n",
    OK + b"Content-Length: 0\r\nContent-Length: 0\r\n\r\n",
    OK + b"Content-Length: -1\r\n\r\n",
    OK + b"Content-Length: 3\r\n\r\nab",
    OK + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\nab",
    OK + b"Transfer-Encoding: gzip\r\n\r\nab",
    OK + b"Transfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n0\r\n\r\n",
    OK + b"Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n",
    OK + b"\r\nno end",
    b"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n",
])
def test_refuses(data):
    with pytest.raises(WireError):
        reader_of(data).read()


def test_sees_bytes_behind_an_answer():
    client = reader_of(OK + b"Content-Length: 2\r\n\r\nhixx")
    client.read()
    with pytest.raises(WireError):
        client.read_end()


def test_reads_logfmt():
    line = r'command time=2026-11-20T08:01:02Z n=7 why="a \"b\" \\ \x0a="'
    assert parse_logfmt(line) == ("command", {
        "time": "2026-11-20T08:01:02Z", "n": 7, "why": 'a "b" \\ \n='})
    assert parse_logfmt("end lines=3") == ("end", {"lines": 3})


@pytest.mark.parametrize("line", [
    "", "End lines=1", "a b", "a b=", "a b=1 b=2", 'a b="x', "a  b=1",
    "a b=\x01", 'a b="x"c=1',
])
def test_refuses_what_is_no_logfmt(line):
    with pytest.raises(AssertionError):
        parse_logfmt(line)


def test_reads_a_snapshot():
    snapshot = Snapshot("prong version=1\nworker slot=0 pid=7\n"
                        "worker slot=1 pid=8\ncounters who=total requests=3\n"
                        "end lines=5\n")
    assert snapshot["prong"]["version"] == 1
    assert [w["pid"] for w in snapshot.workers] == [7, 8]
    assert snapshot.counter("requests") == 3
    for bad in ["prong version=1\n", "prong version=1\nend lines=2",
                "prong version=1\nend lines=7\n"]:
        with pytest.raises(AssertionError):
            Snapshot(bad)
