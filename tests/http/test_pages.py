"""What the configuration says: pages of errors, return, redirects, logs."""

import re

import pytest

from harness import Prong

SERVER = """
    server_name first.test second.test;
    location /own/ {
        error_page 404 /e404.html;
        error_page 403 =200 /e403.html;
        error_page 405 =299 /e403.html;
        error_page 416 /e404.html;
    }
    location /away/ { error_page 404 http://other.test/gone?$uri; }
    location /moved/ { error_page 404 =301 http://other.test/new; }
    location /lost/ { error_page 404 /nowhere.html; }
    location /again/ { error_page 404 /again/x; recursive_error_pages on; }
    location /r200 { return 200 "uri=$uri args=$args method=$request_method"; }
    location /r200.json { return 200 "{}"; }
    location /r204 { return 204; }
    location /r301 { return 301 /there?x; }
    location /r302 { return http://other.test$uri; }
    location /r404 { return 404; }
    location /r404text { return 404 "no such thing"; }
    location /r410 { return 410; error_page 410 /e404.html; }
    location /r444 { return 444; }
    location = /exact { return 200 "exact"; }
    location /ex { return 200 "prefix"; }
    location /nest/ {
        return 200 "outer";
        location /nest/in/ { return 200 "inner"; }
        location = /nest/in/x { return 200 "innermost"; }
    }
    location /plain/ { server_tokens off; }
    location /rel/ { absolute_redirect off; }
    location /noport/ { port_in_redirect off; }
    location /name/ { server_name_in_redirect on; }
    location /quiet/ { log_not_found off; }
    location /ranges0/ { max_ranges 0; }
    location /one/ { max_ranges 1; }
    location /noetag/ { etag off; }
    location /typed/ { types { text/x-own txt; } default_type text/x-other; }
    location /hidden/ { hidden_files not_found; }
    location /multi/ { index none.html /abs.html; }
    location /second/ { index none.html two.html; }
"""


@pytest.fixture(scope="module")
def site():
    with Prong(server=SERVER) as prong:
        prong.write("www/e404.html", b"own 404")
        prong.write("www/e403.html", b"own 403")
        prong.write("www/abs.html", b"abs")
        prong.write("www/second/two.html", b"two")
        for folder in ["own/dir", "own/bare", "rel/dir", "noport/dir",
                       "name/dir", "multi", "plain"]:
            (prong.prefix / "www" / folder).mkdir(parents=True)
        prong.write("www/own/a.txt", b"0123456789")
        for folder in ["ranges0", "one", "noetag", "typed"]:
            prong.write(f"www/{folder}/a.txt", b"0123456789")
        prong.write("www/typed/b", b"?")
        prong.write("www/hidden/.dot", b"secret")
        prong.write("www/hidden/.git/config", b"secret")
        prong.write("www/hidden/.well-known/x", b"known")
        prong.write("www/.dot", b"dot")
        yield prong


@pytest.mark.parametrize("method, target, status, body", [
    ("GET", "/own/none", 404, b"own 404"),
    ("HEAD", "/own/none", 404, b""),
    ("GET", "/own/bare/", 200, b"own 403"),
    ("POST", "/own/a.txt", 299, b"own 403"),
    ("GET", "/own/dir", 301, None),
    ("GET", "/away/none", 302, None),
    ("GET", "/moved/none", 301, None),
    ("GET", "/lost/none", 404, None),
    ("GET", "/again/none", 500, None),
    ("GET", "/r200", 200, b"uri=/r200 args= method=GET"),
    ("POST", "/r200?a=b", 200, b"uri=/r200 args=a=b method=POST"),
    ("GET", "/r204", 204, b""),
    ("GET", "/r301", 301, None),
    ("GET", "/r302", 302, None),
    ("GET", "/r404", 404, None),
    ("GET", "/r404text", 404, b"no such thing"),
    ("GET", "/r410", 410, b"own 404"),
    ("GET", "/exact", 200, b"exact"),
    ("GET", "/exact/", 200, b"prefix"),
    ("GET", "/nest/", 200, b"outer"),
    ("GET", "/nest/in/", 200, b"inner"),
    ("GET", "/nest/in/x", 200, b"innermost"),
    ("GET", "/multi/", 200, b"abs"),
    ("GET", "/second/", 200, b"two"),
])
def test_answers(site, method, target, status, body):
    with site.connect() as client:
        answer = client.ask(target, method)
        assert answer.status == status
        if body is not None:
            assert answer.body == body
        elif status >= 300:
            assert f"<title>{status} " in answer.text
        if status != 500:
            assert client.ask("/exact").status == 200


@pytest.mark.parametrize("target, location", [
    ("/away/none", "http://other.test/gone?/away/none"),
    ("/moved/none", "http://other.test/new"),
    ("/r301", "http://localhost:{port}/there?x"),
    ("/r302/a%0d%0aX:%20y", "http://other.test/r302/a%0D%0AX:%20y"),
    ("/rel/dir", "/rel/dir/"),
    ("/noport/dir", "http://localhost/noport/dir/"),
    ("/name/dir", "http://first.test:{port}/name/dir/"),
])
def test_locations(site, target, location):
    answer = site.get(target)
    assert answer["Location"] == location.format(port=site.port)
    assert "X" not in answer


def test_a_page_for_a_range_that_cannot_be(site):
    answer = site.get("/own/a.txt", headers={"Range": "bytes=10-"})
    assert answer.status == 416 and answer.body == b"own 404"
    assert answer["Content-Range"] == "bytes */10"


def test_types_of_returned_texts(site):
    assert site.get("/r200")["Content-Type"] == "application/octet-stream"
    assert site.get("/r200.json")["Content-Type"] == "application/json"


def test_closes_without_a_word(site):
    with site.connect() as client:
        client.send("GET /r444 HTTP/1.1\r\nHost: x\r\n\r\n")
        client.read_end()
    site.wait_log(r'"GET /r444 HTTP/1.1" 444 0 ', log="access_log")


def test_server_tokens(site):
    answer = site.get("/plain/none")
    assert answer["Server"] == "prong"
    assert "prong/" not in answer.text
    assert re.match(r"prong/\d", site.get("/none")["Server"])


def test_pages_are_small_and_whole(site):
    answer = site.get("/none")
    assert len(answer.body) < 1000
    assert answer.text.startswith("<!doctype html>")
    assert answer.text.endswith("</body></html>\n")
    for tag in ["html", "head", "title", "style", "body", "h1", "p"]:
        assert answer.text.count(f"</{tag}>") == 1


def test_the_error_log_in_nginx_words(site):
    www = re.escape(str(site.prefix / "www"))
    tail = (r', client: 127\.0\.0\.1, server: first\.test, '
            r'request: "GET {} HTTP/1\.1", host: "localhost"')
    for target, text in [
            ("/none", rf'open\(\) "{www}/none" failed '
                      r"\(2: No such file or directory\)"),
            ("/none/", rf'"{www}/none/index.html" is not found '
                       r"\(2: No such file or directory\)"),
            ("/own/dir/", rf'directory index of "{www}/own/dir/" is forbidden'),
            ("/again/y", "rewrite or internal redirection cycle while "
                         'internally redirecting to "/again/x"')]:
        site.get(target)
        site.wait_log(r"\[error\] \d+#\d+: \*\d+ " + text +
                      tail.format(re.escape(target)) + "$")


def test_log_not_found(site):
    site.get("/quiet/none")
    site.get("/loud")
    site.wait_log("/loud")
    assert "/quiet/none" not in site.error_log


def test_nothing_of_a_request_forges_a_log_line(site):
    site.get("/x%0a2026/01/01%200:0:0%20[warn]%20forged", headers={
        "User-Agent": 'a"b\\c', "Referer": '", status: "200'})
    site.wait_log(r"\\x0A2026/01/01 0:0:0 \[warn\] forged")
    assert not re.search("^2026/01/01", site.error_log, re.M)
    assert r'referrer: "\x22, status: \x22200"' in site.error_log


def test_the_access_log(site):
    site.get("/own/a.txt?log=1", headers={"User-Agent": 'q"uote\xe9',
                                          "Referer": "http://r/"})
    site.wait_log(r'^127\.0\.0\.1 - - \[\d\d/\w{3}/\d{4}:\d\d:\d\d:\d\d '
                  r'[+-]\d{4}\] "GET /own/a\.txt\?log=1 HTTP/1\.1" 200 10 '
                  r'"http://r/" "q\\x22uote\\xE9"$', log="access_log")


def test_max_ranges(site):
    answer = site.get("/ranges0/a.txt", headers={"Range": "bytes=0-1"})
    assert answer.status == 200 and "Accept-Ranges" not in answer
    answer = site.get("/one/a.txt", headers={"Range": "bytes=0-1"})
    assert answer.status == 206 and answer.body == b"01"
    answer = site.get("/one/a.txt", headers={"Range": "bytes=0-1,3-4"})
    assert answer.status == 200 and answer.body == b"0123456789"


def test_without_a_tag_the_date_decides(site):
    answer = site.get("/noetag/a.txt")
    assert "ETag" not in answer
    since = {"If-Modified-Since": answer["Last-Modified"]}
    answer = site.get("/noetag/a.txt", headers=since)
    assert answer.status == 304 and "ETag" not in answer
    since["If-None-Match"] = '"x"'
    assert site.get("/noetag/a.txt", headers=since).status == 200


def test_types(site):
    assert site.get("/typed/a.txt")["Content-Type"] == "text/x-own"
    assert site.get("/typed/b")["Content-Type"] == "text/x-other"


@pytest.mark.parametrize("target, status", [
    ("/.dot", 200),
    ("/hidden/.dot", 404),
    ("/hidden/%2edot", 404),
    ("/hidden/.git", 404),
    ("/hidden/.git/", 404),
    ("/hidden/.git/config", 404),
    ("/hidden/x/../.git/config", 404),
    ("/hidden//.git//config", 404),
    ("/hidden/.well-known/x", 404),
])
def test_hidden_files(site, target, status):
    answer = site.get(target)
    assert answer.status == status
    assert b"secret" not in answer.body


def test_well_known_is_not_hidden(serve):
    prong = serve(http="hidden_files not_found;")
    prong.write("www/.well-known/security.txt", b"contact")
    prong.write("www/.well-known/.git/x", b"secret")
    assert prong.get("/.well-known/security.txt").body == b"contact"
    assert prong.get("/.well-known/.git/x").status == 404
