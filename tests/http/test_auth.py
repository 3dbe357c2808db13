"""auth_basic: every kind of hash, files that change, what it says and where;
the same beside nginx; and a costly check that holds up nobody."""

import base64
import os
import re
import shutil
import signal
import subprocess
import time

import pytest

from harness import (IS_ROOT, Client, Prong, free_port, request, wait_until,
                     witness)

NGINX = shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin")

# The password of each is "secret", and its name says the kind.
USERS = """\
# made by openssl passwd and by crypt(3)
plain:{PLAIN}secret
sha:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=
ssha:{SSHA}gVK8WC9YyFT1gMsQHTGCgT3sSv5zYWx0
apr1:$apr1$saltsalt$LrttParrLPdxvgutaSXWJ0
md5:$1$abcd$Oy8OD9LGKv7H9yIMreLNV1
des:abNANd1rDfiNc
bcrypt:$2y$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a
sha512:$6$rounds=1000$salt$HNxBeBnDfSfUrTj6KiLnmd7tGCvHEmcExh8kl/S0cZ5WrCciNZgfhbpkeFQ4JfkHX.8vPq45lY0iINnCx1Lkm.
comment:{PLAIN}secret:what follows is a comment
twice:{PLAIN}secret
twice:{PLAIN}other
empty:{PLAIN}
broken:$2y$99$x
"""
KINDS = ["plain", "sha", "ssha", "apr1", "md5", "des", "bcrypt", "sha512",
         "comment", "twice"]

SERVER = """
    server_name one.test;
    location /open/ { }
    location /closed/ {
        auth_basic "members of $host"; auth_basic_user_file users;
        location /closed/open/ { auth_basic off; }
        location /closed/other/ { auth_basic_user_file others; }
    }
    location /missing/ { auth_basic x; auth_basic_user_file missing; }
    location /folder/ { auth_basic x; auth_basic_user_file .; }
    location /nofile/ { auth_basic x; }
    location /all/ {
        allow 127.0.0.2; deny all;
        auth_basic x; auth_basic_user_file users;
    }
    location /any/ {
        satisfy any; deny all;
        auth_basic x; auth_basic_user_file users;
    }
    location /anyhome/ {
        satisfy any; allow 127.0.0.1; deny all;
        auth_basic x; auth_basic_user_file users;
    }
    location /write/ {
        limit_except GET { auth_basic x; auth_basic_user_file users; }
    }
    location /page/ {
        auth_basic x; auth_basic_user_file users; error_page 401 /who.html;
    }
    location /renamed/ {
        auth_basic x; auth_basic_user_file users;
        error_page 401 =404 /who.html;
    }
"""
OWN = """
    location /byuser/ { auth_basic x; auth_basic_user_file $arg_f; }
    location /delayed/ {
        auth_basic x; auth_basic_user_file users; auth_delay 300ms;
    }
    location /anydelayed/ {
        satisfy any; deny all; auth_delay 300ms;
        auth_basic x; auth_basic_user_file users;
    }
"""
PATHS = ["open", "closed", "closed/open", "closed/other", "missing", "folder",
         "nofile", "all", "any", "anyhome", "write", "page", "renamed",
         "byuser", "delayed", "anydelayed"]


@pytest.fixture
def alone(monkeypatch):
    """Nobody explains the answers: it would take time, or is another user."""
    monkeypatch.setattr(witness, "FILE", None)


def basic(user, password="secret"):
    pair = f"{user}:{password}".encode()
    return {"Authorization": "Basic " + base64.b64encode(pair).decode()}


def fill(prong):
    for path in PATHS:
        prong.write(f"www/{path}/a.txt", b"inside")
    prong.write("www/who.html", b"who are you")
    prong.write("conf/users", USERS)
    prong.write("conf/others", "other:{PLAIN}secret\n")


class Nginx:
    """nginx over the same files."""

    def __init__(self, prong):
        self.port = free_port()
        (prong.prefix / "nginx").mkdir()
        temp = "".join(
            f"{name}_temp_path {prong.prefix}/nginx/{name};" for name in
            ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"])
        conf = prong.write("conf/nginx.conf", f"""
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
                    {SERVER}
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


@pytest.fixture(scope="module")
def site():
    prong = Prong(server=SERVER + OWN, http=(
        "log_format who '$remote_user|$request_uri|$status'; "
        "access_log logs/who.log who;"), start=False)
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


def status(prong, path, headers=(), method="GET"):
    return prong.ask(path, method, headers=headers).status


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_hash(site, alone, kind):
    for _ in range(3):  # the second one is remembered
        assert status(site, "/closed/a.txt", basic(kind)) == 200
        assert status(site, "/closed/a.txt", basic(kind, "other")) == 401
        assert status(site, "/closed/a.txt", basic(kind, "")) == 401


def seen(port, path, headers, method):
    with Client(("127.0.0.1", port)) as client:
        client.send(request(path, method, headers=headers))
        answer = client.read(method)
        body = answer.body if b"<center>" not in answer.body else b"page"
        if b"<small>" in body or b"<hr>" in body:
            body = b"page"
        return (answer.status, answer.get("WWW-Authenticate"),
                body if answer.status < 300 or b"who" in body else b"page")


HEADERS = [
    {}, basic("plain"), basic("plain", "wrong"), basic("nobody"),
    basic("other"), basic("empty", ""), basic("apr1"), basic("bcrypt"),
    basic("# made by openssl passwd and by crypt(3)"), basic("broken"),
    {"Authorization": "Basic"}, {"Authorization": "Basic "},
    {"Authorization": "Basic !"}, {"Authorization": "Bearer x"},
    {"Authorization": "basic   " + basic("sha")["Authorization"][6:]},
    {"Authorization": "Basic " + base64.b64encode(b"plain").decode()},
    {"Authorization": "Basic " + base64.b64encode(b":secret").decode()},
]
TARGETS = ["open", "closed", "closed/open", "closed/other", "missing",
           "nofile", "all", "any", "anyhome", "write", "page", "renamed"]


@pytest.mark.parametrize("target", TARGETS)
def test_as_nginx_has_it(site, nginx, alone, target):
    for headers in HEADERS:
        for method in ["GET", "HEAD", "POST"]:
            path = f"/{target}/a.txt"
            ours = seen(site.port, path, headers, method)
            theirs = seen(nginx.port, path, headers, method)
            assert ours == theirs, (path, headers, method)


def test_the_challenge(site):
    answer = site.get("/closed/a.txt")
    assert answer["WWW-Authenticate"] == 'Basic realm="members of localhost"'
    assert "WWW-Authenticate" not in site.get("/closed/a.txt",
                                              headers=basic("plain"))
    assert "WWW-Authenticate" not in site.get("/missing/a.txt",
                                              headers=basic("plain"))
    answer = site.get("/page/a.txt")
    assert (answer.status, answer.body) == (401, b"who are you")
    assert answer["WWW-Authenticate"] == 'Basic realm="x"'


def test_what_the_log_says(site):
    end = r", client: 127\.0\.0\.1, server: one\.test, request: "
    status(site, "/closed/a.txt?1", basic("plain", "wrong"))
    site.wait_log(r'\[error\] .*\*\d+ user "plain": password mismatch' + end)
    status(site, "/closed/a.txt?2", basic("nobody"))
    site.wait_log(r'\[error\] .*\*\d+ user "nobody" was not found in "'
                  + re.escape(str(site.prefix)) + '/conf/users"' + end)
    status(site, "/closed/a.txt?3")
    site.wait_log(r"\[info\] .* no user/password was provided for basic "
                  "authentication" + end)
    status(site, "/missing/a.txt", basic("plain"))
    site.wait_log(r'\[error\] .* open\(\) "' + re.escape(str(site.prefix))
                  + r'/conf/missing" failed \(2: No such file or directory\)'
                  + end)
    assert status(site, "/folder/a.txt", basic("plain")) == 500
    site.wait_log(r"\[crit\] .* open\(\) ")


def test_remote_user_is_who_it_says_it_is(site):
    status(site, "/closed/a.txt?u1", basic("plain"))
    status(site, "/open/a.txt?u2", basic("anyone"))
    status(site, "/open/a.txt?u3")

    def lines():
        text = site.read("logs/who.log")
        return all(line in text for line in [
            "plain|/closed/a.txt?u1|200", "anyone|/open/a.txt?u2|200",
            "-|/open/a.txt?u3|200"])
    wait_until(lines, "the access log")


def test_a_change_of_the_file_counts_at_once(site):
    path = site.prefix / "conf/others"
    one = basic("apr1", "secret")
    assert status(site, "/closed/other/a.txt", one) == 401
    path.write_text(USERS)
    for _ in range(3):
        assert status(site, "/closed/other/a.txt", one) == 200
    path.write_text(USERS.replace("LrttParrLPdxvgutaSXWJ0",
                                  "a8ml/vK5HEjiZ5oypDWA7/"))
    assert status(site, "/closed/other/a.txt", one) == 401
    assert status(site, "/closed/other/a.txt", basic("apr1", "")) == 200
    path.unlink()
    assert status(site, "/closed/other/a.txt", basic("apr1", "")) == 403
    path.write_text("other:{PLAIN}secret\n")
    assert status(site, "/closed/other/a.txt", basic("other")) == 200


@pytest.mark.skipif(not IS_ROOT, reason="only root has other users")
def test_the_file_is_read_by_the_workers_user(site, alone):
    site.write("conf/rootonly", "plain:{PLAIN}secret\n", mode=0o600)
    assert status(site, "/byuser/a.txt?f=rootonly", basic("plain")) == 500
    site.wait_log(r"rootonly\" failed \(13: Permission denied\)")


def test_a_file_by_a_variable(site):
    assert status(site, "/byuser/a.txt?f=users", basic("plain")) == 200
    assert status(site, "/byuser/a.txt?f=others", basic("plain")) == 401
    assert status(site, "/byuser/a.txt?f=" + str(site.prefix / "conf/users"),
                  basic("plain")) == 200
    assert status(site, "/byuser/a.txt?f=none", basic("plain")) == 403


def test_a_refusal_may_be_delayed(site, alone):
    for path in ["/delayed/a.txt", "/anydelayed/a.txt"]:
        for headers in [{}, basic("plain", "wrong"), basic("apr1", "wrong")]:
            begin = time.monotonic()
            assert status(site, path, headers) == 401
            assert time.monotonic() - begin >= 0.299
        begin = time.monotonic()
        assert status(site, path, basic("plain")) == 200
        assert time.monotonic() - begin < 0.29
    site.wait_log("delaying unauthorized request")


# ---- costly checks ----


def bcrypt(cost):
    """A hash of "secret", made by crypt(3); None where it knows no bcrypt."""
    script = ("import ctypes, sys; c = ctypes.CDLL('libcrypt.so.1');"
              "c.crypt.restype = ctypes.c_char_p;"
              f"print((c.crypt(b'secret', b'$2y${cost:02}$"
              "abcdefghijklmnopqrstuu') or b'*').decode())")
    done = subprocess.run(["/usr/bin/python3", "-c", script], check=False,
                          capture_output=True, text=True)
    text = done.stdout.strip()
    return text if text.startswith("$2y$") else None


@pytest.fixture
def costly(alone):
    text = bcrypt(12)
    if not text:
        pytest.skip("crypt(3) knows no bcrypt here")
    with Prong(server=SERVER, workers=1) as prong:
        fill(prong)
        prong.write("conf/users", f"slow:{text}\nplain:{{PLAIN}}secret\n")
        yield prong


def test_a_costly_check_holds_up_nobody(costly):
    answered = 0
    with costly.connect() as slow:
        slow.send(request("/closed/a.txt", headers=basic("slow")))
        slow.sock.setblocking(False)
        # While the one is checked the only worker answers the others.
        while True:
            assert status(costly, "/open/a.txt") == 200
            try:
                slow.buffer += slow.sock.recv(65536)
                break
            except BlockingIOError:
                answered += 1
        slow.sock.settimeout(10)
        assert slow.read().status == 200
    assert answered >= 20


def test_a_costly_check_is_made_once(costly):
    begin = time.monotonic()
    assert status(costly, "/closed/a.txt", basic("slow")) == 200
    once = time.monotonic() - begin
    begin = time.monotonic()
    for _ in range(20):
        assert status(costly, "/closed/a.txt", basic("slow")) == 200
    assert time.monotonic() - begin < 20 * once / 2
    # A wrong one is checked each time.
    begin = time.monotonic()
    assert status(costly, "/closed/a.txt", basic("slow", "no")) == 401
    assert time.monotonic() - begin > once / 4


def test_an_unknown_name_takes_as_long(costly):
    def duration(user):
        begin = time.monotonic()
        assert status(costly, "/closed/a.txt", basic(user, "wrong")) == 401
        return time.monotonic() - begin
    known = min(duration("slow") for _ in range(3))
    unknown = min(duration("nobody") for _ in range(3))
    assert known / 2 < unknown < known * 2


def test_clients_that_leave_while_they_are_checked(costly):
    for _ in range(5):
        with costly.connect() as client:
            client.send(request("/closed/a.txt", headers=basic("slow")))
        with costly.connect() as client:
            client.send(request("/closed/a.txt", headers=basic("slow")))
            client.reset()
    assert status(costly, "/open/a.txt") == 200
    assert status(costly, "/closed/a.txt", basic("slow")) == 200


def test_pipelined_costly_checks(costly):
    with costly.connect() as client:
        client.send(request("/closed/a.txt", headers=basic("slow")) * 3
                    + request("/open/a.txt"))
        assert [client.read().status for _ in range(4)] == [200] * 4


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGQUIT])
def test_a_stop_in_the_middle_of_a_check(costly, number):
    with costly.connect() as client:
        client.send(request("/closed/a.txt", headers=basic("slow")))
        wait_until(lambda: " writing=1" in costly.stats_text(), "the request")
        costly.signal(number)
        if number == signal.SIGQUIT:
            assert client.read().status == 200
    assert costly.wait_end() == 0
