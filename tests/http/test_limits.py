"""How fast and how many at once: limit_req and limit_conn over all workers,
the same beside nginx, and what a reload or a killed worker leave behind."""

import os
import re
import shutil
import subprocess
import time
from pathlib import Path
from signal import SIGHUP, SIGKILL, SIGTERM

import pytest

from harness import (IS_ROOT, Client, Prong, free_port, request, wait_until,
                     witness)

NGINX = shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin")

SLOW = 20_000_000  # bytes; more than any socket takes at once

HTTP = """
    limit_req_zone $arg_k zone=slow:1m rate=1r/m;
    limit_req_zone $arg_k zone=quick:1m rate=20r/s;
    limit_req_zone $arg_j zone=other:1m rate=2r/m;
    limit_conn_zone $arg_k zone=conns:1m;
    limit_conn_zone $server_name zone=all:1m;
"""
SERVER = """
    server_name one.test;
    location /none { limit_req zone=slow; return 200; }
    location /limited { limit_req zone=slow burst=3 nodelay; }
    location /dry { limit_req zone=slow; limit_req_dry_run on; }
    location /own {
        limit_req zone=slow; limit_req_status 429;
        limit_req_log_level info;
    }
    location /delayed { limit_req zone=quick burst=5; }
    location /partly { limit_req zone=quick burst=5 delay=3; }
    location /two {
        limit_req zone=other burst=1 nodelay;
        limit_req zone=slow burst=2 nodelay;
    }
    location /page { limit_req zone=slow; error_page 503 =200 /busy.html; }
    location /conns { limit_conn conns 2; }
    location /both { limit_conn conns 2; limit_conn all 3; }
    location /conndry { limit_conn conns 1; limit_conn_dry_run on; }
    location /conn429 { limit_conn conns 1; limit_conn_status 429; }
"""
FILES = ["limited", "dry", "own", "delayed", "partly", "two", "page", "conns",
         "both", "conndry", "conn429"]


@pytest.fixture(autouse=True)
def alone(monkeypatch):
    """Nobody explains the answers: what was counted is known to
    the workers alone."""
    monkeypatch.setattr(witness, "FILE", None)


def fill(prong):
    for name in FILES:
        prong.write(f"www/{name}", b"x")
    prong.write("www/busy.html", b"busy")
    for name in ["conns", "both", "conndry", "conn429"]:
        prong.write(f"www/{name}.big", b"\0" * SLOW)


@pytest.fixture(scope="module")
def site():
    with Prong(http=HTTP, server=SERVER, workers=3) as prong:
        fill(prong)
        yield prong


def statuses(prong, target, count):
    return [prong.get(target).status for _ in range(count)]


def test_refuses_what_is_more_than_the_burst(site):
    assert statuses(site, "/limited?k=a", 6) == [200] * 4 + [503] * 2
    assert statuses(site, "/limited?k=b", 1) == [200]
    assert statuses(site, "/limited", 6) == [200] * 6  # no key: no limit
    line = site.wait_log(r"limiting requests, excess: (\d)\.(\d{3}) by zone "
                         r'"slow", client: 127\.0\.0\.1, server: one\.test, '
                         r'request: "GET /limited\?k=a HTTP/1\.1", host: ')
    assert 3.9 < float(f"{line[1]}.{line[2]}") <= 4.0
    assert re.search("who=total .*limited_requests=[1-9]", site.stats_text())


def test_return_goes_before_the_limit(site):
    assert statuses(site, "/none?k=r", 3) == [200] * 3


def test_dry_run_only_tells(site):
    assert statuses(site, "/dry?k=d", 3) == [200] * 3
    site.wait_log(r"limiting requests, dry run, excess: 1\.000 by zone "
                  r'"slow"|limiting requests, dry run, excess: 0\.9')


def test_status_and_level_are_the_operators(site):
    assert statuses(site, "/own?k=o", 2) == [200, 429]
    site.wait_log(r"\[info\] .* limiting requests, excess: .*k=o")


def test_the_rest_is_delayed(site):
    begin = time.monotonic()
    with site.connect() as client:
        for _ in range(4):
            assert client.ask("/delayed?k=x").status == 200
    # 20 a second: the first at once, the others 50 ms apart.
    assert 0.140 <= time.monotonic() - begin < 5
    site.wait_log(r"\[warn\] .* delaying request, excess: \d\.\d{3}, by zone "
                  r'"quick"')


def test_pipelined_requests_are_delayed_in_order(site):
    with site.connect() as client:
        begin = time.monotonic()
        client.send(b"".join(request("/delayed?k=p") for _ in range(4)))
        for _ in range(4):
            assert client.read().status == 200
        assert time.monotonic() - begin >= 0.140


def test_a_part_is_not_delayed(site):
    begin = time.monotonic()
    assert statuses(site, "/partly?k=y", 3) == [200] * 3
    quick = time.monotonic() - begin
    assert statuses(site, "/partly?k=y", 3) == [200] * 3
    assert time.monotonic() - begin - quick > 0.040


def test_a_client_that_leaves_while_it_waits(site):
    with site.connect() as client:
        client.send(b"".join(request("/delayed?k=l") for _ in range(4)))
    assert site.get("/limited?k=left").status == 200


def test_of_two_limits_both_count(site):
    # The refusal of one leaves the other as it was.
    assert statuses(site, "/two?k=t&j=t", 2) == [200] * 2
    assert statuses(site, "/two?k=t&j=t", 2) == [503] * 2
    assert statuses(site, "/two?k=t", 2) == [200, 503]
    site.wait_log(r'by zone "other"')


def test_a_page_tells_of_the_refusal(site):
    assert site.get("/page?k=g").body == b"x"
    assert site.get("/page?k=g").body == b"busy"


# ---- limit_conn ----


def hold(prong, target):
    """A connection whose answer is on its way and stays so."""
    client = prong.connect()
    client.sock.setsockopt(1, 8, 4096)  # SO_RCVBUF
    client.send(request(target))
    client.fill()
    assert client.buffer.startswith(b"HTTP/1.1 200"), client.buffer[:50]
    return client


def refused(prong, target):
    return prong.ask(target, "HEAD").status


def comes_free(prong, target):
    wait_until(lambda: refused(prong, target) == 200, "a free place")


def test_so_many_at_once(site):
    one, two = hold(site, "/conns.big?k=a"), hold(site, "/conns.big?k=a")
    assert refused(site, "/conns?k=a") == 503
    assert refused(site, "/conns?k=b") == 200
    assert refused(site, "/conns") == 200
    site.wait_log(r'limiting connections by zone "conns", client:')
    one.close()
    comes_free(site, "/conns?k=a")
    two.close()


def test_a_kept_connection_does_not_count(site):
    with site.connect() as one, site.connect() as two, site.connect() as three:
        for client in [one, two, three, one, two, three]:
            assert client.ask("/conns?k=keep").status == 200


def test_pipelined_requests_count_once(site):
    with site.connect() as client:
        client.send(request("/conns?k=pipe") * 9)
        for _ in range(9):
            assert client.read().status == 200


def test_half_a_head_does_not_count(site):
    with site.connect() as client:
        client.send(request("/conns?k=half") + b"GET / HT")
        assert client.read().status == 200
        with site.connect() as other:
            other.send(request("/conns?k=half") + b"GET / HT")
            assert other.read().status == 200
            assert refused(site, "/conns?k=half") == 200


def test_two_zones(site):
    held = [hold(site, f"/both.big?k={k}") for k in "aab"]
    assert refused(site, "/both?k=c") == 503
    site.wait_log(r'limiting connections by zone "all"')
    held.pop().close()
    comes_free(site, "/both?k=c")
    # What is refused by the second gave the first one back.
    assert refused(site, "/both?k=a") == 503
    for client in held:
        client.close()
    comes_free(site, "/both?k=a")


def test_conn_dry_run_and_status(site):
    held = [hold(site, f"/conn{name}.big?k={name}")
            for name in ["dry", "dry", "429"]]
    assert refused(site, "/conn429?k=429") == 429
    site.wait_log(r'limiting connections, dry run by zone "conns"')
    for client in held:
        client.close()


# ---- reload, death ----


def link_of(path):
    try:
        return os.readlink(path)
    except FileNotFoundError:
        return None


def listeners(prong):
    """The workers that have the listening socket open."""
    table = Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]
    rows = [line.split() for line in table]
    sockets = {f"socket:[{row[9]}]" for row in rows if row[3] == "0A" and
               int(row[1].split(":")[1], 16) == prong.port}
    found = []
    for pid in prong.workers:
        held = {link_of(path) for path in Path(f"/proc/{pid}/fd").iterdir()}
        if held & sockets:
            found.append(pid)
    return found


def test_counts_survive_a_reload():
    with Prong(http=HTTP, server=SERVER) as prong:
        fill(prong)
        held = [hold(prong, "/conns.big?k=a") for _ in range(2)]
        assert statuses(prong, "/limited?k=a", 5) == [200] * 4 + [503]
        for generation in [2, 3]:
            prong.signal(SIGHUP)
            prong.wait_log(f"generation {generation} serves")
            assert refused(prong, "/conns?k=a") == 503
            assert statuses(prong, "/limited?k=a", 1) == [503]
        # Another key: nobody has been counted by it.
        prong.write_conf(http=HTTP.replace("$arg_k zone=slow",
                                           "$arg_k$arg_z zone=slow"))
        prong.signal(SIGHUP)
        prong.wait_log("generation 4 serves")
        # Those who leave may still accept who came before.
        wait_until(lambda: len(listeners(prong)) == 2, "a drain")
        assert statuses(prong, "/limited?k=a", 5) == [200] * 4 + [503]
        for client in held:
            client.close()
        comes_free(prong, "/conns?k=a")


def test_a_killed_worker_leaves_no_count():
    with Prong(http=HTTP, server=SERVER, workers=2) as prong:
        fill(prong)
        for _ in range(5):
            held = [hold(prong, "/conns.big?k=a") for _ in range(2)]
            assert refused(prong, "/conns?k=a") == 503
            for pid in prong.workers:
                prong.signal(SIGKILL, pid)
                wait_until(lambda p=pid: p not in prong.workers, "its end")
            wait_until(lambda: len(prong.workers) == 2, "the next workers")
            comes_free(prong, "/conns?k=a")
            for client in held:
                client.close()


# ---- beside nginx ----

# Nothing leaks while the test runs: one a minute. What is delayed would be for
# a minute, too; so that is a matter of time above.
SLOWLY = [
    ("/limited?k=1", "/limited?k=1", "/limited?k=2", "/limited?k=1",
     "/limited?k=1", "/limited?k=1", "/limited?k=1", "/limited?k=2",
     "/limited", "/limited?k="),
    ("/dry?k=3", "/dry?k=3", "/own?k=3", "/limited?k=3", "/limited?k=3",
     "/limited?k=3", "/limited?k=3", "/own?k=3", "/dry?k=3"),
    ("/two?k=4&j=4", "/two?k=4&j=4", "/two?k=4&j=4", "/two?j=4", "/two?k=4",
     "/two?k=4", "/two?k=4", "/two?k=4&j=5", "/two?j=5", "/two?j=5",
     "/two?j=5"),
    ("/page?k=6", "/page?k=6", "/page?k=7", "/none?k=6"),
]


class Nginx:
    """nginx over the same files."""

    def __init__(self, prong):
        self.port = free_port()
        (prong.prefix / "nginx").mkdir()
        temp = "".join(
            f"{name}_temp_path {prong.prefix}/nginx/{name};" for name in
            ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"])
        conf = prong.write("nginx/nginx.conf", f"""
            daemon off; worker_processes 2; pid {prong.prefix}/nginx/pid;
            {"user www-data;" if IS_ROOT else ""}
            error_log {prong.prefix}/nginx/error.log info;
            events {{ }}
            http {{
                types {{ text/html html; text/plain txt; }}
                access_log off; {temp} {HTTP}
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
        self.process.send_signal(SIGTERM)
        self.process.wait(20)


def asked(port, targets):
    found = []
    for target in targets:
        with Client(("127.0.0.1", port)) as client:
            answer = client.ask(target)
            found.append((target, answer.status,
                          answer.body if answer.status == 200 else b""))
    return found


@pytest.mark.skipif(not NGINX, reason="no nginx to compare with")
def test_as_nginx_has_it():
    with Prong(http=HTTP, server=SERVER, workers=2) as prong:
        fill(prong)
        nginx = Nginx(prong)
        try:
            for targets in SLOWLY:
                assert asked(prong.port, targets) == asked(nginx.port, targets)
        finally:
            nginx.close()
        prong.wait_log("limiting requests", 12)
        told = [re.findall(r'((?:limit|delay)ing [^,]*), excess: \d\.\d{3}'
                           r'( by zone "\w+")', text)
                for text in [prong.error_log, prong.read("nginx/error.log")]]
        assert told[0] == told[1]
        assert len(told[0]) == 12


@pytest.mark.parametrize("http, server, said", [
    ("limit_req_zone $uri zone=a rate=1r/s;", "", 'invalid zone size "zone=a"'),
    ("limit_req_zone $uri zone=a:1k rate=1r/s;", "", 'zone "zone=a:1k" is too small'),
    ("limit_req_zone $uri zone=a:x rate=1r/s;", "", 'invalid zone size "zone=a:x"'),
    ("limit_req_zone $uri zone=a:1m rate=0r/s;", "", 'invalid rate "rate=0r/s"'),
    ("limit_req_zone $uri zone=a:1m rate=1r/h;", "", 'invalid rate "rate=1r/h"'),
    ("limit_req_zone $uri zone=a:1m speed=1;", "", 'invalid parameter "speed=1"'),
    ("limit_req_zone $uri zone=a:1m rate=1r/s; "
     "limit_req_zone $host zone=a:1m rate=1r/s;", "",
     'limit_req_zone "a" is already bound to key "$uri"'),
    ("limit_req_zone $uri zone=a:1m rate=1r/s;", "limit_conn a 1;",
     'the shared memory zone "a" is already declared for a different use'),
    ("", "limit_req zone=b;", 'zero size shared memory zone "b"'),
    ("", "limit_conn b 1;", 'zero size shared memory zone "b"'),
    ("", "limit_req burst=1;", '"limit_req" must have "zone" parameter'),
    ("", "limit_req zone=b burst=0;", 'invalid burst value "burst=0"'),
    ("", "limit_req zone=b delay=x;", 'invalid delay value "delay=x"'),
    ("", "limit_req zone=b whatever;", 'invalid parameter "whatever"'),
    ("", "limit_req zone=b; limit_req zone=b;", '"limit_req" directive is duplicate'),
    ("", "limit_conn b 0;", 'invalid number of connections "0"'),
    ("", "limit_conn b 65536;", "connection limit must be less 65536"),
    ("limit_conn_zone $uri zone=a:1m;", "limit_conn a 1; limit_conn a 2;",
     '"limit_conn" directive is duplicate'),
])
def test_mistakes_are_told_as_nginx_tells_them(http, server, said):
    prong = Prong(http=http, server=server, start=False)
    try:
        done = prong.run("-t")
        assert done.returncode == 1
        assert said in done.stderr
        assert re.search(re.escape(said) + r" in .*prong\.conf:\d+",
                         done.stderr)
    finally:
        prong.close()
