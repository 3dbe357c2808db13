"""Who the client is, when it comes through proxies that are trusted."""

import pytest

from harness import Client, Prong, free_port, request, wait_until
from harness.nginx import NGINX, Nginx

SAY = ("location / { return 200 "
       "'$remote_addr $remote_port|$realip_remote_addr'; }")
SERVERS = {
    "one": "set_real_ip_from 127.0.0.1;",
    "net": "set_real_ip_from 10.0.0.0/8; set_real_ip_from 127.0.0.0/8;",
    "name": "set_real_ip_from localhost;",
    "others": "set_real_ip_from 10.0.0.0/8;",
    "list": "set_real_ip_from 127.0.0.1; real_ip_header X-Forwarded-For;",
    "deep": "set_real_ip_from 127.0.0.0/30; set_real_ip_from 2001:db8::/32;"
            "real_ip_header X-Forwarded-For; real_ip_recursive on;",
    "own": "set_real_ip_from 127.0.0.1; real_ip_header X-Client_IP;",
    "dash": "set_real_ip_from 127.0.0.1; real_ip_header X-Client-IP;",
    "auth": "set_real_ip_from 127.0.0.1; real_ip_header authorization;",
}


def servers(port):
    return "".join(f"server {{ listen 127.0.0.1:{port}; server_name {name};"
                   f" {lines} {SAY} }}" for name, lines in SERVERS.items())


HEADERS = [
    [], [("X-Real-IP", "1.2.3.4")], [("X-Real-IP", "1.2.3.4:5")],
    [("X-Real-IP", "2001:db8::1")], [("X-Real-IP", "[2001:db8::1]:80")],
    [("X-Real-IP", "9.9.9.9, 1.2.3.4")], [("X-Real-IP", "unknown")],
    [("X-Real-IP", "1.2.3.4:0")], [("X-Real-IP", "1.2.3.4:65536")],
    [("X-Real-IP", "")], [("x-real-ip", "1.2.3.4")],
    [("X-Forwarded-For", "1.2.3.4")],
    [("X-Forwarded-For", "1.1.1.1, 127.0.0.2")],
    [("X-Forwarded-For", "1.1.1.1,127.0.0.2 127.0.0.3 ,")],
    [("X-Forwarded-For", "1.1.1.1, 2.2.2.2, 2001:db8::5")],
    [("X-Forwarded-For", "127.0.0.1, 127.0.0.2")],
    [("X-Forwarded-For", "what, 127.0.0.2")],
    [("X-Forwarded-For", "127.0.0.2, what")],
    [("X-Forwarded-For", "1.1.1.1"), ("X-Forwarded-For", "127.0.0.2")],
    [("X-Forwarded-For", "1.1.1.1"), ("X-Forwarded-For", "what")],
    [("X-Client-IP", "1.2.3.4")], [("Authorization", "1.2.3.4")],
]


@pytest.fixture(scope="module")
def both():
    port = free_port()
    with Prong(http=servers(port)) as prong:
        prong.port = port
        nginx = None
        if NGINX:
            port = free_port()
            nginx = Nginx(prong, http=servers(port))
            nginx.port = port
        yield prong, nginx
        if nginx:
            nginx.close()


def said(server, name, headers):
    """What it says of the client, without the port that the kernel chose."""
    with server.connect() as client:
        text = client.ask("/", host=name, headers=headers).text
        own = str(client.sock.getsockname()[1])
        return text.replace(f"127.0.0.1 {own}|", "127.0.0.1 OWN|")


@pytest.mark.skipif(not NGINX, reason="no nginx to compare with")
@pytest.mark.parametrize("headers", HEADERS, ids=str)
def test_as_nginx(both, headers):
    for name in SERVERS:
        ours, theirs = (said(one, name, headers) for one in both)
        assert ours == theirs, name


@pytest.mark.parametrize("name, headers, answer", [
    ("one", [("X-Real-IP", "1.2.3.4")], "1.2.3.4 |127.0.0.1"),
    ("name", [("X-Real-IP", "1.2.3.4:8")], "1.2.3.4 8|127.0.0.1"),
    ("others", [("X-Real-IP", "1.2.3.4")], "127.0.0.1 OWN|127.0.0.1"),
    ("deep", [("X-Forwarded-For", "3.3.3.3, 1.2.3.4, 127.0.0.2")],
     "1.2.3.4 |127.0.0.1"),
])
def test_says(both, name, headers, answer):
    assert said(both[0], name, headers) == answer


def test_is_forgotten_with_the_request(both):
    """On one connection each request speaks for itself."""
    with both[0].connect() as client:
        client.send(
            request("/", host="one", headers={"X-Real-IP": "1.2.3.4"}) +
            request("/", host="one", headers={"X-Real-IP": "1.2.3.5"}) +
            request("/", host="one"))
        assert client.read().text.startswith("1.2.3.4 ")
        assert client.read().text.startswith("1.2.3.5 ")
        assert client.read().text.startswith("127.0.0.1 ")


def test_logs_see_it(serve):
    prong = serve(http="""
        log_format who '$remote_addr $realip_remote_addr';
        access_log logs/who.log who;
        set_real_ip_from 127.0.0.0/8;""")
    prong.get("/none", headers={"X-Real-IP": "1.2.3.4"})
    prong.wait_log(r"client: 1\.2\.3\.4, server")
    wait_until(lambda: prong.read("logs/who.log") ==
               "1.2.3.4 127.0.0.1\n", "the line")


def test_access_rules_see_it(serve):
    prong = serve(server="""
        location /a/ { set_real_ip_from 127.0.0.1; deny 1.2.3.4; }
        location /b/ { allow 1.2.3.0/24; deny all;
            set_real_ip_from 127.0.0.1; }""")
    for path in ["a/x", "b/x"]:
        prong.write("www/" + path, "x")
    named = {"X-Real-IP": "1.2.3.4"}
    assert prong.get("/a/x").status == 200
    assert prong.get("/a/x", headers=named).status == 403
    assert prong.get("/b/x").status == 403
    assert prong.get("/b/x", headers=named).status == 200


def test_of_a_location(serve):
    """Where nothing answered before; as nginx, after `return`."""
    prong = serve(http="""
        log_format who '$remote_addr';
        access_log logs/who.log who;""", server="""
        location /files/ { set_real_ip_from 127.0.0.1; }
        location /text/ { set_real_ip_from 127.0.0.1; return 200 x; }""")
    prong.write("www/files/a.txt", "a")
    for path in ["/files/a.txt", "/text/", "/"]:
        prong.get(path, headers={"X-Real-IP": "1.2.3.4"})
    wait_until(lambda: sorted(prong.read("logs/who.log").split()) ==
               ["1.2.3.4", "127.0.0.1", "127.0.0.1"], "three lines")


def test_unix_socket(serve):
    prong = serve(http="""
        server { listen unix:run/http.sock; set_real_ip_from unix:;
            location / { return 200 "$remote_addr|$realip_remote_addr"; } }
        """.replace("run/", "/tmp/prong-realip-%d-" % free_port()))
    path = prong.conf.read_text().split("unix:")[1].split(";")[0]
    with Client(path) as client:
        assert client.ask("/").text == "unix:|unix:"
        assert client.ask("/", headers={"X-Real-IP": "1.2.3.4"}).text == \
            "1.2.3.4|unix:"


@pytest.mark.parametrize("line, words", [
    ("set_real_ip_from 1.2.3.4/33;", 'host not found in set_real_ip_from'),
    ("set_real_ip_from no.such.host.invalid;",
     'host not found in set_real_ip_from "no.such.host.invalid"'),
    ("real_ip_header a; real_ip_header b;",
     '"real_ip_header" directive is duplicate'),
    ("real_ip_recursive maybe;", 'invalid value "maybe" in '
     '"real_ip_recursive" directive'),
])
def test_refused(serve, line, words):
    prong = serve(server=line, start=False)
    done = prong.run("-t")
    assert done.returncode == 1
    assert words in done.stderr


def test_warns_of_low_bits(serve):
    prong = serve(server="set_real_ip_from 10.1.2.3/8;", start=False)
    done = prong.run("-t")
    assert done.returncode == 0
    assert "low address bits of 10.1.2.3/8 are meaningless" in done.stderr
