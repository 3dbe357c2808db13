"""The same requests to prong and to nginx: the same answers, but for a list.

What differs on purpose stands in DIFFERENT, and in doc/nginx-differences.md
with its reason. Without nginx on the machine there is nothing to compare.
"""

import os
import shutil
import signal
import subprocess

import pytest

from harness import (IS_ROOT, Client, Prong, free_port, request,
                     wait_until)

NGINX = shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin")
pytestmark = pytest.mark.skipif(not NGINX, reason="no nginx to compare with")

MTIME = 1600000000
TAG = f'"{MTIME:x}-a"'
SAME = "Sun, 13 Sep 2020 12:26:40 GMT"
LATER = "Mon, 14 Sep 2020 12:26:40 GMT"
EARLIER = "Sat, 12 Sep 2020 12:26:40 GMT"

SERVER = """
    server_name one.test;
    client_max_body_size 1000;
    error_page 410 /own.html;
    location /list/ { autoindex on; }
    location /own/ {
        error_page 404 /own.html;
        error_page 403 =200 /own.html;
        error_page 405 = /own.html;
        error_page 416 /own.html;
    }
    location /other/ { error_page 404 =202 /own.html; }
    location /away/ { error_page 404 http://other.test/gone; }
    location /moved/ { error_page 404 =301 http://other.test/new; }
    location /lost/ { error_page 404 /nowhere.html; }
    location /again/ { error_page 404 /again/x; recursive_error_pages on; }
    location /r200 { return 200 "uri=$uri args=$args"; }
    location /r200.html { return 200 "<p>"; }
    location /r204 { return 204; }
    location /r301 { return 301 /there?x; }
    location /r302 { return http://other.test$request_uri; }
    location /r307 { return 307 /there; }
    location /r404 { return 404; }
    location /r404text { return 404 "no such thing"; }
    location /r410 { return 410; }
    location = /exact { return 200 "exact"; }
    location /ex { return 200 "prefix"; }
    location ^~ /nest/ {
        return 200 "outer";
        location /nest/in/ { return 200 "inner"; }
        location = /nest/in/x { return 200 "innermost"; }
    }
    location /rel/ { absolute_redirect off; }
    location /noport/ { port_in_redirect off; }
    location /name/ { server_name_in_redirect on; }
    location /noetag/ { etag off; }
    location /noranges/ { max_ranges 0; }
    location /oneranges/ { max_ranges 1; }
    location /second/ { index none.html two.html; }
    location /absolute/ { index none.html /own.html; }
    location /typed/ { types { } default_type text/x-own; }
    location /short/ { keepalive_timeout 0; }
    location /slashes/ { return 200 "$uri|$request_uri"; }
"""

NGINX_CONF = """
daemon off;
{user}
worker_processes 1;
pid {prefix}/nginx/pid;
error_log {prefix}/nginx/error.log;
events {{ }}
http {{
    types {{
        text/html html;
        text/plain txt;
        text/css css;
        application/json json;
        image/png png;
    }}
    default_type application/octet-stream;
    access_log off;
    client_body_temp_path {prefix}/nginx/1;
    proxy_temp_path {prefix}/nginx/2;
    fastcgi_temp_path {prefix}/nginx/3;
    uwsgi_temp_path {prefix}/nginx/4;
    scgi_temp_path {prefix}/nginx/5;
    server {{
        listen 127.0.0.1:{port};
        root {prefix}/www;
        {server}
    }}
}}
"""


class Nginx:
    """nginx over the same files."""

    def __init__(self, prong):
        self.port = free_port()
        conf = prong.write("nginx/nginx.conf", NGINX_CONF.format(
            prefix=prong.prefix, port=self.port, server=SERVER,
            user="user www-data;" if IS_ROOT else ""))
        self.process = subprocess.Popen(
            [NGINX, "-c", str(conf), "-e", "/dev/null"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        wait_until(self.serves, "nginx")

    def serves(self):
        assert self.process.poll() is None, "nginx does not start"
        try:
            Client(("127.0.0.1", self.port)).close()
            return True
        except ConnectionRefusedError:
            return False

    def close(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)


def fill(prong):
    def put(path, content, **more):
        prong.write("www/" + path, content, mtime=MTIME, **more)

    put("index.html", b"home")
    put("own.html", b"own page")
    put("big.bin", bytes(range(256)) * 2000)
    put("sp ace.txt", b"space")
    put("pl+us.txt", b"plus")
    put("per%cent.txt", b"percent")
    put("a;b=c.txt", b"params")
    put("\u00fc.txt", b"umlaut")
    put("q?.txt", b"question")
    put("UP.TXT", b"up")
    put("x.tar.gz", b"gz")
    put("noext", b"noext")
    put(".dot", b"dot")
    put("..two", b"two dots")
    put("...", b"three dots")
    put("secret.txt", b"x", mode=0)
    for folder in ["", "dir/", "own/", "other/", "noetag/", "noranges/",
                   "oneranges/", "typed/", "short/", "list/"]:
        put(folder + "a.txt", b"0123456789")
        put(folder + "empty.txt", b"")
    put("dir/index.html", b"dir index")
    put("second/two.html", b"two")
    for folder in ["own/bare", "rel/dir", "noport/dir", "name/dir", "sp ace",
                   "absolute", "isdir/index.html", "closed"]:
        (prong.prefix / "www" / folder).mkdir(parents=True)
    (prong.prefix / "www/closed").chmod(0)
    (prong.prefix / "www/link.txt").symlink_to("a.txt")
    (prong.prefix / "www/gone.txt").symlink_to("nowhere")
    (prong.prefix / "www/loop").symlink_to("loop")


@pytest.fixture(scope="module")
def both():
    with Prong(server=SERVER) as prong:
        fill(prong)
        nginx = Nginx(prong)
        try:
            yield prong, nginx
        finally:
            nginx.close()
            (prong.prefix / "www/closed").chmod(0o755)


FIELDS = ["Content-Type", "Last-Modified", "ETag", "Accept-Ranges",
          "Content-Range", "Location", "Connection", "Keep-Alive",
          "Transfer-Encoding", "Content-Length"]


def described(answer, port, method):
    """What is to be equal: not the look of the server's own pages."""
    own = b"<center>nginx/" in answer.body or b"<small>prong" in answer.body
    own = own or (method == "HEAD" and answer.status >= 300)
    if "boundary=" in answer.get("Content-Type", ""):
        return describe_parts(answer)
    fields = {name: answer.get(name) for name in FIELDS}
    if own:
        fields["Content-Length"] = "page"
    if fields["Location"]:
        fields["Location"] = fields["Location"].replace(str(port), "PORT")
    return answer.status, fields, "page" if own else answer.body


def describe_parts(answer):
    boundary = answer["Content-Type"].partition("boundary=")[2].encode()
    body = answer.body.replace(boundary, b"BOUNDARY")
    assert len(answer.body) == int(answer["Content-Length"])
    return answer.status, answer.get("ETag"), body


def answers(port, data, methods):
    """All answers to these bytes, to the end of the connection."""
    found = []
    with Client(("127.0.0.1", port)) as client:
        client.send(data)
        client.shut()
        for method in methods:
            if not client.buffer and not client.fill():
                found.append("end")
                break
            found.append(described(client.read(method), port, method))
        client.read_end()
    return found


def compare(both, data, methods=("GET",)):
    prong, nginx = both
    assert answers(prong.port, data, methods) == answers(
        nginx.port, data, methods)


TARGETS = """
/ /index.html /a.txt /empty.txt /big.bin /sp%20ace.txt /pl+us.txt /pl%2Bus.txt
/per%25cent.txt /a;b=c.txt /%C3%BC.txt /%c3%bc.txt /q%3F.txt /UP.TXT /up.txt
/x.tar.gz /noext /link.txt /gone.txt /loop /none /none/ /dir /dir/ /dir?x=y
/dir?x=%20y&z /dir/?x /dir/index.html /dir/none /a.txt/ /a.txt/x /isdir/
/secret.txt /closed/ /closed/x /sp%20ace /sp%20ace/
/.dot /..two /... /dir/. /dir/.. /dir/../a.txt /dir/./a.txt /./a.txt /.//a.txt
//a.txt ///a.txt //dir //dir// /dir//index.html /dir/..//a.txt /dir/x/../../a.txt
/.. /../ /../a.txt /dir/../.. /dir/../../a.txt /%2e%2e/a.txt /%2e/a.txt /%2E./a.txt
/dir/%2e%2e/a.txt /dir/.%2e/a.txt /..%2fa.txt /dir%2f..%2fa.txt /dir%2Fa.txt
/%2fa.txt /%2F%2Fa.txt /dir/%2e%2e%2f%2e%2e/a.txt /%252e%252e/a.txt /%61.txt
/a%2etxt /a.txt%20 /a.txt%00 /%00 /a%0atxt /a%0d%0aX:y /% /%a /%zz /%%41 /a.txt%
/a.txt? /a.txt?? /a.txt?%zz /a.txt?a#b /a.txt#b /#/a.txt /a.txt?../../x
/..;/a.txt /;/a.txt /dir;/a.txt /a.txt; /\\a.txt /..\\a.txt /~ /*
/own/none /own/bare/ /own/a.txt /other/none /away/none /moved/none /lost/none
/again/none /r200 /r200?a=b&c /r200/x%20y /r200.html /r204 /r301 /r302/%0d%0aX
/r307 /r404 /r404text /r410 /exact /exact/ /exac /ex /nest/ /nest/x /nest/in
/nest/in/ /nest/in/x /nest/in/xy /nest /rel/dir /noport/dir /name/dir
/noetag/a.txt /noranges/a.txt /oneranges/a.txt /second/ /absolute/ /typed/a.txt
/typed/none /short/a.txt /short/none /slashes//a/../b%2f%2fc%20d?x
http://one.test/a.txt http://one.test/dir http://one.test http://one.test?x
http://ONE.test:99/dir
""".split()


@pytest.mark.parametrize("target", TARGETS)
def test_targets(both, target):
    for version in ["1.1", "1.0"]:
        for method in ["GET", "HEAD"]:
            compare(both, request(target, method, version=version), [method])


@pytest.mark.parametrize("length", [255, 256, 300, 4000, 4096, 4097, 7000])
def test_long_targets(both, length):
    compare(both, request("/" + "n" * length))
    compare(both, request("/" + "d/" * (length // 2)))


HEADERS = [
    {"If-None-Match": TAG}, {"If-None-Match": "W/" + TAG},
    {"If-None-Match": "*"}, {"If-None-Match": '"x"'},
    {"If-None-Match": f'"x", {TAG}'}, {"If-None-Match": f'"x",{TAG},"y"'},
    {"If-None-Match": '"x"', "If-Modified-Since": SAME},
    {"If-Modified-Since": SAME}, {"If-Modified-Since": EARLIER},
    {"If-Modified-Since": LATER}, {"If-Modified-Since": "nonsense"},
    {"If-Modified-Since": "Sunday, 13-Sep-20 12:26:40 GMT"},
    {"If-Modified-Since": "Sun Sep 13 12:26:40 2020"},
    {"If-Match": TAG}, {"If-Match": "*"}, {"If-Match": '"x"'},
    {"If-Match": "W/" + TAG}, {"If-Match": f'"x", {TAG}'},
    {"If-Match": '"x"', "If-Unmodified-Since": LATER},
    {"If-Unmodified-Since": SAME}, {"If-Unmodified-Since": EARLIER},
    {"If-Unmodified-Since": LATER},
    {"Range": "bytes=0-0"}, {"Range": "bytes=0-"}, {"Range": "bytes=3-5"},
    {"Range": "bytes=9-"}, {"Range": "bytes=10-"}, {"Range": "bytes=-3"},
    {"Range": "bytes=-100"}, {"Range": "bytes=0-9"}, {"Range": "bytes=0-100"},
    {"Range": "bytes=5-99999999999999"}, {"Range": "bytes=20-30"},
    {"Range": "lines=1-2"}, {"Range": "bytes 1-2"}, {"Range": "BYTES=1-2"},
    {"Range": "bytes= 1-2"}, {"Range": "bytes=1-2 "},
    {"Range": "bytes=0-1,4-5"}, {"Range": "bytes=8-9, 0-1"},
    {"Range": "bytes=0-1,20-30"}, {"Range": "bytes=20-30,0-1"},
    {"Range": "bytes=20-30,40-50"}, {"Range": "bytes=0-0,-1"},
    {"Range": "bytes=0-8,1-9"}, {"Range": "bytes=0-,0-"},
    {"Range": "bytes=1-2", "If-Range": TAG},
    {"Range": "bytes=1-2", "If-Range": '"x"'},
    {"Range": "bytes=1-2", "If-Range": "W/" + TAG},
    {"Range": "bytes=1-2", "If-Range": LATER},
    {"Range": "bytes=1-2", "If-Range": "x"},
    {"Range": "bytes=1-2", "If-None-Match": TAG},
    {"Range": "bytes=1-2", "If-Modified-Since": SAME},
    {"Connection": "close"}, {"Connection": "keep-alive"},
    {"Connection": "Close"}, {"Connection": "x"},
    {"Accept-Encoding": "gzip"}, {"Cookie": "a=b"}, {"X": ""},
    {"Content-Length": "0"},
]


@pytest.mark.parametrize("headers", HEADERS, ids=str)
def test_headers(both, headers):
    targets = ["/a.txt", "/own/none", "/own/bare/", "/noetag/a.txt",
               "/noranges/a.txt", "/oneranges/a.txt", "/none"]
    if "Range" not in headers:
        targets.append("/empty.txt")
    if "If-Unmodified-Since" not in headers or "If-Match" in headers:
        targets.append("/r200")
    for target in targets:
        for version in ["1.1", "1.0"]:
            compare(both, request(target, headers=headers, version=version))


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "TRACE",
                                    "PROPFIND", "MKCOL", "LOCK"])
def test_methods(both, method):
    for target in ["/a.txt", "/none", "/dir", "/dir/", "/r200", "/r404",
                   "/own/a.txt", "/own/none", "/own/bare/", "/isdir/"]:
        compare(both, request(target, method), [method])
        compare(both, request(target, method, body=b"12345",
                              headers={"Content-Length": "5"}), [method])


def test_bodies(both):
    chunked = {"Transfer-Encoding": "chunked"}
    for target in ["/a.txt", "/none", "/r200", "/own/a.txt"]:
        for method in ["GET", "POST"]:
            for headers, body in [
                    ({"Content-Length": "3"}, b"abc"),
                    ({"Content-Length": "1000"}, b"x" * 1000),
                    ({"Content-Length": "1001"}, b"x" * 1001),
                    (chunked, b"3\r\nabc\r\n0\r\n\r\n"),
                    (chunked, b"0\r\n\r\n"),
                    (chunked, b"3;x=y\r\nabc\r\n0\r\nT: v\r\n\r\n")]:
                data = request(target, method, headers=headers, body=body)
                compare(both, data + request("/a.txt"), [method, "GET"])


def test_pipelines(both):
    names = ["/a.txt", "/none", "/dir", "/r204", "/big.bin", "/own/none"]
    compare(both, b"".join(map(request, names * 3)), ["GET"] * 18)
    compare(both, request("/a.txt", "HEAD") + request("/none", "HEAD") +
            request("/a.txt", headers={"If-None-Match": TAG}) +
            request("/a.txt", headers={"Connection": "close"}) +
            request("/a.txt"), ["HEAD", "HEAD", "GET", "GET", "GET"])


RAW = [
    b"GET /a.txt HTTP/1.0\r\n\r\n",
    b"GET /a.txt HTTP/1.0\n\n",
    b"GET /a.txt HTTP/1.1\r\n\r\n",
    b"GET /a.txt HTTP/1.1\r\nHost:\r\n\r\n",
    b"GET /a.txt HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
    b"GET /dir HTTP/1.1\r\nHost: A.B:1\r\n\r\n",
    b"GET /dir HTTP/1.1\r\nHost: a.b.\r\n\r\n",
    b"GET /dir HTTP/1.1\r\nHost: [::1]:1\r\n\r\n",
    b"GET /dir HTTP/1.1\r\nHost: a/b\r\n\r\n",
    b"GET /dir HTTP/1.1\r\nHost: a..b\r\n\r\n",
    b"GET http://x/dir HTTP/1.1\r\nHost: y\r\n\r\n",
    b"\r\n\r\nGET /a.txt HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET  /a.txt  HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET a.txt HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET\r\n\r\n",
    b"G@T / HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1"
    b"\r\n\r\nx",
    b"GET / HTTP/1.1\r\nHost: a\r\nX\x00: y\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nX: y\x00\r\n\r\n",
    b"GET / HTTP/2.0\r\nHost: a\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    b"GET / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
    b"GET /" + b"n" * 9000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
]


@pytest.mark.parametrize("data", RAW, ids=lambda data: repr(data[:60]))
def test_raw(both, data):
    compare(both, data)


# --- what differs on purpose ------------------------------------------------

def get(target, **headers):
    return request(target, headers={
        name.replace("_", "-"): value for name, value in headers.items()})


# request, nginx's status, prong's
DIFFERENT = [
    (get("/a.txt", If_None_Match=TAG, If_Modified_Since=EARLIER), 200, 304),
    (get("/r200", If_Unmodified_Since=SAME), 412, 200),
    (get("/a.txt", Range="bytes=1 - 2"), 206, 200),
    (get("/a.txt", Range="bytes=x"), 416, 200),
    (get("/big.bin", Range="bytes=" + ",".join(["0-0"] * 17)), 206, 200),
    (get("/closed"), 403, 301),
    (request("/a.txt", "OPTIONS"), 405, 204),
    (request("*", "OPTIONS"), 400, 204),
    (request("/a.txt", "BREW"), 405, 501),
    (request("/list/", "POST"), 403, 405),
    (request("/a.txt", "POST", headers={"Transfer-Encoding": "gzip"}), 501,
     400),
    (get("/a.txt", X="y" * 9000), 400, 431),
    (request("/a.txt", host="a\"b"), 200, 400),
]


@pytest.mark.parametrize("data, theirs, ours", DIFFERENT,
                         ids=lambda value: repr(value)[:70])
def test_differences(both, data, theirs, ours):
    prong, nginx = both
    assert answers(nginx.port, data, ["GET"])[0][0] == theirs
    assert answers(prong.port, data, ["GET"])[0][0] == ours


def test_the_address_of_the_machine_is_not_told(both):
    prong, nginx = both
    found = [answers(server.port, b"GET /dir HTTP/1.0\r\n\r\n", ["GET"])[0][1]
             ["Location"] for server in (nginx, prong)]
    assert found == ["http://127.0.0.1:PORT/dir/", "http://one.test:PORT/dir/"]
