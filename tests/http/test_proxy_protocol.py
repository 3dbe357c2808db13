"""Connections that begin with the header of the PROXY protocol."""

import struct

import pytest

from harness import Client, Prong, free_port, request
from harness.nginx import NGINX, Nginx

SAY = ('return 200 "$remote_addr|$proxy_protocol_addr|$proxy_protocol_port|'
       '$proxy_protocol_server_addr|$proxy_protocol_server_port";')
V1 = b"PROXY TCP4 1.2.3.4 5.6.7.8 4097 443\r\n"
SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"
IPV4 = bytes([1, 2, 3, 4, 5, 6, 7, 8]) + struct.pack("!HH", 4097, 443)
IPV6 = bytes(15) + b"\1" + bytes(15) + b"\2" + struct.pack("!HH", 1, 2)


def v2(block, command=0x21, family=0x11):
    return SIGNATURE + struct.pack("!BBH", command, family, len(block)) + block


def tlv(kind, value):
    return struct.pack("!BH", kind, len(value)) + value


TLVS = """location /tlv/ { return 200
    "$proxy_protocol_tlv_alpn|$proxy_protocol_tlv_0x02|$proxy_protocol_tlv_ssl_version|$proxy_protocol_tlv_ssl_verify|$proxy_protocol_tlv_unique_id";
    }"""


def server(port, more=""):
    return f"""
    server {{
        listen 127.0.0.1:{port} proxy_protocol;
        client_header_timeout 1s;
        location / {{ {SAY} }}
        {more}
    }}
    server {{
        listen 127.0.0.1:{port} proxy_protocol;
        server_name real;
        set_real_ip_from 127.0.0.1;
        real_ip_header proxy_protocol;
        return 200 "$remote_addr $remote_port|$realip_remote_addr";
    }}"""


@pytest.fixture(scope="module")
def prong():
    port = free_port()
    with Prong(http=server(port, TLVS), level="info") as one:
        one.proxied = port
        yield one


@pytest.fixture(scope="module")
def nginx(prong):
    port = free_port()
    one = Nginx(prong, http=server(port))
    one.proxied = port
    yield one
    one.close()


def ask(server, header, path="/", host="localhost"):
    """The text of the answer; None where the connection just ended."""
    with Client(("127.0.0.1", server.proxied)) as client:
        client.send(header + request(path, host=host,
                                     headers={"Connection": "close"}))
        try:
            return client.read().text
        except (AssertionError, OSError):
            return None


GOOD = [V1, b"PROXY TCP6 ::1 2001:db8::2 1 2\r\n", b"PROXY UNKNOWN\r\n",
        b"PROXY UNKNOWN what ever\r\n", v2(IPV4), v2(IPV6, family=0x21),
        v2(b"", command=0x20), v2(IPV4, command=0x20), v2(IPV4, family=0x12),
        v2(IPV4 + tlv(1, b"h2") + tlv(0x20, bytes(5)))]
BAD = [b"", b"PROXY\r\n", b"PROXY TCP4 1.2.3.4\r\n", b"\r\n",
       b"PROXY TCP4 1.2.3.4 5.6.7.8 4097 443\n",
       b"PROXY TCP7 1.2.3.4 5.6.7.8 4097 443\r\n",
       b"PROXY " + b"x" * 200, v2(IPV4, command=0x31),
       v2(IPV4[:4]), v2(IPV4, family=0x21), v2(bytes(5000))]


@pytest.mark.skipif(not NGINX, reason="no nginx to compare with")
@pytest.mark.parametrize("header", GOOD + BAD, ids=lambda h: repr(h)[:60])
def test_as_nginx(prong, nginx, header):
    for host in ["localhost", "real"]:
        ours, theirs = (ask(one, header, host=host) for one in [prong, nginx])
        assert strip(ours) == strip(theirs)


def strip(text):
    """Without the port that the kernel chose."""
    if text and text.startswith("127.0.0.1 "):
        return "127.0.0.1 OWN|" + text.split("|")[1]
    return text


@pytest.mark.parametrize("header, answer", [
    (V1, "127.0.0.1|1.2.3.4|4097|5.6.7.8|443"),
    (v2(IPV4), "127.0.0.1|1.2.3.4|4097|5.6.7.8|443"),
    (v2(IPV6, family=0x21), "127.0.0.1|::1|1|::2|2"),
    (v2(b"", command=0x20), "127.0.0.1||||"),
    (b"PROXY UNKNOWN\r\n", "127.0.0.1||||"),
])
def test_says(prong, header, answer):
    assert ask(prong, header) == answer


def test_extras(prong):
    ssl = bytes([7]) + struct.pack("!I", 3) + tlv(0x21, b"TLSv1.3")
    header = v2(IPV4 + tlv(1, b"h2") + tlv(2, b"a.b") + tlv(0x20, ssl))
    assert ask(prong, header, "/tlv/") == "h2|a.b|TLSv1.3|3|"
    assert ask(prong, V1, "/tlv/") == "||||"


def test_real_client(prong):
    assert ask(prong, V1, host="real") == "1.2.3.4 4097|127.0.0.1"


@pytest.mark.parametrize("header", [V1, v2(IPV4 + tlv(4, bytes(3000)))],
                         ids=["v1", "v2"])
def test_trickles(prong, header):
    with Client(("127.0.0.1", prong.proxied)) as client:
        for at in range(0, len(header), max(1, len(header) // 40)):
            client.send(header[at:at + max(1, len(header) // 40)])
        for _ in range(2):
            assert client.ask("/").text.startswith("127.0.0.1|1.2.3.4|")


def test_alone_then_the_request(prong):
    """As proxies do: the header in a packet of its own."""
    with Client(("127.0.0.1", prong.proxied)) as client:
        client.send(V1)
        client.expect_open()
        assert client.ask("/").text.startswith("127.0.0.1|1.2.3.4|")
        assert client.ask("/").text.startswith("127.0.0.1|1.2.3.4|")


def test_refusals_are_logged(prong):
    assert ask(prong, b"") is None
    prong.wait_log(r'\[error\] .*\*\d+ broken header: "GET / HTTP/1.1" while '
                   r'reading PROXY protocol, client: 127.0.0.1, server: '
                   rf'127.0.0.1:{prong.proxied}$')
    assert ask(prong, v2(IPV4, command=0x31)) is None
    prong.wait_log("unknown PROXY protocol version")
    assert ask(prong, v2(bytes(5000))) is None
    prong.wait_log("header is too large while reading PROXY protocol")


def test_half_a_header_is_refused(prong):
    with Client(("127.0.0.1", prong.proxied)) as client:
        client.send(V1[:9])
        client.shut()
        client.read_end()
    prong.wait_log(r'broken header: "PROXY TCP"')


def test_silence_times_out(prong):
    for first in [b"", b"PROX", SIGNATURE[:7]]:
        before = prong.stats().counter("timeouts_header")
        with Client(("127.0.0.1", prong.proxied)) as client:
            client.send(first)
            client.read_end()
        prong.wait_stats(
            lambda s: s.counter("timeouts_header") == before + 1)
    prong.wait_log(r"client timed out \(110: Connection timed out\) while "
                   "reading PROXY protocol", count=3)


def test_other_ports_know_nothing_of_it(prong):
    with prong.connect() as client:
        client.send(V1 + request("/"))
        assert client.read().status == 400


def test_drains(serve):
    port = free_port()
    prong = serve(http=server(port))
    with Client(("127.0.0.1", port)) as client:
        client.send(V1)
        client.expect_open()
        prong.reload()
        assert client.ask("/").text.startswith("127.0.0.1|1.2.3.4|")
