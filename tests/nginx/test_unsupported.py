"""What prong does not do: refused with its mend, or a stub that answers 501.

How the directives are written in real files; every row of the tables by itself
is the matter of the unit test.
"""

import re

import pytest

from harness import Prong

PROXY = "prong serves files; put a proxy in front"
NO_CODE = "prong runs no code"
AS_THEY_ARE = "prong sends files as they are"

# where, text, name, mend
REFUSED = [
    ("location", "proxy_pass http://127.0.0.1:8080;", "proxy_pass", PROXY),
    ("location", "proxy_pass http://app/api/$1$is_args$args;", "proxy_pass",
     PROXY),
    ("location", "fastcgi_pass unix:/run/php/php8.2-fpm.sock;",
     "fastcgi_pass", PROXY),
    ("location", "uwsgi_pass unix:///tmp/app.sock;", "uwsgi_pass", PROXY),
    ("location", "scgi_pass localhost:9000;", "scgi_pass", PROXY),
    ("location", "grpc_pass grpc://localhost:9000;", "grpc_pass", PROXY),
    ("location", "memcached_pass localhost:11211;", "memcached_pass", PROXY),
    ("http", "upstream app { least_conn; server 10.0.0.1:80 weight=5 "
     "max_fails=3; server unix:/tmp/a backup; keepalive 16; }", "upstream",
     PROXY),
    ("location", "auth_request /auth;", "auth_request", "use auth_basic"),
    ("location", "auth_request_set $user $upstream_http_x_user;",
     "auth_request_set", "use auth_basic"),
    ("location", "dav_methods PUT DELETE MKCOL COPY MOVE;", "dav_methods",
     "prong never writes files"),
    ("location", "ssi on;", "ssi", AS_THEY_ARE),
    ("location", "sub_filter '</head>' '<script src=x></script></head>';",
     "sub_filter", AS_THEY_ARE),
    ("location", "add_before_body /head.html;", "add_before_body",
     AS_THEY_ARE),
    ("location", "add_after_body /foot.html;", "add_after_body", AS_THEY_ARE),
    ("location", "mirror /mirror;", "mirror", "let a proxy in front mirror"),
    ("location", "secure_link $arg_md5,$arg_expires;", "secure_link",
     "use auth_basic"),
    ("location", "secure_link_md5 \"$secure_link_expires$uri s\";",
     "secure_link_md5", "use auth_basic"),
    ("location", "mp4;", "mp4", "plain files with ranges"),
    ("location", "flv;", "flv", "plain files with ranges"),
    ("location", "slice 1m;", "slice", "it serves caches"),
    ("location", "image_filter resize 150 100;", "image_filter",
     "store the images as needed"),
    ("location", "xslt_stylesheet /etc/one.xslt param=value;",
     "xslt_stylesheet", AS_THEY_ARE),
    ("http", "geoip_country /usr/share/GeoIP/GeoIP.dat;", "geoip_country",
     "use geo"),
    ("http", "geoip2 /usr/share/c.mmdb { $country country iso_code; }",
     "geoip2", "use geo"),
    ("location", "userid on;", "userid", "prong sets no cookies"),
    ("location", "userid_name uid;", "userid_name", "prong sets no cookies"),
    ("location", "post_action /done;", "post_action", "access log"),
    ("location", "early_hints $http_sec_fetch_mode;", "early_hints", "Link"),
    ("server", "more_set_headers 'Server: mine' 'X-A: b';",
     "more_set_headers", "add_header NAME VALUE always;"),
    ("server", "more_clear_headers Server;", "more_clear_headers",
     "server_tokens"),
    ("http", "modsecurity on;", "modsecurity", "filtering proxy"),
    ("http", "modsecurity_rules_file /etc/m.conf;", "modsecurity_rules_file",
     "filtering proxy"),
    ("location", "fancyindex on;", "fancyindex", "use autoindex"),
    ("location", "fancyindex_name_length 9;", "fancyindex_name_length",
     "use autoindex"),
    ("location", "echo \"hello\" $uri;", "echo", "use return"),
    ("location", "echo_sleep 1;", "echo_sleep", "use return"),
    ("http", "perl_modules perl/lib;", "perl_modules", NO_CODE),
    ("http", "js_import main from http/main.js;", "js_import", NO_CODE),
    ("location", "js_content main.hello;", "js_content", NO_CODE),
    ("http", "lua_shared_dict locks 10m;", "lua_shared_dict", NO_CODE),
    ("location", "content_by_lua_block { ngx.say(\"}\") -- it's } {\n }",
     "content_by_lua_block", NO_CODE),
    ("location", "access_by_lua_file /etc/a.lua;", "access_by_lua_file",
     NO_CODE),
    ("http", "charset_map koi8-r utf-8 { C0 D18E; }", "charset_map",
     "store the files"),
    ("location", "source_charset koi8-r;", "source_charset",
     "store the files"),
    ("main", "stream { upstream a { server b:1; } server { listen 53 udp; "
     "proxy_pass a; } }", "stream", "prong speaks HTTP alone"),
    ("main", "mail { server { listen 25; protocol smtp; } }", "mail",
     "prong speaks HTTP alone"),
    ("location", "random_index on;", "random_index", "use index"),
    ("location", "empty_gif;", "empty_gif", "return 204"),
]


def placed(where, text, stub=""):
    parts = dict.fromkeys(["main", "http", "server", "location"], "")
    parts[where] = text
    return (f"{stub} pid run/prong.pid;\nerror_log logs/error.log info;\n"
            f"{parts['main']}\nevents {{}}\nhttp {{\n{parts['http']}\n"
            "server {\nlisten 127.0.0.1:{port};\nroot www;\n"
            f"{parts['server']}\nlocation / {{\n{parts['location']}\n}}\n}}\n"
            "}\n")


@pytest.fixture(scope="module")
def idle():
    with Prong(start=False) as prong:
        yield prong


@pytest.mark.parametrize("where, text, name, mend", REFUSED,
                         ids=[row[1][:30] for row in REFUSED])
def test_refused_with_a_mend(idle, where, text, name, mend):
    idle.write_conf(placed(where, text))
    done = idle.run("-t")
    assert done.returncode == 1
    said = [line for line in done.stderr.splitlines() if "[emerg]" in line]
    line = {"main": 3, "http": 6, "server": 10, "location": 12}[where]
    assert len(said) == 1, said
    assert f'"{name}" is not supported: ' in said[0] and mend in said[0]
    assert said[0].endswith(f'in {idle.conf}:{line}')
    assert 'or set "unsupported stub;" to ' in said[0]
    assert idle.run().returncode == 1  # nor does it start
    idle.write_conf(placed(where, text, "unsupported stub;"))
    assert idle.run("-t").returncode == 0


def test_all_of_them_are_said_in_one_run(idle):
    idle.write_conf(placed("location", "\n".join(
        row[1] for row in REFUSED if row[0] == "location")))
    done = idle.run("-t")
    for where, _, name, mend in REFUSED:
        if where == "location":
            assert re.search(rf'"{name}" is not supported: .*{mend}',
                             done.stderr), name
    assert done.stderr.count("test failed") == 1


# --- the stub ---------------------------------------------------------------

STUB = """
unsupported stub;
pid run/prong.pid;
error_log logs/error.log info;
stream { server { listen 53 udp; proxy_pass dns; } }
mail { server { listen 25; protocol smtp; } }
events {}
http {
    upstream app { server 127.0.0.1:9; keepalive 4; }
    js_import main from main.js;
    proxy_set_header Host $host;
    server {
        listen 127.0.0.1:{port};
        root www;
        error_page 501 /sorry.html;
        error_page 404 = @none;
        location = /sorry.html { }
        location /app/ {
            proxy_pass http://app;
            proxy_read_timeout 5s;
            location /app/in/ { }
            location = /app/exact.txt { }
        }
        location /php/ {
            location ~ \\.php$ {
                fastcgi_pass unix:/run/php.sock;
                fastcgi_param SCRIPT_FILENAME $document_root$uri;
            }
        }
        location ~* \\.cgi$ { scgi_pass localhost:1; }
        location /moved/ { return 301 /new/; proxy_pass http://app; }
        location /closed/ { deny all; proxy_pass http://app; }
        location /own/ { error_page 501 =503 /busy.txt; proxy_pass http://a; }
        location /loop/ { error_page 501 /loop/x; proxy_pass http://a; }
        location /if/ {
            if ($request_method = POST) { proxy_pass http://app; }
        }
        location /except/ { limit_except GET { proxy_pass http://app; } }
        location /written/ { rewrite ^/written/(.*)$ /app/$1 last; }
        location /tried/ { try_files $uri @app; }
        location @app { proxy_pass http://app; }
        location @none { return 404 "none"; }
        location /lua/ { content_by_lua_block { ngx.say("}") } }
    }
    server {
        listen 127.0.0.1:{port};
        server_name whole;
        root www;
        ssi on;
        location /plain/ { }
        location /off/ { ssi off; }
    }
}
"""

# target, method, host, status, body
ANSWERS = [
    ("/a.txt", "GET", "x", 200, b"aaa"),
    ("/app/a.txt", "GET", "x", 501, b"sorry"),
    ("/app/", "GET", "x", 501, b"sorry"),
    ("/app/a.txt", "POST", "x", 501, b"sorry"),
    ("/app/a.txt", "HEAD", "x", 501, b""),
    ("/app/none", "GET", "x", 501, b"sorry"),
    ("/app", "GET", "x", 301, None),
    ("/app/in/a.txt", "GET", "x", 501, b"sorry"),
    ("/app/in/", "GET", "x", 501, b"sorry"),
    ("/app/exact.txt", "GET", "x", 501, b"sorry"),
    ("/x/../app/%61.txt", "GET", "x", 501, b"sorry"),
    ("/php/a.txt", "GET", "x", 200, b"aaa"),
    ("/php/a.php", "GET", "x", 501, b"sorry"),
    ("/php/none.php", "GET", "x", 501, b"sorry"),
    ("/a.cgi", "GET", "x", 501, b"sorry"),
    ("/A.CGI", "GET", "x", 501, b"sorry"),
    ("/moved/a.txt", "GET", "x", 301, None),
    ("/closed/a.txt", "GET", "x", 403, None),
    ("/own/a.txt", "GET", "x", 503, b"busy"),
    ("/loop/a.txt", "GET", "x", 501, None),
    ("/if/a.txt", "GET", "x", 200, b"aaa"),
    ("/if/a.txt", "POST", "x", 501, b"sorry"),
    ("/except/a.txt", "GET", "x", 200, b"aaa"),
    ("/except/a.txt", "POST", "x", 501, b"sorry"),
    ("/written/a.txt", "GET", "x", 501, b"sorry"),
    ("/tried/a.txt", "GET", "x", 200, b"aaa"),
    ("/tried/none", "GET", "x", 501, b"sorry"),
    ("/lua/a.txt", "GET", "x", 501, b"sorry"),
    ("/none", "GET", "x", 404, b"none"),
    ("/a.txt", "GET", "whole", 501, None),
    ("/plain/a.txt", "GET", "whole", 501, None),
    # "off" below does not take back what the server around it has
    ("/off/a.txt", "GET", "whole", 501, None),
]


@pytest.fixture(scope="module")
def stub():
    with Prong(STUB, start=False) as prong:
        for folder in ["", "app/", "app/in/", "php/", "moved/", "closed/",
                       "own/", "loop/", "if/", "except/", "written/",
                       "tried/", "lua/", "plain/", "off/"]:
            prong.write(f"www/{folder}a.txt", b"aaa")
        for name in ["app/exact.txt", "php/a.php", "a.cgi", "A.CGI", "loop/x",
                     "app/index.html", "app/in/index.html"]:
            prong.write(f"www/{name}", b"SOURCE")
        prong.write("www/sorry.html", b"sorry")
        prong.write("www/busy.txt", b"busy")
        said = prong.run("-t").stderr
        if "by this version" in said:
            pytest.skip(f"waits for {said}")
        prong.start()
        yield prong


def hits_of(prong):
    return prong.stats().all("counters", who="total")[0]["unsupported_hits"]


@pytest.mark.parametrize("target, method, host, status, body", ANSWERS)
def test_the_stub_answers(stub, target, method, host, status, body):
    before = hits_of(stub)
    answer = stub.ask(target, method, host=host)
    assert answer.status == status, answer
    assert body is None or answer.body == body
    assert b"SOURCE" not in answer.body
    assert hits_of(stub) - before == (status == 501 or target == "/own/a.txt")


def test_what_the_stub_says(stub):
    said = stub.stderr
    for name in ["stream", "mail", "upstream", "js_import"]:
        assert said.count(f'"{name}" is ignored: "unsupported stub" skips '
                          "it, in ") == 1, said
    assert said.count('"proxy_pass" is not supported: its locations answer '
                      "501, in ") == 1
    assert "and 7 more" in said
    for setting in ["proxy_read_timeout", "fastcgi_param", "keepalive"]:
        assert setting not in said
    assert said.count("[emerg]") == 0


def test_the_stub_on_the_command_line(serve):
    prong = serve(server="location /app/ { proxy_pass http://a; }",
                  args=("-g", "daemon off; unsupported stub;"))
    prong.write("www/app/a.txt", b"SOURCE")
    assert prong.get("/app/a.txt").status == 501
    prong.write("www/a.txt", b"aaa")
    assert prong.get("/a.txt").body == b"aaa"
