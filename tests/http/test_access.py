"""Who may come in: allow, deny, limit_except; the same beside nginx."""

import os
import shutil
import signal
import socket
import subprocess

import pytest

from harness import IS_ROOT, Client, Prong, free_port, request, wait_until

NGINX = shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin")

SERVER = """
    server_name one.test;
    listen unix:{prefix}/run/{name}.sock;
    location /open/ { }
    location /deny/ { deny all; }
    location /order/ { deny 127.0.0.2; allow 127.0.0.0/30; deny all; }
    location /first/ { allow all; deny all; }
    location /unix/ { allow unix:; deny all; }
    location /nounix/ { deny unix:; }
    location /six/ { allow ::1; allow 2001:db8::/32; deny all; }
    location /outer/ {
        deny 127.0.0.2;
        location /outer/same/ { }
        location /outer/own/ { deny 127.0.0.3; }
    }
    location /page/ { deny all; error_page 403 /reason.html; }
    location /shut/ { deny all; error_page 403 /shut/reason.html; }
    location /renamed/ { deny all; error_page 403 =404 /reason.html; }
    location /dir/ { deny 127.0.0.2; }
    location /any/ { satisfy any; deny all; }
    location /anyone/ { satisfy any; allow 127.0.0.1; deny all; }
    location /get/ { limit_except GET { deny all; } }
    location /post/ { limit_except POST { allow 127.0.0.2; deny all; } }
    location /both/ {
        deny 127.0.0.2;
        limit_except GET { deny 127.0.0.3; }
    }
    location /ret/ { deny all; return 200 "said"; }
"""
PATHS = ["open", "deny", "order", "first", "unix", "nounix", "six", "outer",
         "outer/same", "outer/own", "page", "shut", "renamed", "dir", "any",
         "anyone", "get", "post", "both", "ret"]


class Guest(Client):
    """A client from another address of the loopback network."""

    def __init__(self, port, host):
        self.sock = socket.create_connection(("127.0.0.1", port), 10,
                                             (host, 0))
        self.timeout = 10
        self.buffer = b""
        self.ended = False
        self.witness = None


def fill(prong):
    for path in PATHS:
        prong.write(f"www/{path}/a.txt", b"inside")
    prong.write("www/reason.html", b"reason")
    prong.write("www/shut/reason.html", b"shut reason")


class Nginx:
    """nginx over the same files."""

    def __init__(self, prong):
        self.port = free_port()
        (prong.prefix / "nginx").mkdir()
        temp = "".join(
            f"{name}_temp_path {prong.prefix}/nginx/{name};" for name in
            ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"])
        conf = prong.write("nginx/nginx.conf", f"""
            daemon off; pid {prong.prefix}/nginx/pid;
            {"user www-data;" if IS_ROOT else ""}
            error_log {prong.prefix}/nginx/error.log;
            events {{ }}
            http {{
                types {{ text/html html; text/plain txt; }}
                access_log off; {temp}
                server {{
                    listen 127.0.0.1:{self.port};
                    root {prong.prefix}/www;
                    {adapt(SERVER, prong, "nginx")}
                }}
            }}
        """)
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


def adapt(server, prong, name):
    return server.replace("{prefix}", str(prong.prefix)).replace("{name}",
                                                                 name)


@pytest.fixture(scope="module")
def site():
    prong = Prong(start=False)
    prong.write_conf(server=adapt(SERVER, prong, "prong"))
    with prong:
        fill(prong)
        prong.start()
        yield prong


@pytest.fixture(scope="module")
def nginx(site):
    if not NGINX:
        pytest.skip("no nginx to compare with")
    server = Nginx(site)
    yield server
    server.close()


def ask(port, host, path, method):
    with Guest(port, host) as client:
        client.send(request(path, method))
        answer = client.read(method)
        return answer.status, answer.body if answer.status < 300 else b""


# What the guests 127.0.0.1, .2 and .3 get.
@pytest.mark.parametrize("path, method, expected", [
    ("/open/a.txt", "GET", [200, 200, 200]),
    ("/deny/a.txt", "GET", [403, 403, 403]),
    ("/deny/none", "GET", [403, 403, 403]),
    ("/order/a.txt", "GET", [200, 403, 200]),
    ("/first/a.txt", "GET", [200, 200, 200]),
    ("/unix/a.txt", "GET", [403, 403, 403]),
    ("/nounix/a.txt", "GET", [200, 200, 200]),
    ("/six/a.txt", "GET", [403, 403, 403]),
    ("/outer/a.txt", "GET", [200, 403, 200]),
    ("/outer/same/a.txt", "GET", [200, 403, 200]),
    ("/outer/own/a.txt", "GET", [200, 200, 403]),
    ("/any/a.txt", "GET", [403, 403, 403]),
    ("/anyone/a.txt", "GET", [200, 403, 403]),
    ("/get/a.txt", "GET", [200, 200, 200]),
    ("/get/a.txt", "HEAD", [200, 200, 200]),
    ("/get/a.txt", "POST", [403, 403, 403]),
    ("/get/a.txt", "PUT", [403, 403, 403]),
    ("/post/a.txt", "GET", [403, 200, 403]),
    ("/post/a.txt", "HEAD", [403, 200, 403]),
    ("/post/a.txt", "POST", [405, 405, 405]),
    ("/both/a.txt", "GET", [200, 403, 200]),
    ("/both/a.txt", "POST", [405, 405, 403]),
    ("/ret/a.txt", "GET", [200, 200, 200]),
    ("/page/a.txt", "GET", [403, 403, 403]),
    ("/renamed/a.txt", "GET", [404, 404, 404]),
])
def test_guests(site, nginx, path, method, expected):
    for number, status in enumerate(expected):
        host = f"127.0.0.{number + 1}"
        answer = ask(site.port, host, path, method)
        assert answer[0] == status, host
        assert answer == ask(nginx.port, host, path, method), host


def test_by_a_unix_socket(site, nginx):
    for name in ["prong", "nginx"]:
        for path, status in [("/unix/a.txt", 200), ("/nounix/a.txt", 403),
                             ("/order/a.txt", 403), ("/deny/a.txt", 403)]:
            with Client(f"{site.prefix}/run/{name}.sock") as client:
                assert client.ask(path).status == status, (name, path)


def test_the_refusal_is_logged_as_nginx_does(site):
    assert site.get("/deny/a.txt?logged").status == 403
    site.wait_log(r"\[error\] \d+#\d+: \*\d+ access forbidden by rule, client: "
                  r"127\.0\.0\.1, server: one\.test, "
                  r'request: "GET /deny/a\.txt\?logged HTTP/1\.1"')
    assert site.get("/any/a.txt?any").status == 403
    site.wait_log(r'access forbidden by rule, .*"GET /any/a\.txt\?any ')


def test_a_page_of_the_refusal(site):
    assert site.get("/page/a.txt").body == b"reason"
    # The page's own location lets nobody in either.
    assert b"403" in site.get("/shut/a.txt").body


def test_a_directory_is_no_way_around(site):
    assert ask(site.port, "127.0.0.2", "/dir", "GET")[0] == 301
    assert ask(site.port, "127.0.0.2", "/dir/", "GET")[0] == 403
    assert ask(site.port, "127.0.0.2", "//dir//../dir/a.txt", "GET")[0] == 403


@pytest.mark.parametrize("server, said", [
    ("allow nobody;", 'invalid parameter "nobody"'),
    ("deny 1.2.3.4/33;", 'invalid parameter "1.2.3.4/33"'),
    ("deny unix:/x;", 'invalid parameter "unix:/x"'),
    ("satisfy some;", 'invalid value "some"'),
    ("limit_except GET { deny all; }",
     '"limit_except" directive is not allowed here'),
    ("location / { limit_except FETCH { deny all; } }",
     'invalid method "FETCH"'),
    ("location / { limit_except GET { root /; } }",
     '"root" directive is not allowed here'),
    ("location / { limit_except GET { } limit_except GET { } }",
     '"limit_except" directive is duplicate'),
])
def test_mistakes(server, said):
    prong = Prong(server=server, start=False)
    try:
        done = prong.run("-t")
        assert done.returncode == 1
        assert said in done.stderr
    finally:
        prong.close()


def test_low_bits_are_warned_of():
    prong = Prong(server="deny 10.1.2.3/8;", start=False)
    try:
        done = prong.run("-t")
        assert done.returncode == 0
        assert "low address bits of 10.1.2.3/8 are meaningless" in done.stderr
    finally:
        prong.close()
