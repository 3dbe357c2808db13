"""Connections as the configuration wants them, and clients that misbehave."""

import time

import pytest

from harness import Prong, request

BIG = bytes(range(256)) * 8192  # 2 MiB


@pytest.fixture(scope="module")
def site():
    with Prong() as prong:
        fill(prong)
        yield prong


def fill(prong):
    prong.write("www/a.txt", b"aaa")
    prong.write("www/b.txt", b"bb")
    prong.write("www/big.bin", BIG)


def test_keepalive_requests(serve):
    prong = serve(server="keepalive_requests 3;")
    fill(prong)
    with prong.connect() as client:
        assert [client.ask("/a.txt").closes for _ in range(3)] == [
            False, False, True]
        client.read_end()


def test_keepalive_timeout(serve):
    prong = serve(server="keepalive_timeout 300ms 7;")
    fill(prong)
    with prong.connect() as client:
        answer = client.ask("/a.txt")
        assert answer["Keep-Alive"] == "timeout=7"
        began = time.monotonic()
        client.read_end()
        assert 0.25 < time.monotonic() - began < 3


SAFARI = ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) AppleWebKit/605 "
          "(KHTML) Version/15.1 Safari/605")
CHROME = ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) AppleWebKit/537 "
          "(KHTML) Chrome/120.0 Safari/537")
MSIE6 = "Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1)"


@pytest.mark.parametrize("words, agent, method, closes", [
    ("msie6", MSIE6, "POST", True), ("msie6", MSIE6, "GET", False),
    ("msie6", MSIE6 + " SV1", "POST", False), ("none", MSIE6, "POST", False),
    ("safari", SAFARI, "GET", True), ("safari", CHROME, "GET", False),
    ("msie6", SAFARI, "GET", False), ("msie6 safari", SAFARI, "GET", True)])
def test_keepalive_disable(serve, words, agent, method, closes):
    prong = serve(workers=1, server=f"keepalive_disable {words};")
    fill(prong)
    with prong.connect() as client:
        answer = client.ask("/a.txt", method,
                            headers=[("User-Agent", agent)])
        assert answer.closes == closes


def test_max_headers(serve):
    prong = serve(workers=1, server="max_headers 10;")
    fill(prong)
    for lines, status in [(9, 200), (10, 400)]:  # Host is one more
        more = [(f"A-{n}", "x") for n in range(lines)]
        assert prong.get("/a.txt", headers=more).status == status


def test_keepalive_min_timeout(serve):
    """An idle connection that was promised its time is not closed for others;
    one without a promise is."""
    prong = serve(workers=1, server="keepalive_min_timeout 3s;")
    prong.write_conf(prong.conf.read_text(encoding="utf-8").replace(
        "worker_connections 512", "worker_connections 4"))
    fill(prong)
    prong.reload()
    with prong.connect() as kept, prong.connect() as silent:
        assert kept.ask("/a.txt").status == 200
        time.sleep(0.3)  # the silent one is not fresh any more
        others = [prong.connect() for _ in range(2)]
        for other in others:
            assert other.ask("/a.txt").status == 200
        silent.read_end()
        kept.expect_open()
        assert kept.ask("/b.txt").status == 200
        for other in others:
            other.close()


def test_keepalive_min_timeout_outlasts_the_grace(serve):
    """A worker that leaves ends idle connections after 5 s, not this one."""
    prong = serve(workers=1, server="keepalive_min_timeout 30s;")
    fill(prong)
    with prong.connect() as client:
        assert client.ask("/a.txt").status == 200
        prong.reload()
        client.expect_open(6)
        answer = client.ask("/a.txt")
        assert answer.body == b"aaa" and answer.closes


def test_keepalive_off(serve):
    prong = serve(server="keepalive_timeout 0;")
    fill(prong)
    with prong.connect() as client:
        assert client.ask("/a.txt").closes
        client.read_end()


def test_pipelined_requests_of_every_kind(site):
    with site.connect() as client:
        client.send(request("/a.txt", "HEAD") +
                    request("/a.txt", "POST", body=b"12345",
                            headers={"Content-Length": "5"}) +
                    request("/b.txt", headers={"Range": "bytes=1-"}) +
                    request("/a.txt", "PUT", body=b"3\r\nabc\r\n0\r\n\r\n",
                            headers={"Transfer-Encoding": "chunked"}) +
                    request("/b.txt", headers={"Connection": "close"}) +
                    request("/a.txt"))
        assert client.read("HEAD").status == 200
        assert client.read().status == 405
        assert client.read().body == b"b"
        assert client.read().status == 405
        assert client.read().body == b"bb"
        client.read_end()


def test_a_body_is_read_and_discarded(site):
    with site.connect() as client:
        for headers, body in [
                ({"Content-Length": "100000"}, b"GET / HTTP/1.1\r\n" * 6250),
                ({"Transfer-Encoding": "chunked"},
                 b"1a;ext=1\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\r\n"
                 b"3\r\nabc\r\n0\r\nTrailer: x\r\n\r\n")]:
            client.send(request("/a.txt", "POST", headers=headers, body=body))
            answer = client.read()
            assert answer.status == 405 and not answer.closes
            assert client.ask("/b.txt").body == b"bb"


@pytest.mark.parametrize("headers, body", [
    ({"Content-Length": "1001"}, b"x" * 1001),
    ({"Content-Length": "9" * 18}, b"x" * 5000),
    ({"Transfer-Encoding": "chunked"}, b"3e9\r\n" + b"x" * 1001 + b"\r\n0\r\n\r\n"),
    ({"Transfer-Encoding": "chunked"}, b"1\r\nx\r\n" * 1001),
    ({"Content-Length": "5000000"}, b"x" * 5000000),
], ids=["declared", "huge", "chunk", "chunks", "long"])
def test_a_body_too_large(serve, headers, body):
    prong = serve(server="client_max_body_size 1000;")
    fill(prong)
    with prong.connect() as client:
        client.send(request("/a.txt", "POST", headers=headers, body=body))
        answer = client.read()  # the client sees it, whatever it still sends
        assert answer.status == 413 and answer.closes
        client.shut()
        client.read_end()


def test_a_body_of_the_largest_size(serve):
    prong = serve(server="client_max_body_size 1000;")
    fill(prong)
    with prong.connect() as client:
        answer = client.ask("/a.txt", "POST", body=b"x" * 1000,
                            headers={"Content-Length": "1000"})
        assert answer.status == 405
        assert client.ask("/a.txt").status == 200


def test_readers_that_stop_starve_nobody(serve):
    prong = serve()
    fill(prong)
    stopped = [prong.connect() for _ in range(50)]
    try:
        for client in stopped:
            client.send(request("/big.bin") * 3)
        for _ in range(50):
            assert prong.get("/a.txt").body == b"aaa"
        for client in stopped:
            for _ in range(3):
                assert client.read().body == BIG
    finally:
        for client in stopped:
            client.close()


def test_clients_that_go_away(serve):
    prong = serve()
    fill(prong)
    for _ in range(30):
        client = prong.connect()
        client.send(request("/big.bin") * 2)
        client.fill()
        client.reset()
    for _ in range(30):
        prong.connect().close()
    assert prong.get("/a.txt").body == b"aaa"
    prong.wait_stats(lambda s: s["total"]["active"] == 0)