"""Fields that the configuration adds: add_header, expires, conditions."""

import re

import pytest

from harness import Prong
from harness.nginx import NGINX, Nginx

MTIME = 1600000000
SAME = "Sun, 13 Sep 2020 12:26:40 GMT"
EARLIER = "Sat, 12 Sep 2020 12:26:40 GMT"
LATER = "Mon, 14 Sep 2020 12:26:40 GMT"

HTTP = """
    add_header X-Http http;
"""

SERVER = """
    error_page 410 /own.html;
    location /http/ { }
    location /one/ { add_header X-One one; }
    location /always/ { add_header X-A a; add_header X-B b always; }
    location /nested/ {
        add_header X-Outer outer;
        location /nested/in/ { }
        location /nested/own/ { add_header X-Own own; }
    }
    location /twice/ { add_header X-T 1; add_header X-T 2; }
    location /cache/ {
        expires 1h;
        add_header Cache-Control public;
        add_header Link "</a>; rel=preload";
        add_header Link "</b>; rel=preload";
    }
    location /vars/ { add_header X-V "$request_method $uri $http_x_in|"; }
    location /empty/ { add_header X-E "$http_x_in"; }
    location /etag/ { add_header ETag '"mine"'; }
    location /noetag/ { add_header ETag ""; add_header Last-Modified ""; }
    location /modified/ { add_header Last-Modified "yesterday"; }
    location /kinds/ {
        location /kinds/201 { add_header A a; return 201 x; }
        location /kinds/202 { add_header A a; return 202 x; }
        location /kinds/204 { add_header A a; return 204; }
        location /kinds/301 { add_header A a; return 301 /x; }
        location /kinds/303 { add_header A a; return 303 /x; }
        location /kinds/308 { add_header A a; return 308 /x; }
        location /kinds/400 { add_header A a; add_header B b always; return 400; }
        location /kinds/404 { add_header A a; expires 1h; return 404; }
        location /kinds/410 { add_header A a; return 410; }
        location /kinds/500 { add_header A a always; return 500; }
    }
    location = /own.html { add_header X-Page page; }
    location /exp/epoch { expires epoch; return 200 x; }
    location /exp/max { expires max; return 200 x; }
    location /exp/off { expires off; return 200 x; }
    location /exp/0 { expires 0; return 200 x; }
    location /exp/hour { expires 1h; return 200 x; }
    location /exp/past { expires -1; return 200 x; }
    location /exp/daily { expires @12h; return 200 x; }
    location /exp/file/ { expires modified 1h; }
    location /exp/young/ { expires modified 900000h; }
    location /exp/var { expires $arg_e; return 200 x; }
    location /exp/modvar/ { expires modified $arg_e; }
    location /chars/ {
        charset utf-8;
        location /chars/types/ { charset_types text/css image/png; }
        location /chars/off/ { charset off; }
        location /chars/var/ { charset $arg_c; }
        location /chars/return { return 200 x; }
        location /chars/text { default_type text/html; return 404 x; }
        location /chars/301 { return 301 /x; }
        location /chars/302 { return 302 /x; }
        location /chars/307 { return 307 /x; }
        location /chars/sent/ { add_header X-Sent $sent_http_content_type; }
        location /chars/list/ { autoindex on; autoindex_format xml; }
    }
    location /since/off/ { if_modified_since off; }
    location /since/exact/ { if_modified_since exact; }
    location /since/before/ { if_modified_since before; }
"""

FOLDERS = ["http", "one", "always", "nested", "nested/in", "nested/own",
           "twice", "cache", "vars", "empty", "etag", "noetag", "modified",
           "chars", "chars/types", "chars/off", "chars/sent", "exp/file", "exp/young", "exp/modvar", "since/off", "since/exact",
           "since/before"]
TARGETS = [f"/{folder}/{name}" for folder in FOLDERS
           for name in ["a.txt", "none"]]
TARGETS += [f"/kinds/{status}" for status in [
    201, 202, 204, 301, 303, 308, 400, 404, 410, 500]]
TARGETS += [f"/exp/{name}" for name in [
    "epoch", "max", "off", "0", "hour", "past", "daily", "var", "var?e=max",
    "var?e=epoch", "var?e=1h", "var?e=@3h", "var?e=-5", "var?e=junk",
    "var?e=", "modvar/a.txt?e=1h", "modvar/a.txt?e=max",
    "modvar/a.txt?e=@1h"]]


TARGETS += [f"/chars/{name}" for name in [
    "a.css", "types/a.css", "a.html", "types/a.html", "none.png", "a.bin",
    "return", "text", "301", "302", "307", "list/", "var/a.txt?c=koi8-r",
    "var/a.txt?c=off"]]


def fill(prong):
    for folder in ["chars", "chars/types"]:
        for name in ["a.css", "a.html", "a.bin", "list/x", "var/a.txt"]:
            prong.write(f"www/{folder}/{name}", b"0123456789", mtime=MTIME)
    for folder in FOLDERS:
        prong.write(f"www/{folder}/a.txt", b"0123456789", mtime=MTIME)
    prong.write("www/own.html", b"own page", mtime=MTIME)


@pytest.fixture(scope="module")
def prong():
    with Prong(server=SERVER, http=HTTP) as prong:
        fill(prong)
        yield prong


@pytest.fixture(scope="module")
def nginx(prong):
    if not NGINX:
        pytest.skip("no nginx to compare with")
    nginx = Nginx(prong, server=SERVER, http=HTTP)
    yield nginx
    nginx.close()


LEFT_OUT = ["server", "date", "content-length", "location",
            "transfer-encoding"]


def blur(value):
    """Both answer in the same second, or one later."""
    value = re.sub(r"max-age=(\d+)",
                   lambda m: f"max-age={(int(m[1]) + 5) // 10}", value)
    return re.sub(r"\d:\d\d GMT", "x GMT", value)


def described(answer):
    fields = sorted((n.lower(), blur(v)) for n, v in answer.fields
                    if n.lower() not in LEFT_OUT)
    return answer.status, fields


@pytest.mark.parametrize("target", TARGETS)
def test_as_nginx(prong, nginx, target):
    for method in ["GET", "HEAD"]:
        for headers in [{}, {"X-In": "in"}, {"If-Modified-Since": SAME},
                        {"If-Modified-Since": EARLIER},
                        {"If-Modified-Since": LATER},
                        {"If-Match": '"x"'}]:
            for _ in range(3):  # a second may end between the two
                ours = described(prong.ask(target, method, headers=headers))
                theirs = described(nginx.ask(target, method, headers=headers))
                if ours == theirs:
                    break
            assert ours == theirs, (method, headers)


def test_inherits(prong):
    assert prong.get("/http/a.txt")["X-Http"] == "http"
    assert "X-Http" not in prong.get("/one/a.txt")
    assert prong.get("/nested/in/a.txt")["X-Outer"] == "outer"
    assert "X-Outer" not in prong.get("/nested/own/a.txt")


def test_always(prong):
    answer = prong.get("/always/none")
    assert answer.status == 404
    assert "X-A" not in answer and answer["X-B"] == "b"
    assert prong.get("/always/a.txt")["X-A"] == "a"


def test_merges():
    http = "add_header A a; add_header_inherit merge;"
    server = """add_header B b;
        location /c { add_header C c; return 200; }
        location /none { add_header_inherit off; return 200; }
        location /alone { add_header_inherit on; add_header D d; return 200; }
        """
    with Prong(http=http, server=server) as prong:
        def added(target):
            return [v for n, v in prong.get(target).fields if len(n) == 1]
        assert added("/c") == ["c", "b", "a"]
        assert added("/") == []  # 403
        assert added("/none") == []
        assert added("/alone") == ["d"]


def test_control_bytes_stay_out_of_the_head(prong):
    answer = prong.get("/vars/%0d%0aX-Injected:%20yes")
    assert answer.status == 404
    with Prong(server="location / { add_header X $uri always; }") as own:
        answer = own.get("/%0d%0aX-Injected:%20yes")
        assert "X-Injected" not in answer
        assert "X-Injected" in answer["X"]


def test_parts_name_their_charset(prong, nginx):
    headers = {"Range": "bytes=0-1,4-5"}
    ours = prong.get("/chars/a.txt", headers=headers)
    assert ours.status == 206
    assert ours.body.count(b"Content-Type: text/plain; charset=utf-8") == 2
    theirs = nginx.ask("/chars/a.txt", headers=headers)
    assert len(ours.body) == len(theirs.body)


def test_own_charset_is_not_doubled():
    server = """charset koi8-r; autoindex on;
        location /over/ { override_charset on; }"""
    with Prong(server=server) as own:
        for name in ["plain", "over"]:
            (own.prefix / "www" / name).mkdir()
        assert own.get("/plain/")["Content-Type"] == (
            "text/html; charset=utf-8")
        assert own.get("/over/")["Content-Type"] == "text/html; charset=koi8-r"
