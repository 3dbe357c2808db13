"""The page that shows a directory."""

import os
import re

import pytest

from harness import Prong
from harness.nginx import NGINX, Nginx

SERVER = """
    autoindex on;
    location /sizes/ { autoindex_exact_size off; }
    location /off/ { autoindex off; }
"""


@pytest.fixture(scope="module")
def site():
    with Prong(server=SERVER) as prong:
        prong.write("www/list/b.txt", b"bb", mtime=1600000000)
        prong.write("www/list/c<i>&\"'.txt", b"tag", mtime=1600000000)
        prong.write("www/list/x:y?z#%41", b"", mtime=1600000000)
        prong.write("www/list/\u00e9.txt", b"")
        prong.write("www/list/.hidden", b"secret")
        prong.write("www/list/zdir/x", b"")
        prong.write("www/sizes/k", b"x" * 1536)
        prong.write("www/deep/a b/c&d/e", b"")
        prong.write("www/indexed/index.html", b"index")
        (prong.prefix / "www/off").mkdir()
        os.mkfifo(prong.prefix / "www/list/fifo")
        (prong.prefix / "www/list/dangling").symlink_to("nowhere")
        (prong.prefix / "www/list/linked").symlink_to("b.txt")
        yield prong


def hrefs(answer):
    """The links to what is listed."""
    import html
    rows = answer.text.partition("<tbody>")[2]
    return [html.unescape(href) for href in re.findall('href="([^"]*)"', rows)]


def test_lists_what_can_be_fetched(site):
    answer = site.get("/list/")
    assert answer.status == 200 and not answer.closes
    assert answer["Content-Type"] == "text/html; charset=utf-8"
    assert "Last-Modified" not in answer and "ETag" not in answer
    found = hrefs(answer)
    assert found[:2] == ["../", "zdir/"] and len(found) == 7
    for href in found[1:]:
        assert site.get("/list/" + href).status == 200
    assert "hidden" not in answer.text and "fifo" not in answer.text
    assert "dangling" not in answer.text and "linked" in answer.text


def test_names_cannot_become_markup(site):
    text = site.get("/list/").text
    assert "<i>" not in text and "<script" not in text
    assert "c&lt;i&gt;&amp;&quot;" in text
    assert "<td>2020-09-13 12:26</td>" in text


def test_a_listing_is_not_of_the_connection(site):
    with site.connect() as client:
        whole = client.ask("/list/")
        head = client.ask("/list/", "HEAD")
        assert head["Content-Length"] == whole["Content-Length"]
        assert client.ask("/list/b.txt").body == b"bb"
        assert client.ask("/indexed/").body == b"index"
        assert client.ask("/off/").status == 403
        assert client.ask("/list").status == 301


@pytest.mark.parametrize("query, names", [
    ("", ["b.txt", "c<", "linked"]),
    ("?C=N&O=A", ["b.txt", "c<", "linked"]),
    ("?C=N&O=D", ["linked", "c<", "b.txt"]),
    ("?C=S&O=A", ["x:y", "b.txt", "c<"]),
    ("?C=S&O=D", ["c<", "b.txt", "x:y"]),
    ("?C=X&O=%00", ["b.txt", "c<", "linked"]),
    ("?" + "C=S&" * 100, ["x:y", "b.txt", "c<"]),
])
def test_is_sorted_by_a_click(site, query, names):
    import html
    text = html.unescape(site.get("/list/" + query).text)
    places = [text.index(">" + name) for name in names]
    assert places == sorted(places)
    assert text.index(">zdir/") < min(places)


def test_links_lead_upward(site):
    answer = site.get("/deep/a%20b/c&d/")
    trail = re.findall('href="([./]+)">([^<]*)<',
                       answer.text.partition("<table>")[0])
    assert trail == [("./../../../", "/"), ("./../../", "deep/"),
                     ("./../", "a b/"), ("./", "c&amp;d/")]
    assert "../" not in site.get("/").text


def test_sizes(site):
    assert "<td>1.5K</td>" in site.get("/sizes/").text
    assert "<td>2</td>" in site.get("/list/").text


def test_ten_thousand_entries(serve):
    prong = serve(server="autoindex on;")
    folder = prong.prefix / "www/many"
    folder.mkdir()
    for n in range(10000):
        (folder / f"file{n}").touch()
    with prong.connect() as client:
        for method in ["HEAD", "GET"]:
            answer = client.ask("/many/", method)
            assert answer.status == 200
        assert re.findall(r'<a href="(file\d+)">', answer.text) == [
            f"file{n}" for n in range(10000)]
        assert client.ask("/many/file7").status == 200


@pytest.fixture(scope="module")
def formats():
    """One folder, that every format is made of."""
    with Prong(server="autoindex on;" + "".join(
            f"location /{name}/ {{ autoindex_format {name}; }}"
            for name in ["json", "xml", "jsonp"])) as prong:
        for folder in ["json", "xml", "jsonp"]:
            for name in ["b.txt", "A", "10", "9", "q\"uo\\te", "<&>'.html",
                         "new\nline\ttab\x01", "\u00fc", "v10", "v9",
                         ".hidden", "Zdir/x", "dir/x"]:
                path = prong.write(f"www/{folder}/{name}", name)
                os.utime(path, (0, 1600000000 + len(name)))
            root = prong.prefix / "www" / folder
            (root / "dangling").symlink_to("nowhere")
            (root / "loop").symlink_to("loop")
            (root / "linked").symlink_to("b.txt")
            (root / "linkdir").symlink_to("dir")
            os.mkfifo(root / "fifo")
            (root / os.fsdecode(b"bad\xff.txt")).write_bytes(b"x")
            (root / "empty").mkdir()
        yield prong


@pytest.mark.parametrize("target", [
    "/json/", "/json/empty/", "/xml/", "/xml/empty/", "/jsonp/",
    "/jsonp/?callback=f", "/jsonp/empty/?callback=a.b_C9",
    "/jsonp/?callback=", "/jsonp/?callback=a-b", "/jsonp/?x&callback=f&y",
    "/jsonp/?callback=" + "a" * 128, "/jsonp/?callback=" + "a" * 129,
    "/jsonp/?callback=%66", "/json/?callback=a-b", "/json/?C=M&O=D"])
def test_formats_are_nginx_to_the_byte(formats, target):
    if not NGINX:
        pytest.skip("no nginx to compare with")
    nginx = Nginx(formats, server=formats.parts["server"])
    try:
        ours, theirs = formats.get(target), nginx.ask(target)
    finally:
        nginx.close()
    assert ours.status == theirs.status
    assert ours["Content-Type"] == theirs["Content-Type"]
    if ours.status == 200:
        assert ours.body == theirs.body


def test_json_is_json(formats):
    import json
    found = json.loads(formats.get("/json/").body.replace(b"\xff", b"?"))
    assert {"name": "b.txt", "type": "file", "size": 5,
            "mtime": "Sun, 13 Sep 2020 12:26:45 GMT"} in found
    assert formats.ask("/json/", "HEAD")["Content-Type"] == "application/json"
