"""The built-in variables, beside nginx's where it has the same."""

import re
import time

import pytest

from harness import Prong, request, wait_until, witness
from harness.nginx import Both

# What is equal whoever serves: one location each, "/v/NAME".
EQUAL = """
    ancient_browser arg_a arg_B arg_none args binary_remote_addr body_bytes_sent
    content_length content_type cookie_a cookie_B cookie_none cookie_c date_gmt
    date_local document_root document_uri gzip_ratio host hostname http_accept
    http_cookie http_host http_none http_referer http_user_agent
    http_X_Forwarded_For https invalid_referer is_args limit_rate
    limit_conn_status limit_req_status modern_browser msie pipe
    proxy_protocol_addr proxy_protocol_port proxy_protocol_server_addr
    proxy_protocol_server_port query_string realip_remote_addr realpath_root
    remote_addr remote_user request request_body request_body_file
    request_completion request_filename request_length request_method
    request_uri scheme server_addr server_name server_protocol uri
    upstream_addr upstream_status proxy_host uid_got
    sent_http_connection sent_http_location sent_http_none sent_trailer_x
    status connections_reading slice_range
""".split()
HEAD = """
    valid_referers none blocked server_names *.friend.test friend.*
                   links.test/in/ ~\\.search\\.;
    server_name one.test *.two.test;
"""

BROWSERS = """
    modern_browser gecko 1.5;
    modern_browser msie 6.0;
    ancient_browser_value old;
"""


def locations(names):
    return "".join(f'location /v/{name} {{ return 200 "[${name}]"; }}\n'
                   for name in names)


@pytest.fixture(scope="module")
def both():
    server = HEAD + BROWSERS + locations(EQUAL)
    with Prong(server=server, start=False) as prong:
        prong.write("www/index.html", b"home")
        prong.start()
        found = Both(prong, server)
        try:
            yield found
        finally:
            found.close()


HEADERS = [
    ("Accept", "text/html"), ("Cookie", "a=1; b = 2;c"), ("Cookie", "d=4, e"),
    ("Referer", "http://www.friend.test/x"), ("User-Agent", "me \"and\" you"),
    ("X-Many", "one"), ("X-Many", "two"), ("x-many", "three"),
    ("X-Forwarded-For", "192.0.2.1"), ("X-Forwarded-For", "192.0.2.2"),
    ("Content-Type", "text/x"),
]


@pytest.mark.parametrize("name", EQUAL)
def test_every_variable(both, name):
    for headers in [[], HEADERS]:
        for args in ["", "?", "?a=1&b=2&A=3", "?xa=1&a", "?a=&&b"]:
            same(both, f"/v/{name}{args}", headers=headers)
    same(both, f"/v/{name}", "POST", headers=[("Content-Length", "3")],
         body=b"abc")
    same(both, f"/v/{name}", version="1.0")
    same(both, f"http://one.test/v/{name}?q")


def same(both, target, method="GET", **more):
    """Equal answers; where a second may have passed, it is asked again."""
    for again in [True, True, False]:
        try:
            return both.ask(target, method, **more)
        except AssertionError:
            if not again:
                raise
    return None


REFERERS = ["", "http://one.test/", "https://ONE.test/x", "http://a.two.test/",
            "http://two.test/", "http://three.test/", "x", "-", "ftp://one.test",
            "http://friend.test/", "http://www.friend.test:81/", "http://",
            "http://friend.org", "http://links.test/in/x", "http://l.test/",
            "http://links.test/out", "http://links.test", "http://a.search.b/",
            "https://a.SEARCH.b/", "http://search.b/", "http://one.test:80/",
            "http://one.test.evil.test/", "http://evil.test/one.test"]


@pytest.mark.parametrize("referer", REFERERS)
def test_referers(both, referer):
    both.ask("/v/invalid_referer", headers={"Referer": referer})


AGENTS = [
    "", "curl/7", "Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1)",
    "Mozilla/4.0 (compatible; MSIE 5.5; Windows NT 5.1)",
    "Mozilla/4.0 (compatible; MSIE 6.0; X11) Opera 7.50  [en]",
    "Mozilla/5.0 (X11; U; Linux; rv:1.7.8) Gecko/20050511 Firefox/1.0.4",
    "Mozilla/5.0 (X11; U; Linux; rv:1.4) Gecko/20050511", "MSIE ", "Opera",
    "Mozilla/5.0 (X11; U; Linux; rv:", "Mozilla/5.0 (X11; U; Linux; rv:1.5",
]


@pytest.mark.parametrize("agent", AGENTS)
def test_browsers(both, agent):
    for name in ["modern_browser", "ancient_browser", "msie"]:
        both.ask("/v/" + name, headers={"User-Agent": agent})


OWN = """
    location /id { return 200 "$request_id $request_id"; }
    location /port { return 200 "$request_port$is_request_port"; }
    location /all { return 200 "$connections_active $connections_reading $connections_writing $connections_waiting"; }
    location /tcp { return 200 "$tcpinfo_rtt $tcpinfo_rttvar $tcpinfo_snd_cwnd $tcpinfo_rcv_space"; }
    location /age { return 200 "$connection $connection_requests $connection_time"; }
    location /time { return 200 "$msec $time_local $time_iso8601 $date_gmt $date_local"; }
    location /nginx { return 200 "$nginx_version $pid"; }
    location /unset { if ($arg_x) { set $maybe 1; } return 200 "<$maybe>"; }
    location /quiet { uninitialized_variable_warn off; return 200 "<$maybe2>"; }
    location /never { set $maybe2 1; }
    location /dir/ { index $arg_i two.$arg_x.html index.html; }
"""


@pytest.fixture(scope="module")
def own():
    http = """log_format own escape=none '$request_id $sent_http_x $sent_http_content_type $sent_http_keep_alive $sent_trailer_t $status $remote_port';
              access_log logs/own.log own;"""
    with Prong(server=OWN + "add_header X $request_id always;", http=http,
               start=False) as prong:
        prong.write("www/dir/index.html", b"index")
        prong.write("www/dir/one.txt", b"one")
        prong.write("www/dir/two.x.html", b"two")
        prong.write("www/secret.txt", b"secret")
        prong.start()
        yield prong


@pytest.fixture(autouse=True)
def no_witness(request, monkeypatch):
    """What `own` answers has an id and figures of the moment in its head."""
    if "own" in request.fixturenames:
        monkeypatch.setattr(witness, "FILE", None)


def test_request_ids_are_unique_and_stay(own):
    seen = set()
    for _ in range(100):
        answer = own.get("/id")
        first, _, second = answer.text.partition(" ")
        assert re.fullmatch("[0-9a-f]{32}", first) and first == second
        assert answer["X"] == first
        seen.add(first)
    assert len(seen) == 100
    assert len({value[:8] for value in seen}) == 100
    log = own.prefix / "logs/own.log"
    wait_until(lambda: log.exists() and first in log.read_text(), "the log")
    line = [x for x in log.read_text().splitlines() if first in x][0].split()
    assert line[:3] == [first, first, "application/octet-stream"]


def test_the_port_that_was_asked_for(own):
    assert own.get("/port", host="one.test").text == ""
    assert own.get("/port", host="one.test:81").text == "81:"
    assert own.get("/port", host="[::1]:82").text == "82:"
    assert own.get("http://one.test:83/port", host="x").text == "83:"


def test_figures_of_all_workers(own):
    with own.connect() as idle:
        assert idle.ask("/id").status == 200
        wait_until(lambda: own.get("/all").text == "2 0 1 1",
                   "one idle connection and the asking one")


def test_what_the_system_knows(own):
    figures = own.get("/tcp").text.split()
    assert len(figures) == 4 and all(re.fullmatch("[0-9]+", f)
                                     for f in figures)
    assert int(figures[2]) > 0


def test_the_age_of_a_connection(own):
    with own.connect() as client:
        first = client.ask("/age").text.split()
        time.sleep(0.05)
        second = client.ask("/age").text.split()
    assert first[0] == second[0]
    assert [first[1], second[1]] == ["1", "2"]
    assert float(first[2]) < 5
    assert float(second[2]) >= float(first[2]) + 0.04


def test_times(own):
    msec, local, zone, iso, *days = own.get("/time").text.split()
    assert abs(float(msec) - time.time()) < 5
    assert re.fullmatch(r"\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d", local)
    assert re.fullmatch(r"[+-]\d{4}", zone)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d", iso)
    assert re.fullmatch(r"[A-Z][a-z]+day, \d\d-[A-Z][a-z]{2}-\d{4} "
                        r"\d\d:\d\d:\d\d GMT", " ".join(days[:4]))


def test_this_server(own):
    version, pid = own.get("/nginx").text.split()
    assert version == "1.31.5"
    assert int(pid) in own.workers


def test_what_was_never_set_is_told(own):
    assert own.get("/unset?x=1").text == "<1>"
    assert own.get("/quiet").text == "<>"
    assert own.get("/unset").text == "<>"
    own.wait_log(r'\[warn\] .* using uninitialized "maybe" variable')
    assert "maybe2" not in own.error_log


def test_index_files_with_variables(own):
    assert own.get("/dir/").text == "index"
    assert own.get("/dir/?i=one.txt").text == "one"
    assert own.get("/dir/?x=x").text == "two"
    assert own.get("/dir/?i=nothing").text == "index"
    assert own.get("/dir/?i=../secret.txt").text == "index"
    assert own.get("/dir/?i=/../../etc/passwd").text == "index"
    assert own.get("/dir/?i=x/../one.txt").text == "index"


def test_unknown_names_are_refused():
    with Prong(start=False) as prong:
        for name in ["nothing", "uri_", "http", "arg", "cookies_x"]:
            prong.write_conf(server=f"return 200 ${name};")
            answer = prong.run("-t")
            assert answer.returncode != 0
            assert f'unknown "{name}" variable' in answer.stderr
        prong.write_conf(server="return 200 $HTTP_x$Arg_X$URI$Cookie_Y;")
        assert prong.run("-t").returncode == 0


def test_figures_survive_many_connections(own):
    data = request("/id")
    for _ in range(20):
        with own.connect() as client:
            client.send(data * 3)
            for _ in range(3):
                assert client.read().status == 200
