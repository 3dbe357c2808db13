"""Content codings: gzip on the fly, files coded beforehand, gunzip, chunks."""

import gzip
import subprocess
import zlib

import pytest

from harness import Client, Prong, request, wait_until
from harness.nginx import NGINX, Nginx

MTIME = 1600000000
SAME = "Sun, 13 Sep 2020 12:26:40 GMT"
TEXT = b"".join(b"line %d of a text that repeats itself\n" % n
                for n in range(400))
BIG = bytes(range(256)) * 8000

COMMON = """
    error_page 404 403 /error.html;
    location /on/ { gzip on; }
    location /types/ { gzip on; gzip_types text/plain application/json; }
    location /all/ { gzip on; gzip_types *; gzip_comp_level 9; }
    location /min/ { gzip on; gzip_min_length 100; }
    location /vary/ { gzip on; gzip_vary on; }
    location /old/ { gzip on; gzip_http_version 1.0; }
    location /disable/ { gzip on; gzip_disable "Mozilla/4" "curl/[12]"; }
    location /msie6/ { gzip on; gzip_disable msie6; }
    location /error/ { gzip on; error_page 404 /error/e.html; }
    location /return { gzip on; gzip_types *; gzip_min_length 0;
                       default_type text/plain;
                       return 200 "some text that is returned as it is"; }
    location /return403 { gzip on; return 403 "some text returned for 403 here"; }
    location /return503 { gzip on; return 503 "some text returned for 503 here"; }
    location /redirect { gzip on; return 301 /somewhere/that/is/long/enough; }
    location /etag/ { gzip on; add_header ETag '"own"'; }
    location /etag2/ { gzip on; add_header ETag own; }
    location /lines/ { chunked_transfer_encoding off; gzip on; }
    location /static/ { gzip_static on; }
    location /staticvary/ { gzip_static on; gzip_vary on; }
    location /always/ { gzip_static always; }
    location /both/ { gzip on; gzip_static on; gzip_types text/plain; }
    location /gunzip/ { gzip_static always; gunzip on; gzip_vary on; }
    location /gunzipplain/ { gunzip on; gzip on; gzip_vary on; }
    location /trailer/ { add_trailer X-T $request_method;
                         add_trailer X-E $http_none; }
    location /trailergz/ { gzip on; add_trailer X-T "$status" always; }
    location /prox/off/ { gzip on; gzip_proxied off; }
    location /prox/any/ { gzip on; gzip_proxied any; }
    location /prox/auth/ { gzip on; gzip_proxied auth; }
    location /prox/lm/ { gzip on; gzip_proxied no_last_modified; }
    location /prox/etag/ { gzip on; gzip_proxied no_etag; }
    location /prox/noetag/ { etag off; gzip on; gzip_proxied no_etag; }
    location /prox/exp/ { gzip on; gzip_proxied expired; expires -1; }
    location /prox/exp1/ { gzip on; gzip_proxied expired; expires 1h; }
    location /prox/exp2/ { gzip on; gzip_proxied expired; }
    location /prox/nc/ { gzip on; gzip_proxied no-cache no-store private;
                         add_header Cache-Control "max-age=0, private"; }
    location /prox/nc1/ { gzip on; gzip_proxied no-cache no-store private;
                          add_header Cache-Control "public"; }
    location /prox/nc2/ { gzip on; gzip_proxied no-cache; expires -1; }
    location /prox/nc3/ { gzip on; gzip_proxied no-cache; }
"""

FOLDERS = ["on", "types", "all", "min", "vary", "old", "disable", "msie6",
           "error", "etag", "etag2", "lines", "static", "staticvary",
           "always", "both", "gunzip", "gunzipplain", "trailer", "trailergz"]
PROXIED = ["off", "any", "auth", "lm", "etag", "noetag", "exp", "exp1",
           "exp2", "nc", "nc1", "nc2", "nc3"]
FILES = ["page.html", "text.txt", "data.json", "tiny.html", "empty.html",
         "image.png", "none.html", "only.html", "bad.html", "dir.html"]


def fill(prong):
    def put(path, content):
        prong.write("www/" + path, content, mtime=MTIME)

    for folder in FOLDERS + ["prox/" + name for name in PROXIED]:
        put(folder + "/page.html", b"<p>" + TEXT)
        put(folder + "/text.txt", TEXT)
        put(folder + "/data.json", b"[" + TEXT + b"]")
        put(folder + "/tiny.html", b"tiny")
        put(folder + "/empty.html", b"")
        put(folder + "/image.png", TEXT)
        put(folder + "/e.html", b"<h1>an error page of our own</h1>")
        put(folder + "/dir.html", b"beside a directory")
        for name in ["page.html", "text.txt", "only.html", "empty.html"]:
            coded = gzip.compress(b"coded: " + TEXT, mtime=0)
            put(f"{folder}/{name}.gz", coded)
        put(f"{folder}/tiny.html.gz", gzip.compress(b"a", mtime=0) +
            gzip.compress(b"b", mtime=0))
        (prong.prefix / "www" / folder / "dir.html.gz").mkdir()
    put("error.html", b"<h1>" + b"sorry " * 20 + b"</h1>")


@pytest.fixture(scope="module")
def prong():
    with Prong(server=COMMON) as prong:
        fill(prong)
        yield prong


@pytest.fixture(scope="module")
def nginx(prong):
    if not NGINX:
        pytest.skip("no nginx to compare with")
    nginx = Nginx(prong, server=COMMON)
    yield nginx
    nginx.close()


FIELDS = ["Content-Type", "Content-Length", "Content-Encoding", "ETag",
          "Last-Modified", "Vary", "Accept-Ranges", "Content-Range",
          "Transfer-Encoding", "Connection", "Cache-Control", "Location"]


def plain(answer):
    if answer.get("Content-Encoding") == "gzip" and answer.body:
        if answer.status == 206:
            return answer.body
        return zlib.decompress(answer.body, 31)
    return answer.body


def described(answer, method):
    own = b"<center>nginx/" in plain(answer) or b"<small>prong" in plain(answer)
    own = own or (method == "HEAD" and answer.status >= 300)
    fields = {name: answer.get(name) for name in FIELDS}
    if own or (fields["Location"] or "").startswith("http"):
        fields["Content-Length"] = fields["Location"] = None
    if fields["Content-Encoding"] and fields["Content-Length"]:
        fields["Accept-Ranges"] = "beforehand"  # prong has ranges of these
    return answer.status, fields, "page" if own else plain(answer)


def compare(prong, nginx, target, method="GET", version="1.1", headers=()):
    asked = {"method": method, "version": version, "headers": headers}
    assert described(prong.ask(target, **asked), method) == described(
        nginx.ask(target, **asked), method), asked


ACCEPTS = [None, "gzip", "gzip, deflate, br", "br", "deflate, gzip;q=0.5",
           "gzip;q=0", "gzip;q=0.0", "identity", "gzip;q=1.5", "GZIP", "",
           "deflate,gzip", "gzipx", "br;q=1, gzip ;q=0.2"]


@pytest.mark.parametrize("folder", FOLDERS)
def test_as_nginx(prong, nginx, folder):
    for name in FILES:
        if (folder, name) == ("staticvary", "dir.html"):
            continue  # a directory is no variant
        for accept in ACCEPTS:
            headers = {} if accept is None else {"Accept-Encoding": accept}
            target = f"/{folder}/{name}"
            compare(prong, nginx, target, headers=headers)
        for method in ["GET", "HEAD"]:
            for version in ["1.1", "1.0"]:
                for headers in [{"Accept-Encoding": "gzip"},
                                {"Accept-Encoding": "gzip",
                                 "Connection": "keep-alive"}, {}]:
                    compare(prong, nginx, target, method, version, headers)


# Prong has ranges of what was coded beforehand, and no trailers for 416.
RANGES_DIFFER = ["static", "staticvary", "both", "always", "gunzip", "trailer"]


@pytest.mark.parametrize("folder", ["on", "vary", "static", "staticvary",
                                    "always", "both", "gunzip", "etag",
                                    "trailer"])
@pytest.mark.parametrize("more", [
    {"If-None-Match": "*"}, {"If-Modified-Since": SAME},
    {"If-Match": '"x"'}, {"If-Match": "*"},
    {"If-None-Match": 'W/"5f5e1000-3b91"'},
    {"Range": "bytes=0-9"}, {"Range": "bytes=100-"},
    {"Range": "bytes=999999-"},
    {"Range": "bytes=0-9", "If-Range": SAME}], ids=str)
def test_conditions_and_ranges(prong, nginx, folder, more):
    for name in ["page.html", "text.txt"]:
        for accept in ["gzip", "br"]:
            if "Range" in more and folder in RANGES_DIFFER:
                continue
            compare(prong, nginx, f"/{folder}/{name}",
                    headers={"Accept-Encoding": accept, **more})


@pytest.mark.parametrize("agent", [
    "Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1)",
    "Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1; SV1)",
    "Mozilla/4.0 (compatible; MSIE 5.5; Windows 98)",
    "Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 6.0)",
    "Mozilla/4.0 (compatible; MSIE 6.0; Windows) Opera 8.0",
    "mozilla/4.5", "curl/1.0", "curl/7.88", ""])
def test_agents(prong, nginx, agent):
    headers = {"Accept-Encoding": "gzip", "User-Agent": agent}
    for folder in ["disable", "msie6"]:
        compare(prong, nginx, f"/{folder}/page.html", headers=headers)


@pytest.mark.parametrize("name", PROXIED)
def test_proxied(prong, nginx, name):
    for more in [{}, {"Via": "1.1 a"}, {"Via": "1.1 a", "Authorization": "x"}]:
        compare(prong, nginx, f"/prox/{name}/page.html",
                headers={"Accept-Encoding": "gzip", **more})


def test_texts(prong, nginx):
    for target in ["/return", "/return403", "/return503", "/redirect",
                   "/none"]:
        for accept in ["gzip", "br"]:
            compare(prong, nginx, target, headers={"Accept-Encoding": accept})


# --- what nginx has not to compare with ---------------------------------------

OWN = """
    gzip_vary on;
    gzip_static on;
    brotli_static on;
    zstd_static on;
    location /always/ { gzip_static off; zstd_static off;
                        brotli_static always; }
    location /fly/ {
        gzip on; gzip_types *; gzip_static off;
        location /fly/slow/ { gzip_comp_level 9; sendfile off; }
        location /fly/off/ { chunked_transfer_encoding off; }
    }
    location /gunzip/ { gzip_static always; gunzip on; }
    location /trailer/ { add_trailer X-A "a $uri" always;
                         add_trailer X-B b; add_header Trailer X-A;
                         location /trailer/error { return 404; } }
    location /list/ { autoindex on; gzip on; add_trailer X-L l; }
"""


@pytest.fixture(scope="module")
def own():
    http = """log_format coded '$uri $gzip_ratio $sent_trailer_x_a|';
              access_log logs/coded.log coded;"""
    with Prong(server=OWN, workers=1, http=http) as prong:
        def put(path, content):
            prong.write("www/" + path, content, mtime=MTIME)

        for folder in ["", "always/"]:
            put(folder + "a.txt", b"plain 0123456789")
            put(folder + "a.txt.gz", b"gzip 0123456789")
            put(folder + "a.txt.br", b"brotli 0123456789")
            put(folder + "a.txt.zst", b"zstd 0123456789")
        put("only.txt.br", b"only brotli")
        put("plain.txt", b"only plain")
        put("fly/big.bin", BIG)
        put("fly/slow/big.bin", BIG)
        put("fly/zero.bin", bytes(3000000))
        put("fly/text.txt", TEXT)
        put("fly/off/text.txt", TEXT)
        put("gunzip/big.bin.gz", gzip.compress(BIG, 1))
        put("gunzip/zero.bin.gz", gzip.compress(bytes(3000000), 9))
        put("gunzip/many.txt.gz", gzip.compress(TEXT) * 3)
        put("gunzip/cut.txt.gz", gzip.compress(TEXT)[:-100])
        put("gunzip/bad.txt.gz", b"no gzip at all")
        put("gunzip/zeros.txt.gz", b"")
        put("trailer/a.txt", b"0123456789")
        put("trailer/big.bin", BIG)
        put("trailer/empty.txt", b"")
        for n in range(300):
            put(f"list/file-number-{n}.txt", b"x")
        yield prong


@pytest.mark.parametrize("accept, body", [
    ("gzip", b"gzip"), ("br", b"brotli"), ("zstd", b"zstd"),
    ("gzip, deflate, br, zstd", b"brotli"), ("gzip, zstd", b"zstd"),
    ("br;q=0.5, gzip;q=0.8", b"gzip"), ("br;q=0.5, gzip;q=0.5", b"brotli"),
    ("br;q=0, gzip;q=0.1", b"gzip"), ("*", b"brotli"), ("*;q=0", b"plain"),
    ("*, br;q=0, zstd;q=0", b"gzip"), ("identity", b"plain"),
    ("identity, gzip;q=0.9", b"plain"), ("deflate", b"plain"),
    ("", b"plain"), (None, b"plain")])
def test_weights(own, accept, body):
    headers = {} if accept is None else {"Accept-Encoding": accept}
    for method in ["GET", "HEAD"]:
        answer = own.ask("/a.txt", method, headers=headers)
        names = {b"gzip": "gzip", b"brotli": "br", b"zstd": "zstd"}
        assert answer.get("Content-Encoding") == names.get(body)
        assert answer["Vary"] == "Accept-Encoding"
        assert answer["Content-Type"] == "text/plain"
        assert answer["Content-Length"] == str(len(body) + 11)
        if method == "GET":
            assert answer.body == body + b" 0123456789"


def test_always_is_for_everybody(own):
    for headers in [{}, {"Accept-Encoding": "gzip"},
                    {"Accept-Encoding": "identity"}]:
        answer = own.get("/always/a.txt", headers=headers)
        assert answer["Content-Encoding"] == "br"
        assert "Vary" not in answer


def test_vary_only_where_it_varies(own):
    assert "Vary" not in own.get("/plain.txt")
    assert own.get("/only.txt", headers={"Accept-Encoding": "gzip"}
                   ).status == 404
    answer = own.get("/only.txt", headers={"Accept-Encoding": "br"})
    assert answer.body == b"only brotli" and "Vary" in answer


def test_ranges_are_of_the_coded_file(own):
    headers = {"Accept-Encoding": "br", "Range": "bytes=7-"}
    answer = own.get("/a.txt", headers=headers)
    assert answer.status == 206 and answer.body == b"0123456789"
    assert answer["Content-Encoding"] == "br"
    assert answer["Content-Range"] == "bytes 7-16/17"
    tag = answer["ETag"]
    assert tag != own.get("/a.txt")["ETag"]
    headers["If-Range"] = tag
    assert own.get("/a.txt", headers=headers).status == 206
    headers["Accept-Encoding"] = "gzip"  # another variant: all of it
    assert own.get("/a.txt", headers=headers).status == 200
    headers = {"Accept-Encoding": "br", "If-None-Match": tag}
    answer = own.get("/a.txt", headers=headers)
    assert answer.status == 304 and "Content-Encoding" not in answer
    assert answer["ETag"] == tag and answer["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize("path", ["fly/big.bin", "fly/zero.bin",
                                  "fly/slow/big.bin", "fly/text.txt"])
def test_large_ones_arrive_whole(own, path):
    wanted = (own.prefix / "www" / path).read_bytes()
    for version in ["1.1", "1.0"]:
        answer = own.get("/" + path, version=version,
                         headers={"Accept-Encoding": "gzip"})
        if version == "1.0":  # gzip_http_version
            assert answer.body == wanted
            continue
        assert answer["Transfer-Encoding"] == "chunked"
        assert answer["ETag"].startswith('W/"')
        assert "Content-Length" not in answer
        assert zlib.decompress(answer.body, 31) == wanted


def test_without_chunks_the_end_is_the_end(own):
    with own.connect() as client:
        answer = client.ask("/fly/off/text.txt",
                            headers={"Accept-Encoding": "gzip"})
        assert answer["Connection"] == "close"
        assert "Transfer-Encoding" not in answer
        assert zlib.decompress(answer.body, 31) == TEXT
        client.read_end()


def test_answers_stay_in_order(own):
    asked = request("/fly/text.txt", headers={"Accept-Encoding": "gzip"})
    with own.connect() as client:
        client.send((asked + request("/a.txt")) * 20)
        for _ in range(20):
            assert zlib.decompress(client.read().body, 31) == TEXT
            assert client.read().body == b"plain 0123456789"


def test_a_large_one_delays_nobody(own):
    """While one client takes a file that is coded, others are answered."""
    with own.connect() as slow, own.connect() as quick:
        slow.send(request("/fly/big.bin",
                          headers={"Accept-Encoding": "gzip"}))
        for _ in range(50):
            assert quick.ask("/a.txt").status == 200
        assert zlib.decompress(slow.read().body, 31) == BIG


def test_a_client_that_leaves_costs_nothing(own):
    for _ in range(20):
        with own.connect() as client:
            client.send(request("/fly/big.bin",
                                headers={"Accept-Encoding": "gzip"}))
            client.take(100)
            client.reset()
    assert own.get("/a.txt").status == 200


@pytest.mark.parametrize("name, wanted", [
    ("big.bin", BIG), ("zero.bin", bytes(3000000)), ("many.txt", TEXT * 3)])
def test_gunzip(own, name, wanted):
    answer = own.get("/gunzip/" + name)
    assert "Content-Encoding" not in answer
    assert answer.body == wanted
    assert answer["Vary"] == "Accept-Encoding"
    answer = own.get("/gunzip/" + name, headers={"Accept-Encoding": "gzip"})
    assert answer["Content-Encoding"] == "gzip"
    assert "Content-Length" in answer
    head = own.ask("/gunzip/" + name, "HEAD")
    assert "Content-Encoding" not in head and "Content-Length" not in head


@pytest.mark.parametrize("name", ["cut.txt", "bad.txt"])
def test_what_is_damaged_is_cut(own, name):
    """No client takes a part for the whole: the last chunk never comes."""
    with own.connect() as client:
        client.send(request("/gunzip/" + name))
        rest = client.take_rest()
    assert rest.startswith(b"HTTP/1.1 200")
    assert not rest.endswith(b"0\r\n\r\n")


def raw(prong, data):
    with Client(("127.0.0.1", prong.port)) as client:
        client.send(data)
        client.shut()
        return client.take_rest()


def test_trailers(own):
    text = raw(own, request("/trailer/a.txt"))
    assert text.endswith(b"\r\n\r\na\r\n0123456789\r\n0\r\n"
                         b"X-A: a /trailer/a.txt\r\nX-B: b\r\n\r\n")
    assert b"Transfer-Encoding: chunked" in text
    assert b"Content-Length" not in text
    text = raw(own, request("/trailer/empty.txt"))
    assert text.endswith(b"\r\n\r\n0\r\nX-A: a /trailer/empty.txt\r\n"
                         b"X-B: b\r\n\r\n")
    text = raw(own, request("/trailer/error"))
    assert text.endswith(b"\r\n0\r\nX-A: a /trailer/error\r\n\r\n")
    text = raw(own, request("/trailer/a.txt", version="1.0"))
    assert text.endswith(b"\r\n\r\n0123456789")
    text = raw(own, request("/trailer/a.txt", "HEAD"))
    assert text.endswith(b"\r\n\r\n") and b"Content-Length: 10" in text
    assert own.get("/trailer/big.bin").body == BIG
    text = raw(own, request("/trailer/big.bin",
                            headers={"Range": "bytes=0-99,200-299"}))
    assert b"206 Partial" in text
    assert text.endswith(b"\r\n0\r\nX-A: a /trailer/big.bin\r\n"
                         b"X-B: b\r\n\r\n")


def test_a_trailer_holds_no_line_of_its_own(own):
    text = raw(own, request("/trailer/%0d%0aX-Evil:%20x"))
    assert b"\r\nX-Evil" not in text


def test_a_listing_is_coded(own):
    answer = own.get("/list/", headers={"Accept-Encoding": "gzip"})
    assert b"file-number-299" in zlib.decompress(answer.body, 31)


def test_curl_takes_it(own, tmp_path):
    """Another's reading of chunks, trailers and codings."""
    for path in ["fly/big.bin", "trailer/big.bin", "gunzip/big.bin"]:
        found = subprocess.run(
            ["curl", "-sS", "--compressed", "-o", tmp_path / "out",
             f"http://127.0.0.1:{own.port}/{path}"],
            capture_output=True, check=False, text=True)
        assert found.returncode == 0, found.stderr
        assert (tmp_path / "out").read_bytes() == BIG


def test_the_log_knows(own):
    """$gzip_ratio and $sent_trailer_NAME."""
    answer = own.get("/fly/zero.bin", headers={"Accept-Encoding": "gzip"})
    own.get("/trailer/empty.txt")
    ratio = f"{round(3000000 / len(answer.body), 2):.2f}"

    def lines():
        return own.read("logs/coded.log").splitlines()
    wait_until(lambda: f"/fly/zero.bin {ratio} -|" in lines(), "the ratio")
    wait_until(lambda: "/trailer/empty.txt - a /trailer/empty.txt|" in lines(),
               "the trailer")
