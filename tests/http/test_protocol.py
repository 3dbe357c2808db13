"""HTTP/1.1 and 1.0 on the wire: framing, connections, what is refused."""

import re

import pytest

from harness import Prong, request


@pytest.fixture(scope="module")
def site():
    with Prong(http="client_max_body_size 1k;") as prong:
        prong.write("www/a.txt", b"alpha")
        prong.write("www/b.txt", b"bravo!")
        yield prong


CLOSE = {"Connection": "close"}
KEEP = {"Connection": "keep-alive"}


# --- keeping and closing ----------------------------------------------------

@pytest.mark.parametrize("version, headers, keeps", [
    ("1.1", {}, True),
    ("1.1", KEEP, True),
    ("1.1", CLOSE, False),
    ("1.1", {"Connection": "TE, CLOSE"}, False),
    ("1.1", {"Connection": "closed"}, True),
    ("1.0", {}, False),
    ("1.0", KEEP, True),
    ("1.0", {"Connection": "Keep-Alive"}, True),
    ("1.0", CLOSE, False),
])
def test_keeps_or_closes(site, version, headers, keeps):
    with site.connect() as client:
        answer = client.ask("/a.txt", version=version, headers=headers)
        assert answer.body == b"alpha"
        assert answer.closes != keeps
        if keeps:
            assert client.ask("/b.txt").body == b"bravo!"
        else:
            client.read_end()


def test_an_old_client_is_told_that_it_is_kept(site):
    answer = site.get("/a.txt", version="1.0", headers=KEEP)
    assert "keep-alive" in answer["Connection"].lower()


def test_pipelined_requests_are_answered_in_order(site):
    paths = ["/a.txt", "/none", "/b.txt", "/a.txt"] * 8
    with site.connect() as client:
        client.send(b"".join(request(p) for p in paths))
        for path in paths:
            answer = client.read()
            assert answer.status == (404 if path == "/none" else 200)
            if path != "/none":
                assert answer.body == site_body(path)
        client.expect_open()


def site_body(path):
    return {"/a.txt": b"alpha", "/b.txt": b"bravo!"}[path]


def test_pipelined_heads_and_conditions_have_no_body(site):
    with site.connect() as client:
        etag = client.ask("/a.txt")["ETag"]
        client.send(request("/a.txt", "HEAD") + request("/a.txt", headers={
            "If-None-Match": etag}) + request("/b.txt"))
        assert client.read("HEAD")["Content-Length"] == "5"
        assert client.read().status == 304
        assert client.read().body == b"bravo!"


def test_nothing_follows_a_close(site):
    with site.connect() as client:
        client.send(request("/a.txt", headers=CLOSE) + request("/b.txt"))
        assert client.read().body == b"alpha"
        client.read_end()


def test_a_request_may_come_byte_by_byte(site):
    with site.connect() as client:
        client.trickle(request("/a.txt", headers={"A": "b"}), 0.001)
        assert client.read().body == b"alpha"
        client.expect_open()


def test_blank_lines_before_a_request_are_skipped(site):
    with site.connect() as client:
        client.send(b"\r\n" + request("/a.txt") + b"\r\n" + request("/b.txt"))
        assert client.read().body == b"alpha"
        assert client.read().body == b"bravo!"


def test_half_closed_clients_get_their_answers(site):
    with site.connect() as client:
        client.send(request("/a.txt") + request("/b.txt"))
        client.shut()
        assert client.read().body == b"alpha"
        assert client.read().body == b"bravo!"
        client.read_end()


def test_a_bare_line_feed_may_end_a_line(site):
    with site.connect() as client:
        client.send(b"GET /a.txt HTTP/1.1\nHost: a\n\n" + request("/b.txt"))
        assert client.read().body == b"alpha"
        assert client.read().body == b"bravo!"
    with site.connect() as client:
        client.send(b"GET /a.txt HTTP/1.0\n\n")
        assert client.read().body == b"alpha"
        client.read_end()


# --- what is refused with 400, and closes -----------------------------------

H = "Host: a\r\n"
BAD = {
    "no host": "GET / HTTP/1.1\r\n\r\n",
    "two hosts": f"GET / HTTP/1.1\r\n{H}{H}\r\n",
    "host with a space": "GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
    "host with a slash": "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n",
    "host with an at": "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n",
    "host with a bad port": "GET / HTTP/1.1\r\nHost: a:x\r\n\r\n",
    "host with a huge port": "GET / HTTP/1.1\r\nHost: a:99999\r\n\r\n",
    "folded field": f"GET / HTTP/1.1\r\n{H}A: b\r\n c\r\n\r\n",
    "folded first field": f"GET / HTTP/1.1\r\n A: b\r\n{H}\r\n",
    "space before colon": f"GET / HTTP/1.1\r\n{H}A : b\r\n\r\n",
    "tab before colon": f"GET / HTTP/1.1\r\n{H}A\t: b\r\n\r\n",
    "field without colon": f"GET / HTTP/1.1\r\n{H}abc\r\n\r\n",
    "field without name": f"GET / HTTP/1.1\r\n{H}: b\r\n\r\n",
    "field name with a byte": f"GET / HTTP/1.1\r\n{H}A\xff: b\r\n\r\n",
    "NUL in a value": f"GET / HTTP/1.1\r\n{H}A: b\0c\r\n\r\n",
    "NUL in the target": f"GET /\0 HTTP/1.1\r\n{H}\r\n",
    "encoded NUL": f"GET /%00 HTTP/1.1\r\n{H}\r\n",
    "bare CR in a value": f"GET / HTTP/1.1\r\n{H}A: b\rc\r\n\r\n",
    "bare CR ends a line": f"GET / HTTP/1.1\r{H}\r\n",
    "two lengths": "POST / HTTP/1.1\r\n" + H +
                   "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    "two lengths in one": f"POST / HTTP/1.1\r\n{H}Content-Length: 1, 2\r\n\r\na",
    "negative length": f"POST / HTTP/1.1\r\n{H}Content-Length: -1\r\n\r\n",
    "signed length": f"POST / HTTP/1.1\r\n{H}Content-Length: +1\r\n\r\na",
    "hexadecimal length": f"POST / HTTP/1.1\r\n{H}Content-Length: 0x1\r\n\r\na",
    "empty length": f"POST / HTTP/1.1\r\n{H}Content-Length: \r\n\r\n",
    "huge length": "POST / HTTP/1.1\r\n" + H +
                   "Content-Length: 99999999999999999999999\r\n\r\n",
    "length and coding": "POST / HTTP/1.1\r\n" + H + "Content-Length: 5\r\n"
                         "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "coding and length": "POST / HTTP/1.1\r\n" + H +
                         "Transfer-Encoding: chunked\r\n"
                         "Content-Length: 5\r\n\r\n0\r\n\r\n",
    "coding not last": "POST / HTTP/1.1\r\n" + H +
                       "Transfer-Encoding: chunked, identity\r\n\r\n"
                       "0\r\n\r\n",
    "coding twice": "POST / HTTP/1.1\r\n" + H + "Transfer-Encoding: chunked\r\n"
                    "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "coding in HTTP/1.0": "POST / HTTP/1.0\r\n" + H +
                          "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "coding with a vertical tab": "POST / HTTP/1.1\r\n" + H +
                                  "Transfer-Encoding: \x0bchunked\r\n\r\n"
                                  "0\r\n\r\n",
    "no version": "GET /\r\n\r\n",
    "bad version": f"GET / HTTP/x.1\r\n{H}\r\n",
    "lower case version": f"GET / http/1.1\r\n{H}\r\n",
    "space in the target": f"GET /a b HTTP/1.1\r\n{H}\r\n",
    "relative target": f"GET a.txt HTTP/1.1\r\n{H}\r\n",
    "half an escape": f"GET /%a HTTP/1.1\r\n{H}\r\n",
    "no escape": f"GET /%zz HTTP/1.1\r\n{H}\r\n",
    "outside the root": f"GET /../a.txt HTTP/1.1\r\n{H}\r\n",
    "encoded, outside the root": f"GET /%2e%2e/a.txt HTTP/1.1\r\n{H}\r\n",
    "method that is no token": f"G(T / HTTP/1.1\r\n{H}\r\n",
    "TLS": "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "binary": "\0\0\0\0\r\n\r\n",
}


@pytest.mark.parametrize("name", BAD)
def test_refuses_and_closes(site, name):
    with site.connect() as client:
        client.send(BAD[name].encode("latin-1"))
        answer = client.read()
        assert answer.status == 400
        assert answer.closes
        client.read_end()


SMUGGLED = "GET /b.txt HTTP/1.1\r\nHost: a\r\n\r\n"
CHUNKED = f"POST /a.txt HTTP/1.1\r\n{H}Transfer-Encoding: chunked\r\n\r\n"
BAD_CHUNKS = {
    "bare LF after the size": "5\nhello\r\n0\r\n\r\n",
    "bare LF after the data": "5\r\nhello\n0\r\n\r\n",
    "bare CR after the size": "5\rhello\r\n0\r\n\r\n",
    "junk after the data": "5\r\nhelloXX\r\n0\r\n\r\n",
    "no size": "\r\nhello\r\n0\r\n\r\n",
    "negative size": "-5\r\nhello\r\n0\r\n\r\n",
    "prefixed size": "0x5\r\nhello\r\n0\r\n\r\n",
    "huge size": "fffffffffffffffff\r\nhello\r\n0\r\n\r\n",
    "space before the size": " 5\r\nhello\r\n0\r\n\r\n",
    "bare LF at the end": "5\r\nhello\r\n0\r\n\n",
    "bare LF after the last size": "5\r\nhello\r\n0\n\r\n",
    "bad trailer": "0\r\nA\r\n\r\n",
}


@pytest.mark.parametrize("name", BAD_CHUNKS)
def test_no_request_is_smuggled_in_chunks(site, name):
    with site.connect() as client:
        client.send(CHUNKED + BAD_CHUNKS[name] + SMUGGLED)
        statuses = []
        while client.buffer or client.fill():
            statuses.append(client.read().status)
        assert 200 not in statuses, f"{statuses}: smuggled"
        assert statuses in ([400], [405]), statuses


# --- bodies -----------------------------------------------------------------

def test_a_body_is_read_and_discarded(site):
    with site.connect() as client:
        client.send(request("/a.txt", "POST", headers={"Content-Length": "5"},
                            body=b"GET /") + request("/b.txt"))
        answer = client.read()
        assert answer.status == 405
        assert re.fullmatch(r"GET, HEAD(, OPTIONS)?", answer["Allow"])
        assert client.read().body == b"bravo!"


@pytest.mark.parametrize("chunks", [
    b"0\r\n\r\n",
    b"5\r\nhello\r\n0\r\n\r\n",
    b"5;a=b\r\nhello\r\n1\r\nx\r\n0\r\n\r\n",
    b"A\r\n0123456789\r\n000\r\nTrailer: x\r\n\r\n",
])
def test_a_chunked_body_is_read_and_discarded(site, chunks):
    with site.connect() as client:
        client.send(request("/a.txt", "POST", body=chunks, headers={
            "Transfer-Encoding": "chunked"}) + request("/b.txt"))
        assert client.read().status == 405
        assert client.read().body == b"bravo!"


def test_a_get_may_have_a_body(site):
    with site.connect() as client:
        client.send(request("/a.txt", headers={"Content-Length": "5"},
                            body=b"hello") + request("/b.txt"))
        assert client.read().body == b"alpha"
        assert client.read().body == b"bravo!"


def test_a_body_that_is_too_large_is_413(site):
    with site.connect() as client:
        client.send(request("/a.txt", "POST",
                            headers={"Content-Length": "1025"}))
        answer = client.read()
        assert answer.status == 413
        assert answer.closes
    with site.connect() as client:
        client.send(request("/a.txt", headers={"Content-Length": "1024"},
                            body=b"x" * 1024) + request("/b.txt"))
        assert client.read().status == 200
        assert client.read().status == 200


def test_a_large_body_sees_its_error_page(site):
    """Closing at once would send a reset, which takes the answer away."""
    body = b"x" * 3_000_000
    with site.connect() as client:
        client.send(request("/a.txt", "POST", body=body, headers={
            "Content-Length": str(len(body))}))
        assert client.read().status == 413


def test_chunks_beyond_the_limit_are_413(site):
    with site.connect() as client:
        client.send(request("/a.txt", headers={
            "Transfer-Encoding": "chunked"}) + b"400\r\n" + b"x" * 1024 +
            b"\r\n1\r\nx\r\n0\r\n\r\n")
        assert client.read().status == 413


def test_continue_is_said_before_the_body(site):
    with site.connect() as client:
        client.send(request("/a.txt", headers={
            "Expect": "100-Continue", "Content-Length": "5"}))
        assert client.read().status == 100
        client.send(b"hello" + request("/b.txt"))
        assert client.read().body == b"alpha"
        assert client.read().body == b"bravo!"


def test_continue_is_not_said_without_need(site):
    with site.connect() as client:
        client.send(request("/a.txt", headers={
            "Expect": "100-continue", "Content-Length": "5"}, body=b"hello",
            version="1.0"))
        assert client.read().status == 200
    with site.connect() as client:
        client.send(request("/a.txt", "POST", headers={
            "Expect": "100-continue", "Content-Length": "99999"}))
        assert client.read().status == 413
    with site.connect() as client:
        answer = client.ask("/a.txt", headers={"Expect": "bananas"})
        assert answer.status == 417


# --- methods ----------------------------------------------------------------

@pytest.mark.parametrize("method, status", [
    ("POST", 405), ("PUT", 405), ("DELETE", 405), ("PATCH", 405),
    ("TRACE", 405), ("PROPFIND", 405), ("BREW", 501), ("get", 501),
    ("X" * 40, 501),
])
def test_methods(site, method, status):
    with site.connect() as client:
        answer = client.ask("/a.txt", method, headers={"Content-Length": "0"})
        assert answer.status == status
        assert ("Allow" in answer) == (status == 405)
        if answer.closes:
            # Nothing is known of what may follow.
            assert status == 501 or method == "TRACE"
            client.read_end()
        else:
            assert client.ask("/b.txt").body == b"bravo!"


def test_connect_is_refused(site):
    with site.connect() as client:
        client.send("CONNECT example.org:443 HTTP/1.1\r\n"
                    "Host: example.org\r\n\r\n")
        assert client.read().status in (400, 405, 501)


@pytest.mark.parametrize("target", ["/a.txt", "*"])
def test_options(site, target):
    with site.connect() as client:
        answer = client.ask(target, "OPTIONS")
        assert answer.status in (200, 204)
        assert "GET" in answer["Allow"] and "HEAD" in answer["Allow"]
        assert client.ask("/b.txt").body == b"bravo!"


def test_an_asterisk_is_for_options_alone(site):
    assert site.get("*").status == 400


# --- hosts and targets ------------------------------------------------------

@pytest.mark.parametrize("host", [
    "localhost", "LOCALHOST:80", "a.example.", "127.0.0.1:8080", "[::1]",
    "[::1]:80", "a_b.example",
])
def test_hosts(site, host):
    assert site.get("/a.txt", host=host).status == 200


@pytest.mark.parametrize("target", [
    "http://other.example/a.txt", "HTTP://other.example:8080/a.txt",
    "http://other.example/x/../a.txt?q",
])
def test_absolute_targets(site, target):
    assert site.get(target).body == b"alpha"


def test_an_upgrade_is_not_taken(site):
    with site.connect() as client:
        client.send(request("/a.txt", headers={
            "Connection": "Upgrade, HTTP2-Settings", "Upgrade": "h2c",
            "HTTP2-Settings": "AAMAAABkAAQCAAAAAAIAAAAA"}) + request("/b.txt"))
        assert client.read().body == b"alpha"
        assert client.read().body == b"bravo!"


@pytest.mark.parametrize("line, status", [
    ("GET /a.txt HTTP/1.2", (200, 400, 505)),
    ("GET /a.txt HTTP/2.0", (400, 505)),
    ("GET /a.txt HTTP/0.9", (400, 505)),
    ("PRI * HTTP/2.0", (400, 405, 501, 505)),
])
def test_versions(site, line, status):
    with site.connect() as client:
        client.send(f"{line}\r\n{H}\r\n")
        assert client.read().status in status


# --- limits -----------------------------------------------------------------

def test_long_targets_and_fields(site):
    with site.connect() as client:
        assert client.ask("/a.txt?" + "q" * 8000).status == 200
    with site.connect() as client:
        answer = client.ask("/" + "q" * 9000)
        assert answer.status == 414 and answer.closes
    with site.connect() as client:
        assert client.ask("/a.txt", headers={"A": "x" * 8000}).status == 200
    with site.connect() as client:
        answer = client.ask("/a.txt", headers={"A": "x" * 9000})
        assert answer.status in (400, 431) and answer.closes
    with site.connect() as client:
        headers = [("A", "x" * 4000)] * 20
        answer = client.ask("/a.txt", headers=headers)
        assert answer.status in (400, 431) and answer.closes
    with site.connect() as client:
        headers = [(f"A{n}", "x" * 2000) for n in range(12)]
        assert client.ask("/a.txt", headers=headers).status == 200


def test_large_requests_can_be_pipelined(site):
    big = request("/a.txt", headers=[(f"A{n}", "x" * 2000) for n in range(12)])
    with site.connect() as client:
        client.send(big + request("/b.txt") + big)
        assert client.read().body == b"alpha"
        assert client.read().body == b"bravo!"
        assert client.read().body == b"alpha"


def test_an_endless_head_ends(site):
    with site.connect() as client:
        client.send(b"GET /a.txt HTTP/1.1\r\nHost: a\r\n")
        for _ in range(200):
            client.send(b"A: " + b"x" * 1000 + b"\r\n")
        assert client.read().status in (400, 431)
