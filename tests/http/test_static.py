"""Files from a folder: what is found, how it is described, what is refused."""

import email.utils
import html.parser
import os
import socket
import time
import urllib.parse

import pytest

from harness import IS_ROOT, Prong, request

MTIME = 1_700_000_000  # Tue, 14 Nov 2023 22:13:20 GMT


@pytest.fixture(scope="module")
def site():
    server = """
        location /list/ { autoindex on; }
        location /moved { return 301 /a.txt; }
        location /text { return 200 "hello $arg_who"; }
        location /gone { return 410; }
        location = /exact { return 204; }
        location /errors/ { error_page 404 /404.html; }
    """
    with Prong(server=server) as prong:
        prong.write("www/a.txt", b"alpha", mtime=MTIME)
        prong.write("www/index.html", b"<p>index</p>")
        prong.write("www/404.html", b"<p>not here</p>")
        prong.write("www/empty.txt", b"")
        prong.write("www/sub/index.html", b"sub")
        prong.write("www/none/x.txt", b"x")
        prong.write("www/list/b & <i>.txt", b"12345", mtime=MTIME)
        prong.write("www/list/folder/x", b"x")
        prong.write("www/.hidden", b"dot")
        prong.write("www/a b%c.txt", b"odd name")
        prong.write("www/big.bin", bytes(range(256)) * 20000)
        prong.write("outside.txt", b"outside")
        os.symlink("../outside.txt", prong.prefix / "www/link.txt")
        os.symlink("nowhere", prong.prefix / "www/dangling.txt")
        os.symlink("loop", prong.prefix / "www/loop")
        os.mkfifo(prong.prefix / "www/fifo")
        with socket.socket(socket.AF_UNIX) as s:
            s.bind(str(prong.prefix / "www/socket"))
        yield prong


@pytest.mark.parametrize("target, body", [
    ("/a.txt", b"alpha"),
    ("/a.txt?query", b"alpha"),
    ("/%61.txt", b"alpha"),
    ("//a.txt", b"alpha"),
    ("/./a.txt", b"alpha"),
    ("/sub/../a.txt", b"alpha"),
    ("/sub/%2e%2e/a.txt", b"alpha"),
    ("/none/..//./a.txt", b"alpha"),
    ("/%2e/a.txt", b"alpha"),
    ("/", b"<p>index</p>"),
    ("/sub/", b"sub"),
    ("/empty.txt", b""),
    ("/link.txt", b"outside"),
    ("/a%20b%25c.txt", b"odd name"),
])
def test_finds(site, target, body):
    answer = site.get(target)
    assert (answer.status, answer.body) == (200, body)


@pytest.mark.parametrize("target, status", [
    ("/nothing", 404),
    ("/a.txt/", 404),
    ("/a.txt/x", 404),
    ("/sub/nothing/deeper", 404),
    ("/dangling.txt", 404),
    ("/fifo", 404),
    ("/socket", 404),
    ("/none/", 403),
    ("/%2561.txt", 404),
    ("/..%2fa.txt", 400),
    ("/sub/..%2f..%2foutside.txt", 400),
    ("/" + "n" * 300, 404),
    ("/" + "d/" * 2500, 404),
    ("/gone", 410),
    ("/a.txt%0a", 404),
])
def test_does_not_find(site, target, status):
    answer = site.get(target)
    assert answer.status == status
    check_page(answer, status)


def test_a_loop_of_links_is_no_internal_error(site):
    assert site.get("/loop").status in (403, 404)


class Page(html.parser.HTMLParser):
    VOID = ["hr", "br", "meta", "link", "img"]

    def __init__(self, text):
        super().__init__()
        self.open, self.links, self.words = [], [], ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.links += [v for k, v in attrs if k == "href"]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words += data


def check_page(answer, status):
    assert answer["Content-Type"].startswith("text/html")
    assert int(answer["Content-Length"]) == len(answer.body) < 2000
    page = Page(answer.text)
    assert not page.open, f"left open: {page.open}"
    assert str(status) in page.words


def test_the_connection_goes_on_after_an_error_page(site):
    with site.connect() as client:
        assert client.ask("/nothing").status == 404
        assert client.ask("/none/").status == 403
        assert client.ask("/a.txt").body == b"alpha"


def test_an_error_page_of_the_site(site):
    answer = site.get("/errors/nothing")
    assert (answer.status, answer.body) == (404, b"<p>not here</p>")


def test_describes_a_file(site):
    answer = site.get("/a.txt")
    assert answer["Content-Type"] == "text/plain"
    assert answer["Content-Length"] == "5"
    assert answer["Last-Modified"] == "Tue, 14 Nov 2023 22:13:20 GMT"
    assert answer["ETag"] == f'"{MTIME:x}-5"'
    assert answer["Accept-Ranges"] == "bytes"
    assert answer["Server"].startswith("prong")
    date = email.utils.parsedate_to_datetime(answer["Date"]).timestamp()
    assert abs(date - time.time()) < 3
    assert answer["Date"].endswith(" GMT") and len(answer["Date"]) == 29


def test_types(site):
    assert site.get("/")["Content-Type"] == "text/html"
    assert site.get("/big.bin")["Content-Type"] == "application/octet-stream"


def test_head_is_get_without_the_body(site):
    for target in ["/a.txt", "/nothing", "/list/", "/sub", "/text?who=x"]:
        got, head = site.get(target), site.ask(target, "HEAD")
        assert head.status == got.status
        assert head.body == b""
        for answer in (got, head):
            answer.fields = [f for f in answer.fields if f[0] != "Date"]
        assert head.fields == got.fields


def test_the_future_is_not_told(site):
    ahead = int(time.time()) + 100_000
    site.write("www/future.txt", b"x", mtime=ahead)
    answer = site.get("/future.txt")
    told = email.utils.parsedate_to_datetime(answer["Last-Modified"])
    date = email.utils.parsedate_to_datetime(answer["Date"])
    assert told <= date


def test_fractions_of_a_second_are_in_the_etag(site):
    path = site.write("www/ns.txt", b"x")
    os.utime(path, ns=(0, MTIME * 10**9 + 0x123))
    assert site.get("/ns.txt")["ETag"] == f'"{MTIME:x}-1-123"'


def test_a_large_file_is_whole(site):
    assert site.get("/big.bin").body == bytes(range(256)) * 20000


def test_a_large_file_pipelined_with_small_ones(site):
    with site.connect() as client:
        client.send(b"".join(request(t) for t in
                             ["/a.txt", "/big.bin", "/a.txt", "/big.bin"]))
        for _ in range(2):
            assert client.read().body == b"alpha"
            assert len(client.read().body) == 256 * 20000


def test_a_slow_reader_gets_all_of_it(site):
    with site.connect() as client:
        client.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        client.send(request("/big.bin"))
        time.sleep(0.3)
        assert client.read().body == bytes(range(256)) * 20000


# --- redirects --------------------------------------------------------------

@pytest.mark.parametrize("host, location", [
    ("example.org", "http://example.org:{port}/sub/"),
    ("example.org:81", "http://example.org:{port}/sub/"),
    ("[::1]", "http://[::1]:{port}/sub/"),
])
def test_a_folder_without_its_slash(site, host, location):
    answer = site.get("/sub", host=host)
    assert answer.status == 301
    assert answer["Location"] == location.format(port=site.port)


def test_a_redirect_keeps_the_query(site):
    answer = site.get("/sub?a=b", host="h")
    assert answer["Location"] == f"http://h:{site.port}/sub/?a=b"


def test_a_redirect_carries_no_line_end(site):
    folder = site.prefix / "www/x\r\nSet-Cookie: a=b"
    folder.mkdir(exist_ok=True)
    answer = site.get("/x%0d%0aSet-Cookie:%20a=b")
    assert answer.status == 301
    assert "Set-Cookie" not in answer
    assert "%0d%0a" in answer["Location"].lower()


def test_return(site):
    answer = site.get("/moved", host="h")
    assert answer.status == 301
    assert answer["Location"] == f"http://h:{site.port}/a.txt"
    assert site.get("/text?who=you").body == b"hello you"
    assert site.get("/exact").status == 204
    assert site.get("/exact/").status == 404


# --- listings ---------------------------------------------------------------

def test_a_listing(site):
    answer = site.get("/list/")
    assert answer.status == 200
    assert answer["Content-Type"].startswith("text/html")
    page = Page(answer.text)
    assert not page.open
    assert "../" in page.links
    links = [link for link in page.links if link[0] not in "?."]
    found = [urllib.parse.unquote(urllib.parse.urljoin("/list/", link))
             for link in links]
    assert sorted(found) == ["/list/b & <i>.txt", "/list/folder/"]
    assert "b & <i>.txt" in page.words
    for link in links:
        target = urllib.parse.urljoin("/list/", link)
        assert site.get(target).status == 200


# --- permissions ------------------------------------------------------------

def test_what_the_worker_may_not_read(site):
    site.write("www/secret.txt", b"x", mode=0o000)
    site.write("www/closed/x.txt", b"x")
    (site.prefix / "www/closed").chmod(0o000)
    try:
        assert site.get("/secret.txt").status == 403
        assert site.get("/closed/x.txt").status == 403
    finally:
        (site.prefix / "www/closed").chmod(0o755)


@pytest.mark.skipif(not IS_ROOT, reason="only root changes its user")
def test_workers_are_not_root(site):
    for pid in site.workers:
        with open(f"/proc/{pid}/status", encoding="ascii") as status:
            ids = {line.split(":")[0]: line.split()[1:] for line in status}
        assert "0" not in ids["Uid"] and "0" not in ids["Gid"]
        assert "0" not in ids["Groups"]


# --- a file that changes while it is served ---------------------------------

def test_a_replaced_file_is_served_anew(site):
    site.write("www/new.txt", b"one")
    assert site.get("/new.txt").body == b"one"
    site.write("www/new.tmp", b"twelve")
    os.rename(site.prefix / "www/new.tmp", site.prefix / "www/new.txt")
    assert site.get("/new.txt").body == b"twelve"


def test_a_truncated_file_closes_the_connection(site):
    size = 30_000_000
    path = site.write("www/shrinks.bin", b"x" * size)
    with site.connect() as client:
        client.send(request("/shrinks.bin") + request("/a.txt"))
        client.take_until(b"\r\n\r\n", "the head")
        os.truncate(path, 1000)
        assert len(client.take_rest()) < size
