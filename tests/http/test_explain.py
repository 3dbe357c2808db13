"""`prong explain`: it tells the truth, and what people look for in it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from harness.prong import program

HERE = Path(__file__).resolve().parent
OTHERS = sorted(str(path) for path in HERE.glob("test_*.py")
                if path.name != Path(__file__).name)


@pytest.mark.limit(900)
def test_it_answers_as_the_server_does(tmp_path):
    """Every answer of all the other tests here is what explain says of the
    same request."""
    file = tmp_path / "witness"
    subprocess.run(  # whether they pass is not the question here
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider",
         *OTHERS], env={**os.environ, "PRONG_WITNESS": str(file)},
        cwd=HERE.parents[1], capture_output=True, text=True, check=False)
    lines = [json.loads(line) for line in
             file.read_text(encoding="utf-8").splitlines()]
    wrong = [line for line in lines if line["real"] != line["explained"]]
    assert not wrong, json.dumps(wrong[:5], indent=1)
    assert len(lines) > 1000


SITE = """
    server_name a.test;
    location / { try_files $uri =404; }
    location /docs/ {
        add_header X-Frame-Options DENY;
    }
    location ~ \\.css$ { expires 1h; }
    location /old/ { rewrite ^/old/(.*)$ /docs/$1 last; }
    location = /away { return 302 /docs/; }
    location /quiet { return 444; }
    error_page 404 /missing.html;
"""
OTHER = "server {{ listen 127.0.0.1:{port}; server_name b.test; root b; }}"


@pytest.fixture
def site(serve):
    """Nobody serves: the configuration is enough."""
    prong = serve(server=SITE, start=False)
    prong.write_conf(http=OTHER.format(port=prong.port))
    prong.write("www/docs/index.html", "docs")
    prong.write("www/a.css", "a")
    prong.write("www/missing.html", "missing")
    return prong


def ask(prong, *words):
    done = prong.run("explain", "--json", *words)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def steps(told, kind):
    return [(s["what"], s["detail"]) for s in told["steps"]
            if s["kind"] == kind]


def line_of(prong, text):
    for number, line in enumerate(prong.read("conf/prong.conf").splitlines(),
                                  1):
        if text in line:
            return {"file": str(prong.conf), "line": number}
    raise AssertionError(text)


def test_server_and_rivals(site):
    url = f":{site.port}/docs/"
    told = ask(site, "http://b.test" + url)
    assert told["server"]["name"] == "b.test"
    assert steps(told, "server") == [("b.test", "by name")]
    assert ("a.test", "none of its names is the host") in steps(told, "rival")
    told = ask(site, "http://c.test" + url)
    assert steps(told, "server") == [("c.test", "default server")]
    assert told["server"]["name"] == "b.test", "it is the first of the file"


def test_location_and_rivals(site):
    told = ask(site, f"http://a.test:{site.port}/docs/")
    assert told["location"] == {"name": "/docs/",
                                "place": line_of(site, "location /docs/")}
    assert ("/", "a longer one fits") in steps(told, "rival")
    assert ("\\.css$", "does not match") in steps(told, "rival")
    told = ask(site, f"http://a.test:{site.port}/a.css")
    assert told["location"]["name"] == "\\.css$"
    assert ("/", "a regular expression goes before it") in \
        steps(told, "rival")


def test_the_way_of_a_request(site):
    told = ask(site, f"http://a.test:{site.port}/old/")
    assert steps(told, "rewrite") == [("^/old/(.*)$", "/docs/")]
    index = str(site.prefix / "www/docs/index.html")
    assert (index, "found") in steps(told, "try")
    assert steps(told, "file") == [(index, "")]
    assert told["status"] == 200
    told = ask(site, f"http://a.test:{site.port}/none")
    assert steps(told, "try")[0] == (str(site.prefix / "www/none"),
                                     "no such file")
    assert steps(told, "redirect") == [("/missing.html", "error_page")]
    assert told["status"] == 404


def header(told, name):
    return next(h for h in told["headers"] if h["name"] == name)


def test_where_headers_come_from(site):
    told = ask(site, f"http://a.test:{site.port}/docs/")
    assert header(told, "X-Frame-Options")["place"] == \
        line_of(site, "X-Frame-Options")
    assert header(told, "Content-Type")["place"] == line_of(site, "types {")
    assert header(told, "Server")["origin"] == "by default"
    told = ask(site, f"http://a.test:{site.port}/a.css")
    for name in ["Expires", "Cache-Control"]:
        assert header(told, name)["place"] == line_of(site, "expires 1h")
    told = ask(site, f"http://a.test:{site.port}/away")
    assert header(told, "Location")["place"] == line_of(site, "return 302")
    told = ask(site, f"http://a.test:{site.port}/docs/none")
    assert header(told, "Content-Type")["place"] == line_of(site, "types {")


def test_what_is_asked(site):
    url = f"http://a.test:{site.port}/docs/index.html"
    told = ask(site, "HEAD", url)
    assert told["request"] == "HEAD /docs/index.html HTTP/1.1"
    told = ask(site, url, "-H", "Range: bytes=1-2", "-H", "Host: a.test")
    assert (told["status"], header(told, "Content-Range")["value"]) == \
        (206, "bytes 1-2/4")
    assert ask(site, "DELETE", url)["status"] == 405
    assert ask(site, url, "-H", "Host: a b")["status"] == 400
    assert ask(site, "/docs/")["at"] == f"127.0.0.1:{site.port}"
    assert ask(site, "http://a.test/docs/")["server"]["name"] == "a.test"
    assert ask(site, f"http://a.test:{site.port}/quiet")["status"] == 444


def test_what_cannot_be_asked(site):
    for words in [[], ["a", "b", "c"], ["--what", "/"], ["-H", "x", "/"],
                  ["http://"], ["http://a.test:1/"], ["/a b"],
                  ["--at", "1.2.3.4:5", "/"], ["--from", "x", "/"]]:
        done = site.run("explain", *words)
        assert done.returncode == 1, words
        assert "[emerg] explain: " in done.stderr, words
    site.write_conf(server="nonsense;")
    done = site.run("explain", "/")
    assert done.returncode == 1
    assert "unknown directive" in done.stderr


def test_nothing_is_left_behind(site):
    before = sorted(str(p) for p in site.prefix.rglob("*"))
    ask(site, "/docs/none")
    assert sorted(str(p) for p in site.prefix.rglob("*")) == before


def test_for_people(site):
    done = site.run("explain", f"http://a.test:{site.port}/docs/none")
    assert done.returncode == 0
    for words in ["location  /docs/", "note", "(2: No such file or directory)",
                  "redirect  /missing.html: error_page", "404 Not Found"]:
        assert words in done.stdout, done.stdout
    assert "\x1b" not in site.run("explain", "/\x1b[1m").stdout


def test_options_may_stand_on_both_sides(site):
    before = site.run("explain", "--json", "/docs/")
    behind = subprocess.run(
        [program(), "explain", "-c", str(site.conf), "-p", str(site.prefix),
         "/docs/", "--json"], capture_output=True, text=True, check=False,
        timeout=15)
    assert behind.returncode == 0
    told = [json.loads(done.stdout) for done in (before, behind)]
    assert told[0]["steps"] == told[1]["steps"]
