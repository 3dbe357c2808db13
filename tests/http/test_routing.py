"""Which server and which location answers, side by side with nginx."""

import pytest

from harness import Prong
from harness.nginx import Both

NAMES = """
    server { listen 127.0.0.1:{port} default_server; server_name _;
        return 200 "default $host"; }
    server { listen 127.0.0.1:{port}; server_name www.x.org $hostname;
        return 200 "exact"; }
    server { listen 127.0.0.1:{port}; server_name *.x.org *.Upper.org;
        return 200 "head"; }
    server { listen 127.0.0.1:{port}; server_name *.deep.x.org;
        return 200 "deeper head"; }
    server { listen 127.0.0.1:{port}; server_name www.x.*;
        return 200 "tail"; }
    server { listen 127.0.0.1:{port}; server_name www.*;
        return 200 "shorter tail"; }
    server { listen 127.0.0.1:{port}; server_name .y.org;
        return 200 "dot $server_name"; }
    server { listen 127.0.0.1:{port};
        server_name ~^(?<user>[a-z]+)\\.u\\.(org|com)$;
        return 200 "user $user $1 $2 $server_name"; }
    server { listen 127.0.0.1:{port}; server_name ~^.*\\.u\\.org$;
        return 200 "second regex $1"; }
    server { listen 127.0.0.1:{port}; server_name "~^v(\\d{1,3})\\.Case\\.org$";
        return 200 "version $1";
    }
    server { listen 127.0.0.1:{port}; server_name "";
        return 200 "no name"; }
"""

HOSTS = """
www.x.org WWW.X.ORG www.x.org. www.x.org:80 a.x.org a.b.x.org x.org
a.upper.org deep.x.org a.deep.x.org www.deep.x.org www.x.com www.x.co.uk www.x
www.z y.org a.y.org a.b.y.org ay.org joe.u.org joe.u.com JOE.u.org joe1.u.org
u.org v12.case.org v1234.case.org _ nobody [::1] 127.0.0.1 www .
""".split()


@pytest.mark.parametrize("host", HOSTS)
def test_names(both, host):
    both.ask("/", host=host)


def test_no_name(both):
    assert both.ask("/", host="").status in (200, 400)
    with both.prong.connect() as client:
        client.send(b"GET / HTTP/1.0\r\n\r\n")
        assert client.read().body == b"no name"


LOCATIONS = r"""
    server_name localhost;
    set $tag "";
    location / { return 200 "root"; }
    location = / { return 200 "exact root"; }
    location /a { return 200 "a"; }
    location /a/ { return 200 "a/"; }
    location = /a/x { return 200 "exact a/x"; }
    location ^~ /hat/ { return 200 "hat"; }
    location /hat/in/ { return 200 "inner, no hat"; }
    location ~ \.php$ { return 200 "php $uri"; }
    location ~* \.(jpe?g|PNG)$ { return 200 "image $1"; }
    location ~ ^/cap/(?<what>[^/]+)/(.*)$ { return 200 "$what|$1|$2|$3"; }
    location ~ ^/cap/ { return 200 "never"; }
    location =/glued { return 200 "glued"; }
    location ~^/glued2 { return 200 "glued2"; }
    location /nest/ {
        location /nest/b/ {
            location ~ \.deep$ { return 200 "deep regex"; }
            return 200 "nest/b";
        }
        location ~ \.txt$ { return 200 "nested txt"; }
        location = /nest/e { return 200 "nest e"; }
        location ^~ /nest/hat/ { return 200 "nest hat"; }
        return 200 "nest";
    }
    location ^~ /nohat/ {
        location /nohat/in/ { return 200 "nohat/in"; }
        location ~ \.txt$ { return 200 "nohat txt"; }
    }
    location ~ ^/outer/ {
        location ~ inner { return 200 "inner of outer"; }
        return 200 "outer";
    }
    location ~ \.txt$ { return 200 "txt"; }
    location ~ \.deep$ { return 200 "outer deep"; }
    location /int/ { internal; return 200 "internal"; }
    location /int/sub/ { return 200 "not internal"; }
    location /to-int { rewrite ^ /int/x; }
    location /err-int { error_page 404 /int/err; return 404; }
    location /err-named { error_page 404 = @fallback; return 404; }
    location /err-named2 { error_page 404 @fallback; return 404; }
    location /err-named3 { error_page 404 =202 @fallback; return 404; }
    location /err-lost { error_page 404 @nowhere; return 404; }
    location /err-var { error_page 404 =200 /shown$uri?x=$arg_q; return 404; }
    location /err-url { error_page 404 http://other.test$request_uri; return 404; }
    location ~ ^/err-cap/(.*)$ { error_page 404 =200 /shown/$1; return 404; }
    location /shown { return 200 "shown $uri $args"; }
    location /rec { recursive_error_pages on; error_page 404 /rec2; return 404; }
    location /rec2 { error_page 403 =200 /shown; return 403; }
    location /norec { error_page 404 /norec2; return 404; }
    location /norec2 { recursive_error_pages on; error_page 403 =200 /shown; return 403; }
    location /cycle { error_page 404 /cycle; recursive_error_pages on; return 404; }
    location @fallback { return 200 "fallback $uri $request_method"; }
"""

TARGETS = """
/ /x /a /ab /a/ /a/x /a/xy /hat/ /hat/x.php /hat/in/x.php /hat /x.php /a/x.php
/x.JPG /x.jpeg /x.png /x.PNG.b /cap/one/two/three /cap/one /cap/%41/b%20c
/glued /glued/ /glued2/x /nest/ /nest/x /nest/b/ /nest/b/x.deep /nest/b/x.txt
/nest/x.txt /nest/e /nest/e/ /nest/hat/x.txt /nest/x.deep /nest/b.deep /nest
/nohat/x /nohat/in/x.txt /nohat/x.deep /nohat/in/ /nohat/none
/outer/ /outer/inner /outer/inner.php /x.txt /x.deep
/int/ /int/x /int/sub/x /int /to-int /err-int /err-named /err-named2 /err-named3
/err-lost /err-var?q=1 /err-url?a=b /err-cap/a%20b /rec /norec /cycle
""".split()


@pytest.mark.parametrize("target", TARGETS)
def test_locations(both, target):
    for method in ["GET", "POST"]:
        both.ask(target, method)


def test_captures_of_a_location(both):
    assert both.ask("/cap/one/two").body == b"one|one|two|"


def test_a_named_location_keeps_the_method(both):
    answer = both.ask("/err-named", "POST")
    assert answer.body == b"fallback /err-named POST"


FILES = """
    location /pre/ { alias {prefix}/www/files/; }
    location /noslash { alias {prefix}/www/files; }
    location = /one { alias {prefix}/www/files/a.txt; }
    location ~ ^/re/(.+)\\.x$ { alias {prefix}/www/files/$1.txt; }
    location ~ ^/named/(?<name>\\w+) { alias {prefix}/www/files/$name.txt; }
    location /nested/ {
        alias {prefix}/www/files/;
        location /nested/sub/ { }
        location ~ ^/nested/.*\\.txt$ { default_type text/x-own; }
    }
    location /var/ { alias {prefix}/www/$arg_d/; }
    location /broken/ { rewrite ^ /other break; alias {prefix}/www/files/; }
    location /if/ { alias {prefix}/www/files/; if ($arg_q) { set $a 1; } }
"""


GLUE = "location /glue { alias {prefix}/www/files/; }"


# One server for all: places for servers are few.
@pytest.fixture(scope="module", name="both")
def serve_both():
    http = (NAMES + "server { listen 127.0.0.1:{port}; server_name files.test;"
            "root {prefix}/www;" + FILES + GLUE + "}")
    with Prong(server=LOCATIONS, http=http) as prong:
        for path in ["files/a.txt", "files/sub/b.txt", "files/sub/index.html",
                     "secret.txt", "files2/c.txt"]:
            prong.write("www/" + path, path)
        pair = Both(prong, LOCATIONS, http)
        yield pair
        pair.close()


@pytest.mark.parametrize("target", """
/pre/a.txt /pre/sub/b.txt /pre/sub/ /pre/sub /pre/ /pre /pre/none
/noslash/a.txt /noslash /noslash/ /noslash2/c.txt /noslashX /one /one/
/re/a.x /re/sub/b.x /re/none.x /named/a /named/none /nested/a.txt
/nested/sub/b.txt /nested/sub/ /nested/none /var/a.txt?d=files /var/c.txt?d=files2
/broken/x /if/a.txt /if/a.txt?q=1 /if/sub /glue/a.txt /glue /glue/sub/
""".split())
def test_alias(both, target):
    both.ask(target, host="files.test")


def test_an_alias_is_no_way_up(both):
    for target in ["/glue../secret.txt", "/glue../files/a.txt", "/gluea.txt"]:
        assert both.ask_prong(target, host="files.test").status == 404, target
    for target in ["/var/secret.txt?d=files/..", "/var/passwd?d=../../../etc"]:
        assert both.ask_prong(target, host="files.test").status == 404


def test_odd_slashes_are_warned_of():
    server = """location /a { alias {prefix}/www/; }
                location /b/ { alias {prefix}/www; }
                location = /c { alias {prefix}/www/; }"""
    with Prong(server=server, start=False) as prong:
        said = prong.run("-t").stderr
    assert 'location "/a" lacks the slash at the end' in said
    assert "names are glued to it" in said
    assert said.count("slash at the end") == 2


def test_a_hostile_target_burns_nothing():
    server = "location ~ ^/(a+)+$ { return 200; }"
    with Prong(server=server) as prong:
        assert prong.get("/aaaa").status == 200
        assert prong.get("/" + "a" * 3000 + "!").status == 500
        prong.wait_log("took too many steps")
        assert prong.get("/" + "a" * 100).status == 200
