"""rewrite, set, if, break and return, side by side with nginx."""

import pytest

from harness import Prong
from harness.nginx import Both

SERVER = r"""
    set $server_set "s$arg_s";
    rewrite ^/srv/(.*)$ /shown/$1;
    rewrite ^/srvlast/(.*)$ /srv2/$1 last;
    rewrite ^/srvbreak/(.*)$ /shown/$1 break;
    rewrite ^/srvbreak/ /never;
    if ($arg_deny) { return 403 "denied $arg_deny"; }
    if ($http_user_agent ~* "(bad|evil)bot/(\d)") { return 402 "$1 $2"; }
    if ($request_method = DELETE) { set $deleting yes; }

    location /shown { return 200 "shown $uri|$args|$server_set|$request_uri"; }
    location /srv2/ { return 200 "srv2 $uri"; }

    location /last { rewrite ^/last/(.*)$ /shown/$1 last; return 200 "after"; }
    location /noflag { rewrite ^/noflag/(.*)$ /noflag2/$1;
        rewrite ^/noflag2/(.*)$ /shown/2/$1; }
    location /nomatch { rewrite ^/x /y last; return 200 "none $uri $1"; }
    location /break/ { rewrite ^/break/(.*)$ /files/$1 break; return 200 "after"; }
    location /breakfile/ { rewrite ^/breakfile/(.*)$ /files/$1 break; }
    location /breaknone/ { rewrite ^/breaknone/(.*)$ /none/$1 break; }
    location /plainbreak { break; return 200 "after"; }
    location /latebreak/ { rewrite ^/latebreak/(.*)$ /files/$1; break; }
    location /redir/ { rewrite ^/redir/(.*)$ /to/$1 redirect; }
    location /perm/ { rewrite ^/perm/(.*)$ /to/$1 permanent; }
    location /redirargs/ { rewrite ^/redirargs/(.*)$ /to?p=$1 redirect; }
    location /redirdrop/ { rewrite ^/redirdrop/(.*)$ /to/$1? redirect; }
    location /redirabs/ { rewrite ^/redirabs/(.*)$ http://other.test/$1; }
    location /redirabsperm/ { rewrite ^/redirabsperm/(.*)$ https://other.test/$1 permanent; }
    location /redirscheme/ { rewrite ^/redirscheme/(.*)$ $scheme://other.test/$1; }
    location /redirvar/ { rewrite ^ $arg_to redirect; }
    location /args/ { rewrite ^/args/(.*)$ /shown?a=$1&b=2; }
    location /argsdrop/ { rewrite ^/argsdrop/(.*)$ /shown?a=$1?; }
    location /drop/ { rewrite ^/drop/(.*)$ /shown/$1?; }
    location /setargs/ { set $args "new=$arg_a"; rewrite ^ /shown; }
    location /setargs2/ { set $args ""; return 200 "[$args|$query_string|$is_args]"; }
    location ~ ^/esc/(.*)$ { set $c $1; rewrite ^/esc/(.*)$ /shown/$1?q=$1&c=$c;
        return 200 "$uri|$args|$c|$1"; }
    location ~ ^/cap/(\w+)/(?<second>\w+) {
        set $one $1;
        if ($arg_q ~ "^(\d+)-(\d+)$") { return 200 "if $1 $2 $one $second"; }
        return 200 "loc $1 $2 $one $second";
    }
    location /empty/ { rewrite ^/empty/(.*)$ $1; }
    location /loop/ { rewrite ^/loop/(.*)$ /loop/x$1; }
    location /ten/ { rewrite "^/ten/(x{0,8})$" /ten/x$1 last; return 200 "$uri"; }
    location /eleven/ { rewrite "^/eleven/(x{0,9})$" /eleven/x$1 last; return 200 "$uri"; }
    location /noslash/ { rewrite ^/noslash/(.*)$ files/$1 last; }

    location /if/ {
        default_type text/x-if;
        set $n "";
        if ($arg_a) { set $n "${n}A"; }
        if ($arg_b = x) { set $n "${n}B"; }
        if ($arg_b != x) { set $n "${n}b"; }
        if ($arg_c ~ ^x+$) { set $n "${n}C"; }
        if ($arg_c ~* ^x+$) { set $n "${n}i"; }
        if ($arg_c !~ ^x+$) { set $n "${n}c"; }
        if ($arg_c !~* ^x+$) { set $n "${n}I"; }
        if ($arg_d = "") { set $n "${n}d"; }
        if ( $arg_e = "y z" ) { set $n "${n}e"; }
        if ($arg_e = y%20z){ set $n "${n}E"; }
        return 200 "$n";
    }
    location /files/ {
        set $n "";
        if (-f $request_filename) { set $n "${n}f"; }
        if (!-f $request_filename) { set $n "${n}F"; }
        if (-d $request_filename) { set $n "${n}d"; }
        if (!-d $request_filename) { set $n "${n}D"; }
        if (-e $request_filename) { set $n "${n}e"; }
        if (!-e $request_filename) { set $n "${n}E"; }
        if (-x $request_filename) { set $n "${n}x"; }
        if (!-x $request_filename) { set $n "${n}X"; }
        return 200 "$n $uri";
    }
    location /front/ {
        if (!-e $request_filename) { rewrite ^ /shown/front last; }
        return 200 "exists";
    }
    location /ifloc/ {
        default_type text/x-out;
        root {prefix}/www;
        if ($arg_t) { error_page 404 =200 /shown/ifloc; }
        if ($arg_r) { root {prefix}/www/other; }
        if ($arg_b) { break; }
        if ($arg_u) { set $x 1; }
    }
    location /ifret/ { if ($arg_r) { return 301 /x$arg_r; } return 204; }
    location /ifrw/ { if ($arg_r) { rewrite ^/ifrw/(.*)$ /shown/$1?got=$arg_r? last; }
        return 200 "no"; }
    location /iftry/ { try_files /files/a.txt =404; if ($arg_t) { set $x 1; } }
    location /codes/ {
        if ($arg_c = 200) { return 200; }
        if ($arg_c = 204) { return 204 "x"; }
        if ($arg_c = 301) { return 301 http://other.test/?$args; }
        if ($arg_c = 303) { return 303 /x; }
        if ($arg_c = 400) { return 400; }
        if ($arg_c = 404) { return 404; }
        if ($arg_c = 410) { return 410 "gone"; }
        if ($arg_c = 500) { return 500 "$uri"; }
        if ($arg_c = 503) { return 503; }
        if ($arg_c = url) { return https://other.test$request_uri; }
    }
    location /method { return 200 "m$deleting"; }
    location /unset { return 200 "[$never]"; if ($arg_never) { set $never 1; } }
    location ~ ^/over/(.*) { set $over $1; error_page 404 = @over; return 404; }
    location @over { rewrite ^/over/(.*)$ /shown/$over-$1 last; }
    location /nested/ { rewrite ^/nested/a$ /nested/b;
        location /nested/b { return 200 "b $uri"; } return 200 "outer"; }
"""

TARGETS = r"""
/srv/a /srv/a%20b?x=1 /srvlast/a /srvbreak/a /shown?s=1 /?deny=1
/last/a /last/a?x=1 /last /noflag/a?y /nomatch /break/a.txt /breakfile/a.txt
/breakfile/sub /breakfile/sub/ /breakfile/none /breaknone/a /plainbreak
/latebreak/a.txt /redir/a /redir/a?x=1 /redir/a%20b /redir/a%3Fb /redir/a+b
/redir/%C3%BC /redir/%25 /redir/a%2Fb /redir/%41 /redir/~;,=&
/perm/a?x /redirargs/a%26b?c=d /redirdrop/a?x=1 /redirabs/a?x /redirabsperm/
/redirscheme/x%20y /redirvar/?to=/there /redirvar/?to=http://a/b%20c
/redirvar/?to=/a%0d%0aX:y
/args/v /args/v?c=3 /args/a%26b%20c /argsdrop/v?c=3 /drop/v?c=3
/setargs/?a=1 /setargs2/?x=1 /esc/a /esc/a%20b /esc/a+b /esc/%25%26?x=y
/esc/%C3%BC%7E /cap/a/b /cap/a/b?q=12-34 /cap/a/b?q=x /empty/ /empty/x /loop/
/ten/ /eleven/ /noslash/a.txt
/if/ /if/?a=0 /if/?a=00 /if/?a=1&b=x&c=xx&d=1 /if/?c=XX /if/?e=y%20z
/files/a.txt /files/sub /files/sub/ /files/none /files/run.sh /files/a.txt/x
/front/x /front/here.txt /front/
/ifloc/a.txt /ifloc/none /ifloc/none?t=1 /ifloc/a.txt?r=1 /ifloc/none?r=1
/ifloc/a.txt?b=1 /ifloc/a.txt?u=1 /ifloc/none?t=1&u=1 /ifloc/none?u=1&t=1
/ifret/ /ifret/?r=2 /ifrw/p /ifrw/p?r=5 /iftry/x /iftry/x?t=1
/codes/?c=200 /codes/?c=204 /codes/?c=301 /codes/?c=303 /codes/?c=400
/codes/?c=404 /codes/?c=410 /codes/?c=500 /codes/?c=503
/codes/?c=url /codes/ /method /unset /over/z /nested/a /nested/b /nested/c
""".split()


@pytest.fixture(scope="module")
def both():
    with Prong(server=SERVER) as prong:
        for path in ["files/a.txt", "files/sub/index.html", "front/here.txt",
                     "ifloc/a.txt", "other/ifloc/a.txt"]:
            prong.write("www/" + path, path)
        prong.write("www/files/run.sh", "", mode=0o755)
        (prong.prefix / "www").chmod(0o755)
        pair = Both(prong, SERVER)
        yield pair
        pair.close()


@pytest.mark.parametrize("target", TARGETS)
def test_targets(both, target):
    both.ask(target)


@pytest.mark.parametrize("method", ["POST", "DELETE", "HEAD"])
def test_methods(both, method):
    for target in ["/method", "/redir/a", "/last/a", "/breakfile/a.txt",
                   "/ifloc/none?t=1", "/over/z", "/?deny=1"]:
        both.ask(target, method)


def test_fields_of_the_request(both):
    for agent in ["BadBot/3", "evilbot/x", "nice"]:
        both.ask("/method", headers={"User-Agent": agent})


def test_order_and_captures(both):
    assert both.ask("/cap/a/b?q=12-34").body == b"if 12 34 a b"
    assert both.ask("/esc/a%26b").body == (
        b"/shown/a&b|q=a%26b&c=a%26b|a%26b|a&b")


def test_cycles_are_ended(both):
    answer = both.ask("/loop/")
    assert answer.status == 500
    both.prong.wait_log("rewrite or internal redirection cycle while "
                        'processing "/loop/x{11}"')


def test_rewrite_log():
    server = """rewrite_log on;
        location / { rewrite ^/a/(.*)$ /b/$1?x=y; rewrite ^/c /d redirect; }
        location /b/ { rewrite_log off; rewrite ^/z /y; return 204; }"""
    with Prong(server=server) as prong:
        prong.get("/a/1?q=2")
        prong.get("/c")
        prong.wait_log(r'\[notice\] .*"\^/a/\(\.\*\)\$" matches "/a/1", client')
        prong.wait_log('rewritten data: "/b/1", args: "x=y&q=2", client')
        prong.wait_log(r'"\^/c" does not match "/b/1"')
        prong.wait_log('rewritten redirect: "/d"')
        assert '"^/z"' not in prong.error_log


def test_a_rewrite_is_no_way_up():
    server = """location /get/ { rewrite ^ /$arg_f break; }
                location /glue/ { rewrite ^/glue/(.*)$ $1 break; }
                location /page/ { error_page 404 /$arg_f; return 404; }"""
    with Prong(server=server) as prong:
        prong.write("www-secret", "secret")
        prong.write("conf/x", "secret")
        for target in ["/get/?f=../conf/x", "/get/?f=a/../../conf/x",
                       "/glue/-secret", "/page/?f=../conf/x"]:
            answer = prong.get(target)
            assert answer.status == 404, target
            assert b"secret" not in answer.body


def test_a_hostile_argument_burns_nothing():
    server = """location / { if ($arg_q ~ "^(a+)+$") { return 204; }
                             return 200; }
                location /r { rewrite "^/r/(a+)+$" /x; }"""
    with Prong(server=server) as prong:
        assert prong.get("/?q=" + "a" * 3000 + "!").status == 500
        assert prong.get("/r/" + "a" * 3000 + "!").status == 500
        assert prong.get("/?q=aaa").status == 204
        prong.wait_log("took too many steps", 2)
