"""Slow, silent and many clients: each is bounded, none starves the others."""

import socket
import time

import pytest

from harness import Prong, WireError, request, wait_until


@pytest.fixture(scope="module")
def site():
    with Prong(workers=1, http="""
            client_header_timeout 1s;
            client_body_timeout 1s;
            send_timeout 1s;
            keepalive_timeout 1s;
            lingering_timeout 1s;
            """) as prong:
        prong.write("www/a.txt", b"alpha")
        prong.write("www/big.bin", b"x" * 50_000_000)
        yield prong


def closes_within(client, low, high):
    """The server closes between these times; what it sent before."""
    began = time.monotonic()
    rest = client.take_rest()
    took = time.monotonic() - began
    assert low <= took <= high, f"closed after {took:.2f} s"
    return rest


def test_a_silent_connection_ends(site):
    with site.connect() as client:
        assert closes_within(client, 0.5, 4) == b""


def test_an_unfinished_head_ends(site):
    with site.connect() as client:
        client.send(b"GET /a.txt HTTP/1.1\r\nHost: a\r\n")
        rest = closes_within(client, 0.5, 4)
        assert rest == b"" or rest.startswith(b"HTTP/1.1 408 ")


def test_a_trickled_head_gains_no_time(site):
    """The limit is for the whole head, not for each byte of it."""
    with site.connect() as client:
        began = time.monotonic()
        client.sock.settimeout(0.1)
        client.send(b"GET /a.txt HTTP/1.1\r\nHost: a\r\nA: ")
        ended = False
        while not ended and time.monotonic() - began < 5:
            client.send(b"x")
            try:
                ended = not client.sock.recv(1000)
            except socket.timeout:
                pass
            except ConnectionResetError:
                ended = True
        assert ended
        assert time.monotonic() - began < 4


def test_an_unfinished_body_ends(site):
    with site.connect() as client:
        client.send(request("/a.txt", headers={"Content-Length": "5"},
                            body=b"he"))
        closes_within(client, 0.5, 5)


def test_a_kept_connection_ends(site):
    with site.connect() as client:
        assert client.ask("/a.txt").status == 200
        assert closes_within(client, 0.5, 4) == b""


def test_who_does_not_read_is_dropped(site):
    with site.connect() as client:
        client.send(request("/big.bin"))
        wait_until(lambda: site.stats()["total"]["writing"] == 1,
                   "the answer under way")
        wait_until(lambda: site.stats()["total"]["writing"] == 0,
                   "the end of the answer")
        with pytest.raises(WireError):
            client.read()


def test_unfinished_requests_starve_nobody(serve):
    site = serve(workers=1)
    site.write("www/a.txt", b"alpha")
    clients = [site.connect() for _ in range(300)]
    try:
        for client in clients:
            client.send(b"GET /a.txt HTTP/1.1\r\n")
        for _ in range(20):
            began = time.monotonic()
            assert site.get("/a.txt").status == 200
            assert time.monotonic() - began < 1
        for client in clients:
            client.send(b"Host: a\r\n\r\n")
        for client in clients:
            assert client.read().body == b"alpha"
    finally:
        for client in clients:
            client.close()


CROWDED = """
worker_processes 1;
pid run/prong.pid;
error_log logs/error.log info;
events { worker_connections 16; }
http {
    access_log off;
    server { listen 127.0.0.1:{port}; root www; }
}
"""


def test_more_clients_than_connections_are_all_answered(serve):
    """40 clients that keep theirs open meet a worker with room for 16."""
    site = serve(conf=CROWDED)
    site.write("www/a.txt", b"alpha")
    clients = []
    try:
        for _ in range(40):
            clients.append(site.connect())
            assert clients[-1].ask("/a.txt").body == b"alpha"
        stats = site.stats()
        assert stats.counter("connections_recycled") >= 24
        assert stats["total"]["active"] <= 16
    finally:
        for client in clients:
            client.close()


def test_busy_clients_wait_for_their_turn(serve):
    """Nothing idle can be closed: who comes then waits in the queue."""
    site = serve(conf=CROWDED)
    site.write("www/big.bin", b"x" * 20_000_000)
    clients = [site.connect(timeout=60) for _ in range(40)]
    try:
        for client in clients:
            client.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
            client.send(request("/big.bin", headers={"Connection": "close"}))
        for client in clients:
            assert len(client.read().body) == 20_000_000
            client.close()
    finally:
        for client in clients:
            client.close()


def test_few_descriptors_do_not_spin(serve):
    """EMFILE: the worker waits; it does not burn the processor."""
    site = serve(conf=CROWDED.replace("connections 16", "connections 512")
                 .replace("events", "worker_rlimit_nofile 40;\nevents"))
    site.write("www/a.txt", b"alpha")
    clients = [site.connect() for _ in range(80)]
    try:
        (worker,) = site.workers

        def cpu():
            with open(f"/proc/{worker}/stat", encoding="ascii") as stat:
                fields = stat.read().rpartition(")")[2].split()
            return (int(fields[11]) + int(fields[12])) / 100

        before = cpu()
        time.sleep(2)
        assert cpu() - before < 0.5
    finally:
        for client in clients:
            client.close()
    assert site.get("/a.txt").body == b"alpha"
