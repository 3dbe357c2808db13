"""map, geo and split_clients, beside nginx's."""

import pytest

from harness import Prong, request
from harness.nginx import Both

HTTP = """
    map $arg_a $m {
        default             other;
        ''                  empty;
        one                 1;
        Two                 2;
        \\~tilde             tilde;
        \\default            the-word;
        "with space"        space;
        with%20space        coded;
        ~^x(.)(.)           $2$1;
        ~*^UP(?<rest>.*)$   up-$rest;
        ~^(?<both>.)z       "$both and $arg_b";
        mixed               $uri-$arg_b.txt;
        nested              $inner;
    }
    map $arg_b $inner { default <$arg_b>; q "in q"; }
    map $arg_a $none { x y; }
    map $arg_a $regex_of_nothing { default d; ~^$ e; }
    map "$arg_a:$arg_b" $pair { default no; "1:2" yes; ~^(.):\\1$ same; }
    map $arg_h $site {
        hostnames;
        default         none;
        example.com     exact;
        *.example.com   below;
        *.a.example.com deep;
        .dot.org        dot;
        www.*           www;
        www.a.*         www-a;
        ~^re\\d          regex;
    }
    map $arg_v $volatile { volatile; default $uri; }
    map $arg_v $kept { default $uri; }
    map $http_x_forwarded_proto $proxy_scheme { default $scheme; https https; }
    map $status $class { ~^4 bad; ~^2 good; default odd; }
    geo $arg_ip $net {
        default         none;
        10.0.0.0/8      ten;
        10.1.0.0/16     ten-one;
        10.1.2.3        host;
        172.16.0.0/12   gone;
        delete          172.16.0.0/12;
        2001:db8::/32   doc;
        2001:db8:1::/48 doc1;
        255.255.255.255 nobody;
    }
    geo $arg_ip $range {
        ranges;
        default                    none;
        10.0.0.0-10.2.255.255      wide;
        10.1.0.0-10.1.0.255        narrow;
        192.0.2.1-192.0.2.1        one;
        192.0.2.5-192.0.2.9        gone;
        delete 192.0.2.5-192.0.2.9;
    }
    geo $me { default far; 127.0.0.0/8 near; }
    geo $real { proxy 127.0.0.1; proxy 10.0.0.0/8; default none;
                10.0.0.0/8 proxy; 192.0.2.0/24 client; }
    geo $real_all { proxy 127.0.0.1; proxy 10.0.0.0/8; proxy_recursive;
                    default none; 10.0.0.0/8 proxy; 192.0.2.0/24 client; }
    split_clients $arg_a $half { 50% left; * right; }
    split_clients "x$arg_a" $parts { 0.5% a; 33.3% b; 10% c; .02% d; }
"""

SERVER = """
    location / { return 200 "$m|$none|$regex_of_nothing|$pair\\n"; }
    location /site { return 200 $site; }
    location /kept { rewrite ^ /turned last; }
    location /turning { set $x "$volatile $kept"; rewrite ^ /turned last; }
    location /turned { return 200 "$x $volatile $kept\\n"; }
    location /proto { return 200 $proxy_scheme; }
    location /class { return 404 $class; }
    location /net { return 200 "$net $range"; }
    location /me { return 200 $me; }
    location /real { return 200 "$real $real_all"; }
    location /split { return 200 "$half $parts"; }
    location /set { set $m own; return 200 $m; }
"""


@pytest.fixture(scope="module")
def both():
    with Prong(server=SERVER, http=HTTP) as prong:
        found = Both(prong, SERVER, HTTP)
        try:
            yield found
        finally:
            found.close()


TEXTS = ["", "a=", "a=one", "a=ONE", "a=two", "a=three", "a=~tilde",
         "a=default", "a=with%20space", "a=xyz", "a=xy", "a=upper", "a=UP",
         "a=az&b=c", "a=mixed&b=c", "a=nested", "a=nested&b=q", "a=1&b=2",
         "a=1&b=1", "a=x", "A=one", "a=one&a=two", "&&a=one", "a&a=one",
         "xa=one", "a=one=two", "b=1&a=one"]


@pytest.mark.parametrize("args", TEXTS)
def test_texts(both, args):
    assert both.ask("/p?" + args).status == 200


HOSTS = ["", "example.com", "EXAMPLE.com.", "x.example.com", "x.y.example.com",
         "q.a.example.com", "a.example.com", "dot.org", "a.dot.org", ".dot.org",
         "www.x", "www.a.x", "www", "www.", "re1", "rex", "example.com..",
         "notexample.com", "www.example.com"]


@pytest.mark.parametrize("host", HOSTS)
def test_hostnames(both, host):
    both.ask("/site?h=" + host)


def test_values_are_kept_unless_volatile(both):
    both.ask("/turned")
    answer = both.ask("/turning")
    assert answer.body == b"/turning /turning /turned /turning\n"


def test_other_values(both):
    assert both.ask("/proto").body == b"http"
    assert both.ask("/proto", headers={
        "X-Forwarded-Proto": "https"}).body == b"https"
    assert both.ask("/set").body == b"own"
    assert both.ask("/me").body == b"near"


ADDRESSES = ["", "10.0.0.1", "10.1.0.0", "10.1.2.3", "10.1.2.4", "11.0.0.0",
             "9.255.255.255", "172.16.1.1", "2001:db8::1", "2001:db8:1::1",
             "2001:db9::1", "::ffff:10.1.2.3", "::1", "x", "10.1.0.255",
             "10.1.1.0", "10.2.255.255", "10.3.0.0", "192.0.2.1", "192.0.2.2",
             "192.0.2.7", "255.255.255.255", "0.0.0.0", "1.2.3", "1.2.3.4.5"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_places(both, address):
    both.ask("/net?ip=" + address)


FORWARDED = [[], ["192.0.2.1"], ["10.0.0.1"], ["192.0.2.1, 10.0.0.1"],
             ["192.0.2.1,10.0.0.1"], ["192.0.2.1", "10.0.0.1"],
             ["192.0.2.1:80"], ["unknown"], ["192.0.2.1, unknown"],
             ["unknown, 10.0.0.1"], ["192.0.2.1, 8.8.8.8, 10.0.0.1"], [""],
             ["192.0.2.1, "], [","], ["192.0.2.1 10.0.0.1"], ["[::1]:80"]]


@pytest.mark.parametrize("lines", FORWARDED, ids=str)
def test_clients_behind_proxies(both, lines):
    both.ask("/real", headers=[("X-Forwarded-For", line) for line in lines])


def test_shares(both):
    seen = set()
    for n in range(200):
        seen.add(both.ask(f"/split?a={'v' * (n % 9)}{n}").body)
    assert len(seen) > 4


def test_included_files():
    with Prong(http="map $arg_a $m { default d; include maps/*.map; }\n"
                    "geo $arg_a $g { default d; include nets; }",
               server='location / { return 200 "$m $g"; }',
               start=False) as prong:
        prong.write("conf/maps/a.map", "x 1;\n~^y 2;\n")
        prong.write("conf/maps/b.map", "z 3;\n")
        prong.write("conf/nets", "10.0.0.0/8 ten;\n")
        prong.start()
        for args, body in [("x", b"1 d"), ("yy", b"2 d"), ("z", b"3 d"),
                           ("10.0.0.1", b"d ten")]:
            assert prong.get("/?a=" + args).body == body


def test_a_cycle_has_no_value_and_is_told():
    with Prong(http="map $b $a { default x$b; } map $a $b { default y$a; }",
               server='location / { return 200 "<$a>"; }') as prong:
        assert prong.get("/").body == b"<xy>"
        prong.wait_log(r'cycle while evaluating variable "a"')


def test_large_maps_are_searched_quickly():
    lines = "".join(f"key-{n} value-{n};\n" for n in range(50000))
    nets = "".join(f"10.{n >> 8}.{n & 255}.0/24 net-{n};\n"
                   for n in range(50000))
    with Prong(http="map $arg_a $m { include big.map; }\n"
                    "geo $arg_a $g { include big.geo; }",
               server='location / { return 200 "$m$g"; }',
               start=False) as prong:
        prong.write("conf/big.map", lines)
        prong.write("conf/big.geo", nets)
        prong.start()
        with prong.connect() as client:
            for n in range(0, 50000, 997):
                assert client.ask(f"/?a=KEY-{n}").text == f"value-{n}"
                address = f"10.{n >> 8}.{n & 255}.7"
                assert client.ask(f"/?a={address}").text == f"net-{n}"
            client.send(request("/?a=none"))
            assert client.read().body == b""
