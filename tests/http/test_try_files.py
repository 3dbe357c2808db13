"""try_files, side by side with nginx."""

import pytest

from harness import Prong
from harness.nginx import Both

SERVER = r"""
    location / { try_files $uri $uri/ /index.html; }
    location /code/ { try_files $uri =410; }
    location /named/ { try_files $uri $uri/index.html @named; }
    location @named { return 200 "named $uri $args"; }
    location /lost/ { try_files $uri @nowhere; }
    location /args/ { try_files $uri /shown?from=$uri&$args; }
    location /noargs/ { try_files $uri /shown; }
    location /shown { return 200 "shown $uri|$args"; }
    location /html/ { try_files $uri $uri.html $uri/ =404; }
    location /const/ { try_files /html/page.html /shown; }
    location /dironly/ { try_files $uri/ =404; }
    location /root/ { root {prefix}/www/other; try_files $uri /root/own.txt =404; }
    location /al/ { alias {prefix}/www/html/; try_files $uri $uri.html /al/page.html; }
    location /al2/ { alias {prefix}/www/html/; try_files page.html =404; }
    location /al3/ { alias {prefix}/www/html/; try_files $uri $uri/ =404; }
    location ~ ^/alre/(.+)$ { alias {prefix}/www/html/; try_files $1 $1.html =404; }
    location ~ ^/cap/(.+)$ { try_files /html/$1 /html/$1.html /shown?q=$1; }
    location /rw/ { rewrite ^/rw/(.*)$ /html/$1 break; try_files $uri =404; }
    location /if/ { if ($arg_i) { set $x 1; } try_files /html/page.html =404; }
    location /err/ { error_page 404 =200 /shown; try_files $uri =404; }
    location /cycle/ { try_files /none /cycle/; }
    location /404/ { error_page 404 /custom.html; try_files $uri =404; }
    location /slash/ { try_files $uri/ $uri /shown; }
    location /empty/ { try_files "" =404; }
    location /glue/ { try_files html/page.html =404; }
    location /outer/ { try_files /html/page.html =404; location /outer/in/ { } }
"""

TARGETS = """
/ /a.txt /none /sub /sub/ /sub/none /bare /bare/ /code/a.txt /code/none /code/
/named/x /named/sub /named/x?a=b /lost/x /args/x?a=1 /args/a%20b /noargs/x?a=1
/html/page /html/page.html /html/none /html/dir /html/dir/ /const/x /dironly/sub
/dironly/sub/ /dironly/none /root/a.txt /root/none /al/page /al/page.html /al/none
/al2/x /al2/ /al3/dir /al3/dir/ /al3/none /al3/page.html /alre/page /alre/page.html
/alre/none /alre/dir /cap/page /cap/page.html /cap/none /cap/a%20b /rw/page.html
/rw/none /if/ /if/?i=1 /err/x /cycle/ /404/x /slash/sub /slash/a.txt /empty/x
/glue/x /outer/x /outer/in/x /link /html/page%2ehtml /html/../a.txt
""".split()


@pytest.fixture(scope="module")
def both():
    with Prong(server=SERVER) as prong:
        for path in ["index.html", "a.txt", "sub/index.html", "code/a.txt",
                     "named/sub/index.html", "html/page.html",
                     "html/dir/index.html", "dironly/sub/index.html",
                     "other/root/a.txt", "other/root/own.txt", "custom.html",
                     "slash/sub/index.html", "slash/a.txt"]:
            prong.write("www/" + path, path)
        (prong.prefix / "www/bare").mkdir()
        (prong.prefix / "www/link").symlink_to("a.txt")
        (prong.prefix / "www").chmod(0o755)
        pair = Both(prong, SERVER)
        yield pair
        pair.close()


@pytest.mark.parametrize("target", TARGETS)
def test_targets(both, target):
    both.ask(target)


@pytest.mark.parametrize("method", ["HEAD", "POST", "PUT"])
def test_methods(both, method):
    for target in ["/a.txt", "/none", "/named/x", "/code/none", "/cap/page"]:
        both.ask(target, method)


def test_the_page_of_an_spa(both):
    answer = both.ask("/some/view")
    assert answer.status == 200 and answer.body == b"index.html"


def test_no_name_leads_out():
    server = """location /get/ { try_files /$arg_f =404; }
                location /last/ { try_files /none /$arg_f; }
                location /al/ { alias {prefix}/www/; try_files $arg_f =404; }"""
    with Prong(server=server) as prong:
        prong.write("www/a.txt", "a")
        prong.write("conf/x", "secret")
        assert prong.get("/get/?f=a.txt").body == b"a"
        assert prong.get("/al/?f=a.txt").body == b"a"
        for target in ["/get/?f=../conf/x", "/last/?f=../conf/x",
                       "/al/?f=../conf/x"]:
            assert prong.get(target).status == 404, target
