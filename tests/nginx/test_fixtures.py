"""Real configurations, unchanged on prong and on nginx: the same answers.

Each folder here is one of them (harness/sidebyside.py says what is in it).
What differs on purpose stands in MEANT, each row with the row of
doc/nginx-differences.md that gives the reason. A row that no answer needs any
more fails. Without nginx on the machine there is nothing to compare.
"""

import gzip
import re
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import unquote

import pytest

from harness import Response, WireError, request
from harness.sidebyside import NGINX, Ours, Theirs, read_requests

HERE = Path(__file__).resolve().parent
NAMES = sorted(path.parent.name for path in HERE.glob("*/requests"))
DIFFERENCES = HERE.parents[1] / "doc/nginx-differences.md"
TABLES = {name: read_requests(HERE / name) for name in NAMES}

# The row of the page ("subject | what"), which answers (a pattern of
# "FIXTURE METHOD TARGET STATUS NAME:VALUE..."), the part (a pattern), nginx's,
# prong's; None is any.
MEANT = [
    ("range | on HEAD", r" HEAD \S+ 200\b.* Range\b", None, None, None),
    ("redirect | bytes that no URI holds", r"^docs \S+ \S+%20\S* 301\b",
     "Location", None, None),
    ("coding | ranges of files coded beforehand",
     r"^\S+ \S+ \S+ 200\b.* Accept-Encoding\b", "Accept-Ranges", [],
     ["bytes"]),
    ("coding | ranges of files coded beforehand",
     r"^\S+ \S+ \S+ 206\b.* Accept-Encoding\b.* Range\b", None, None, None),
    ("method | 405", r" 405\b", "Allow", [], ["GET, HEAD, OPTIONS"]),
    ("listing | HTML", r" \S*/(\?\S*)? 200\b", "Content-Length", None,
     None),
    ("listing | HTML", r" \S*/(\?\S*)? 200\b", "Transfer-Encoding",
     None, None),
    ("coding | `charset`, for a listing in HTML", r" \S*/(\?\S*)? 200\b",
     "Content-Type", ["text/html"], ["text/html; charset=utf-8"]),
    ("coding | `*` and `x-gzip`", r" Accept-Encoding:(\*|x-gzip)", None, None,
     None),
    ("errors | a status that nginx has no page for", r" /teapot 418\b", None,
     None, None),
    ("variables | `$http_x` of several lines", r" /whoami 200 X-A:b X-A:c",
     "body|Content-Length", None, None),
    ("range | header lines of a 416", r" 416\b",
     "Cache-Control|Expires|X-.*|.*-Policy", None, None),
]
used = set()
asked = set()


def all_cases():
    return [pytest.param(name, n, id=f"{name}-{a.line}")
            for name in NAMES for n, a in enumerate(TABLES[name])]


class Pair:
    def __init__(self, name):
        self.name = name
        self.theirs = Theirs(HERE / name)
        try:
            self.ours = Ours(HERE / name, start=False)
            self.ours.start()
        except BaseException:
            self.theirs.close()
            raise

    def close(self):
        self.theirs.close()
        self.ours.__exit__(None)


class Running:
    """The pair of one fixture; the next one takes its place."""

    pair = None

    def take(self, name):
        if self.pair and self.pair.name != name:
            self.close()
        self.pair = self.pair or Pair(name)
        return self.pair

    def close(self):
        pair, self.pair = self.pair, None
        if pair:
            pair.close()


@pytest.fixture(scope="module")
def running():
    running = Running()
    yield running
    running.close()


@pytest.fixture
def pair(running, name):
    if not NGINX:
        pytest.skip("no nginx to compare with")
    return running.take(name)


# --- what an answer is ------------------------------------------------------

def is_own_page(body):
    return b"<hr><center>nginx" in body or b"<small>prong" in body


def names_of(listing):
    """What a listing leads to: not its look."""
    links = re.findall(rb'<a [^>]*href="([^"?]+)', listing)
    return sorted({unquote(link.decode()) for link in links
                   if not link.startswith(b".")})


def content(answer):
    body = answer.body
    if answer.get("Content-Encoding") == "gzip" and answer.status != 206:
        body = gzip.decompress(body)
    if is_own_page(body):
        return "the server's own page"
    if b"<h1>Index of " in body or b"<table" in body:
        return names_of(body)
    return body


def seconds(answer, name):
    """A date as its distance from now, to the two seconds that may pass."""
    date = parsedate_to_datetime(answer[name])
    if date.year in (1970, 2037):
        return [answer[name]]
    now = parsedate_to_datetime(answer["Date"])
    return [round((date - now).total_seconds() / 2)]


def blur_page(parts):
    """An own page has a length of its own; what depends on it goes too."""
    for name in ["Content-Length", "Content-Encoding", "Transfer-Encoding"]:
        parts.pop(name, None)
    if parts.get("Vary") == ["Accept-Encoding"]:
        parts.pop("Vary")


def described(answer, server):
    """An answer in parts that both servers can have alike."""
    parts = {}
    for name, value in answer.fields:
        if name.lower() not in ("date", "server"):
            value = value.replace(str(server.ports[80]), "PORT")
            value = re.sub(r"boundary=\S+", "boundary=B", value)
            parts.setdefault(name.title(), []).append(value)
    if "Expires" in parts:
        parts["Expires"] = seconds(answer, "Expires")
    body = content(answer)
    boundary = re.search(r"boundary=(\S+)", answer.get("Content-Type", ""))
    if boundary:
        body = body.replace(boundary[1].encode(), b"B")
        parts["Content-Length"] = ["of the parts"]
    if isinstance(body, bytes):
        if body.startswith(b"Active connections"):
            body = re.sub(rb"\d+", b"N", body)  # each has counted its own
            parts.pop("Content-Length")
        body = body.replace(str(server.prefix).encode(), b"").replace(
            str(server.ports[80]).encode(), b"PORT")
    elif isinstance(body, str):
        blur_page(parts)
    return {"status": answer.status if parts else answer.reason, **parts, "body": body}


def is_meant(where, part, theirs, ours):
    for n, (_, pattern, name, a, b) in enumerate(MEANT):
        if (re.fullmatch(name or ".*", part) and re.search(pattern, where) and
                a in (None, theirs) and b in (None, ours)):
            used.add(n)
            return True
    return False


def differences(pair, one, method, fields, theirs, ours):
    where = " ".join([pair.name, method, one.target, str(ours["status"]),
                      *(f"{name}:{value}" for name, value
                        in [*one.fields, *fields])])
    return [f"{where}: {part}: nginx {theirs.get(part, [])!r}, "
            f"prong {ours.get(part, [])!r}"
            for part in sorted({*theirs, *ours})
            if theirs.get(part) != ours.get(part) and not is_meant(
                where, part, theirs.get(part, []), ours.get(part, []))]


# --- one request, and its variants ------------------------------------------

def ask(server, one, method=None, version=None, more=()):
    method = method or one.method
    with server.connect(one.port) as client:
        client.send(request(one.target, method, host=one.host,
                            version=version or one.version,
                            headers=[*one.fields, *more]))
        try:
            if not client.fill():
                return Response(444, "closed without a word", [])
        except WireError:
            return Response(444, "reset", [])
        return client.read(method)


def variants(one, first):
    """How else the same is asked: (method, version, more header lines)."""
    yield one.method, one.version, []
    if one.method != "GET" or one.plain:
        return
    yield "HEAD", "1.1", []
    yield "GET", "1.0", []
    named = {name.lower() for name, _ in one.fields}
    if "accept-encoding" not in named:
        yield "GET", "1.1", [("Accept-Encoding", "gzip, deflate, br")]
        yield "HEAD", "1.1", [("Accept-Encoding", "gzip")]
    if not named & {"range", "if-range"}:
        yield "GET", "1.1", [("Range", "bytes=2-5")]
    if not named & {"if-none-match", "if-modified-since", "if-match", "range"}:
        if "ETag" in first:
            yield "GET", "1.1", [("If-None-Match", first["ETag"])]
        if "Last-Modified" in first:
            yield "GET", "1.1", [("If-Modified-Since",
                                  first["Last-Modified"])]


@pytest.mark.parametrize("name, number", all_cases())
def test_the_same_answer(pair, name, number):
    one = TABLES[name][number]
    asked.add((name, number))
    first = ask(pair.theirs, one) if not one.plain else None
    wrong = []
    for method, version, more in list(variants(one, first)) * one.times:
        theirs = described(ask(pair.theirs, one, method, version, more),
                           pair.theirs)
        ours = described(ask(pair.ours, one, method, version, more),
                         pair.ours)
        if method == "HEAD":
            drop_page_lengths(pair, one, version, more, theirs, ours)
        wrong += differences(pair, one, method, more, theirs, ours)
    assert not wrong, "\n".join(wrong)


def drop_page_lengths(pair, one, version, more, theirs, ours):
    """To HEAD nobody sees whether it is the length of an own page."""
    for server, parts in [(pair.theirs, theirs), (pair.ours, ours)]:
        answer = ask(server, one, "GET", version, more)
        if isinstance(content(answer), str):
            blur_page(parts)


# --- the table of what is meant ---------------------------------------------

def test_every_difference_has_its_reason():
    page = DIFFERENCES.read_text(encoding="utf-8")
    rows = [row[0] for row in MEANT]
    assert not [row for row in rows if f"\n| {row}" not in page]


def test_every_difference_is_one():
    if len(asked) < len(all_cases()):
        pytest.skip("not all was asked")
    assert not [MEANT[n] for n in range(len(MEANT)) if n not in used]
