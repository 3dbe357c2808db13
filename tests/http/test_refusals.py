"""What no request may be: each is refused, and nothing behind it is obeyed."""

import pytest

from harness import Prong

GET = b"GET /a.txt HTTP/1.1\r\n"
HOST = b"Host: localhost\r\n"
END = b"\r\n"
# What an attacker would hide behind the request: it must not be answered.
HIDDEN = b"GET /hidden.txt HTTP/1.1\r\nHost: localhost\r\n\r\n"


@pytest.fixture(scope="module")
def site():
    with Prong() as prong:
        prong.write("www/a.txt", b"aaa")
        prong.write("www/hidden.txt", b"smuggled")
        yield prong


def refused(site, data, *statuses):
    """The only answer to these bytes is a refusal, and then the end."""
    with site.connect() as client:
        client.send(data)
        client.shut()
        answer = client.read()
        assert answer.status in (statuses or (400,)), answer
        assert answer.closes
        client.read_end()


@pytest.mark.parametrize("data", [
    b"\x00" + GET + HOST + END,
    b"GET\r\n\r\n",
    b"GET /a.txt\r\n\r\n",
    b"GET /a.txt HTTP/1.1 \r\n" + HOST + END,
    b"GET a.txt HTTP/1.1\r\n" + HOST + END,
    b"GET /a\x00.txt HTTP/1.1\r\n" + HOST + END,
    b"GET /a.txt\x7f HTTP/1.1\r\n" + HOST + END,
    b"GET /a.txt\tHTTP/1.1\r\n" + HOST + END,
    b"GET /a.txt HTTP/1\r\n" + HOST + END,
    b"GET /a.txt HTTP/1.1x\r\n" + HOST + END,
    b"GET /a.txt http/1.1\r\n" + HOST + END,
    b"GET /a.txt XTTP/1.1\r\n" + HOST + END,
    b"GET /a.txt HTTP/11\r\n" + HOST + END,
])
def test_request_lines(site, data):
    refused(site, data + HIDDEN, 400, 501, 505)


@pytest.mark.parametrize("version", [b"2.0", b"3.0", b"1.9", b"0.9"])
def test_versions(site, version):
    refused(site, b"GET /a.txt HTTP/" + version + b"\r\n" + HOST + END +
            HIDDEN, 400, 505)


@pytest.mark.parametrize("line", [
    b"X : y\r\n",
    b" X: y\r\n",
    b"\tX: y\r\n",
    b"X: y\r\n folded\r\n",
    b"X: y\r\n\tfolded\r\n",
    b"X\r\n",
    b": y\r\n",
    b"X\x00: y\r\n",
    b"X: y\x00z\r\n",
    b"X: y\rz\r\n",
    b"X: y\r\r\n",
    b"X(: y\r\n",
    b"X Y: z\r\n",
    b"X: \x01\r\n",
    b"\rX: y\r\n",
])
def test_field_lines(site, line):
    refused(site, GET + HOST + line + END + HIDDEN)


@pytest.mark.parametrize("host", [
    b"",
    b"Host: a\r\nHost: a\r\n",
    b"Host: a\r\nHost: b\r\n",
    b"Host: a b\r\n",
    b"Host: a/b\r\n",
    b"Host: a@b\r\n",
    b"Host: a?b\r\n",
    b"Host: a:b\r\n",
    b"Host: a:99999999\r\n",
    b"Host: [::1\r\n",
    b"Host: ../x\r\n",
    b"Host: a\x00b\r\n",
    b"Host: <a>\r\n",
])
def test_hosts(site, host):
    refused(site, GET + host + END + HIDDEN)


@pytest.mark.parametrize("host", [
    b"localhost", b"LOCALHOST:80", b"a.b.c.", b"127.0.0.1:8080", b"[::1]:80",
    b"x_y", b"a,b",
])
def test_hosts_that_are_fine(site, host):
    with site.connect() as client:
        client.send(GET + b"Host: " + host + b"\r\n\r\n")
        assert client.read().status == 200


def test_the_host_of_an_absolute_target_wins(serve):
    prong = serve(conf="""
pid run/prong.pid;
error_log logs/error.log info;
events {}
http {
    server { listen 127.0.0.1:{port}; server_name one; return 200 "one"; }
    server { listen 127.0.0.1:{port}; server_name two; return 200 "two"; }
}
""")
    for host, target, name in [("one", "/", b"one"), ("two", "/", b"two"),
                               ("TWO:99", "/", b"two"), ("two.", "/", b"two"),
                               ("other", "/", b"one"),
                               ("one", "http://two/", b"two"),
                               ("two", "http://one:99/x", b"one")]:
        assert prong.get(target, host=host).body == name, (host, target)
    with prong.connect() as client:
        client.send(b"GET http://two/ HTTP/1.0\r\n\r\n")
        assert client.read().body == b"two"


CHUNKED = b"Transfer-Encoding: chunked\r\n"


@pytest.mark.parametrize("fields", [
    b"Content-Length: 5\r\nContent-Length: 6\r\n",
    b"Content-Length: 5\r\nContent-Length: 5\r\n",
    b"Content-Length: 5, 5\r\n",
    b"Content-Length: +5\r\n",
    b"Content-Length: -5\r\n",
    b"Content-Length: 5x\r\n",
    b"Content-Length: 0x5\r\n",
    b"Content-Length: 5 5\r\n",
    b"Content-Length: \r\n",
    b"Content-Length: 99999999999999999999999\r\n",
    b"Content-Length: 5\r\n" + CHUNKED,
    CHUNKED + b"Content-Length: 5\r\n",
    CHUNKED + CHUNKED,
    b"Transfer-Encoding: chunked, chunked\r\n",
    b"Transfer-Encoding: chunked, identity\r\n",
    b"Transfer-Encoding: identity\r\n",
    b"Transfer-Encoding: xchunked\r\n",
    b"Transfer-Encoding: gzip\r\n",
    b"Transfer-Encoding: gzip, chunked\r\n",
    b"Transfer-Encoding:\r\n",
    b"Transfer-Encoding: \x0bchunked\r\n",
    b"Transfer-Encoding : chunked\r\n",
    b"Transfer-Encoding\r\n : chunked\r\n",
    b"Transfer-Encoding:\r\n chunked\r\n",
])
def test_framings(site, fields):
    for body in [b"0\r\n\r\n", b"12345"]:
        refused(site, b"POST /a.txt HTTP/1.1\r\n" + HOST + fields + END + body +
                HIDDEN, 400, 413, 501)


def test_chunked_is_not_for_http_1_0(site):
    refused(site, b"POST /a.txt HTTP/1.0\r\n" + HOST + CHUNKED +
            b"Connection: keep-alive\r\n\r\n0\r\n\r\n" + HIDDEN)


@pytest.mark.parametrize("body", [
    b"5\nhello\r\n0\r\n\r\n",
    b"5\r\nhello\n0\r\n\r\n",
    b"5\r\nhello0\r\n\r\n",
    b"5\r\nhelloX\r\n0\r\n\r\n",
    b"g\r\nhello\r\n0\r\n\r\n",
    b"-5\r\nhello\r\n0\r\n\r\n",
    b"+5\r\nhello\r\n0\r\n\r\n",
    b"0x5\r\nhello\r\n0\r\n\r\n",
    b" 5\r\nhello\r\n0\r\n\r\n",
    b"5 \r\nhello\r\n0\r\n\r\n",
    b"5\r\r\nhello\r\n0\r\n\r\n",
    b"5;a\nb\r\nhello\r\n0\r\n\r\n",
    b"ffffffffffffffffff\r\nhello\r\n0\r\n\r\n",
    b"5\r\nhello\r\n0\n\r\n",
    b"5\r\nhello\r\n0\r\n\n",
    b"5\r\nhello\r\n0\r\nX: y\n\r\n",
    b"\r\n5\r\nhello\r\n0\r\n\r\n",
])
def test_chunks(site, body):
    with site.connect() as client:
        client.send(b"POST /a.txt HTTP/1.1\r\n" + HOST + CHUNKED + END + body +
                    HIDDEN)
        client.shut()
        rest = client.take_rest()
        assert b"smuggled" not in rest, rest
        assert rest.startswith(b"HTTP/1.1 4"), rest


def test_a_bare_lf_may_end_a_line_of_the_head(site):
    with site.connect() as client:
        client.send(b"GET /a.txt HTTP/1.1\nHost: localhost\nX: y\r\n\n")
        assert client.read().body == b"aaa"
        client.send(b"GET /a.txt HTTP/1.1\r\nHost: localhost\n\r\n")
        assert client.read().body == b"aaa"


def test_upgrades_are_not_taken(site):
    with site.connect() as client:
        client.send(GET + HOST + b"Connection: Upgrade, HTTP2-Settings\r\n"
                    b"Upgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n" + HIDDEN)
        assert client.read().body == b"aaa"
        assert client.read().body == b"smuggled"  # an honest second request
    with site.connect() as client:
        client.send(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
        assert client.read().status in (400, 405, 501, 505)


@pytest.mark.parametrize("data, status", [
    (b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\n" + HOST + END, 414),
    (b"GET /" + b"a" * 90000, 414),
    (GET + HOST + b"X: " + b"a" * 9000 + b"\r\n\r\n", 431),
    (GET + HOST + b"X: " + b"a" * 90000, 431),
    (GET + HOST + (b"X: " + b"a" * 4000 + b"\r\n") * 10 + END, 431),
    (GET + HOST + b"X:\r\n" * 20000, 431),
])
def test_limits(site, data, status):
    with site.connect() as client:
        client.send(data)
        answer = client.read()
        assert answer.status == status and answer.closes
        client.shut()
        client.read_end()


def test_limits_that_are_configured(serve):
    prong = serve(http="large_client_header_buffers 2 2k;")
    prong.write("www/a.txt", b"aaa")
    assert prong.get("/a.txt?" + "x" * 1900).status == 200
    assert prong.get("/a.txt?" + "x" * 2100).status == 414
    assert prong.get("/a.txt", headers={"X": "y" * 1900}).status == 200
    assert prong.get("/a.txt", headers={"X": "y" * 2100}).status == 431
    assert prong.get("/a.txt", headers=[("X", "y" * 1900)] * 3).status == 431


def test_garbage(site):
    import random
    rng = random.Random(4711)
    for n in range(200):
        data = bytes(rng.randrange(256) for _ in range(rng.randrange(1, 400)))
        with site.connect() as client:
            client.send(data)
            client.shut()
            rest = client.take_rest()
            assert rest == b"" or rest.startswith(b"HTTP/1.1 "), (n, data)
    assert site.get("/a.txt").body == b"aaa"
