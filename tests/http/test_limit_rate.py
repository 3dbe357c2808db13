"""limit_rate: how fast answers go, and stub_status's figures."""

import re
import time

import pytest

from harness import Prong, request, wait_until
from harness.nginx import NGINX, Nginx

SERVER = """
    location /slow/ { limit_rate 20k; }
    location /after/ { limit_rate 20k; limit_rate_after 60k; }
    location /set/ { limit_rate 1; set $limit_rate 40k; }
    location /odd/ { limit_rate 30k; set $limit_rate what; }
    location /arg/ { limit_rate $arg_rate; limit_rate_after $arg_after; }
    location /copied/ { sendfile off; limit_rate 20k; }
    location /text/ { limit_rate 200; return 200 "%s"; }
    location /say/ { set $limit_rate 4k; return 200 "$limit_rate"; }
    location /none/ { return 200 "$limit_rate"; }
    location = /status { stub_status; }
""" % ("t" * 600)


@pytest.fixture(scope="module")
def prong():
    with Prong(server=SERVER, workers=1) as one:
        for path in ["slow", "after", "set", "odd", "arg", "copied", "fast"]:
            one.write(f"www/{path}/a.bin", bytes(range(256)) * 200)  # 50 KiB
        yield one


def timed(prong, target):
    begun = time.monotonic()
    answer = prong.get(target)
    return answer, time.monotonic() - begun


@pytest.mark.parametrize("target, at_least, at_most", [
    ("/fast/a.bin", 0, 1.5),
    ("/slow/a.bin", 1.4, 8),  # the first second's worth goes at once
    ("/copied/a.bin", 1.4, 8),
    ("/after/a.bin", 0, 1.3),
    ("/set/a.bin", 0.2, 6),
    ("/odd/a.bin", 0.6, 6),
    ("/arg/a.bin", 0, 1.5),
    ("/arg/a.bin?rate=20k", 1.4, 8),
    ("/arg/a.bin?rate=20k&after=1m", 0, 1.3),
    ("/arg/a.bin?rate=x", 0, 1.5),
    ("/text/", 2.0, 12),
])
def test_takes_its_time(prong, target, at_least, at_most):
    answer, seconds = timed(prong, target)
    assert answer.status == 200
    if target.endswith("/text/"):
        assert answer.text == "t" * 600
    else:
        assert answer.body == bytes(range(256)) * 200
    assert at_least <= seconds <= at_most


def test_variable(prong):
    assert prong.get("/say/").text == "4096"
    assert prong.get("/none/").text == "0"
    prong.get("/odd/a.bin")
    prong.wait_log(r'\[error\] .*invalid \$limit_rate "what"')


def test_others_are_not_held_up(prong):
    with prong.connect() as slow:
        slow.send(request("/slow/a.bin"))
        slow.take(1000)
        begun = time.monotonic()
        assert prong.get("/fast/a.bin").status == 200
        assert time.monotonic() - begun < 1.2
        # what is asked meanwhile waits for its turn, and nothing spins
        slow.send(request("/none/"))
        assert prong.get("/none/").text == "0"


def test_pipelined_behind_a_slow_one(prong):
    with prong.connect() as client:
        client.send(request("/slow/a.bin") + request("/none/"))
        assert len(client.read().body) == 51200
        assert client.read().text == "0"


def test_idle_while_it_waits(prong):
    """A limited answer costs no processor time between its pieces."""
    before = prong.stats().counter("turns")
    timed(prong, "/slow/a.bin")
    assert prong.stats().counter("turns") - before < 200


def test_a_client_that_leaves_is_noticed(prong):
    with prong.connect() as client:
        client.send(request("/slow/a.bin"))
        client.take(1000)
        client.reset()
    wait_until(lambda: prong.stats()["total"]["writing"] == 0,
               "the connection's end")


@pytest.mark.parametrize("line, words", [
    ("limit_rate x;", '"limit_rate" directive invalid value'),
    ("limit_rate_after 1y;", '"limit_rate_after" directive invalid value'),
])
def test_refused(serve, line, words):
    done = serve(server=line, start=False).run("-t")
    assert done.returncode == 1
    assert words in done.stderr


STATUS = re.compile(rb"Active connections: (\d+) \n"
                    rb"server accepts handled requests\n (\d+) (\d+) (\d+) \n"
                    rb"Reading: (\d+) Writing: (\d+) Waiting: (\d+) \n")


def figures(server):
    match = STATUS.fullmatch(server.ask("/status").body)
    assert match
    return [int(n) for n in match.groups()]


def test_status_counts(serve):
    prong = serve(server="location = /status { stub_status on; }",
                  workers=2)
    assert figures(prong) == [1, 1, 1, 1, 0, 1, 0]
    with prong.connect() as idle, prong.connect() as reading:
        idle.ask("/none")
        reading.send(b"GET / HT")
        wait_until(lambda: figures(prong)[4:] == [1, 1, 1], "the figures")
        active, accepted, handled, _, *_ = figures(prong)
        assert active == 3 and accepted == handled


@pytest.mark.skipif(not NGINX, reason="no nginx to compare with")
def test_status_as_nginx(prong):
    nginx = Nginx(prong, server="location = /status { stub_status; }")
    try:
        for method in ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"]:
            ours = prong.ask("/status", method)
            theirs = nginx.ask("/status", method)
            assert ours.status == theirs.status, method
            assert ours["Content-Type"] == theirs["Content-Type"], method
            if ours.status == 200:
                assert re.sub(rb"\d+", b"N", ours.body) == \
                    re.sub(rb"\d+", b"N", theirs.body)
    finally:
        nginx.close()
