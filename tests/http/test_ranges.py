"""Validators, conditions and ranges (RFC 9110 sections 8.8, 13 and 14)."""

import re

import pytest

from harness import Prong

MTIME = 1_700_000_000
DATE = "Tue, 14 Nov 2023 22:13:20 GMT"
EARLIER = "Tue, 14 Nov 2023 22:13:19 GMT"
LATER = "Tue, 14 Nov 2023 22:13:21 GMT"
BODY = b"0123456789abcdefghij"
ETAG = f'"{MTIME:x}-{len(BODY):x}"'


@pytest.fixture(scope="module")
def site():
    with Prong() as prong:
        prong.write("www/a.txt", BODY, mtime=MTIME)
        prong.write("www/empty.txt", b"", mtime=MTIME)
        prong.write("www/large.bin", bytes(range(256)) * 4000, mtime=MTIME)
        yield prong


@pytest.mark.parametrize("headers, status", [
    ({"If-None-Match": ETAG}, 304),
    ({"If-None-Match": f"W/{ETAG}"}, 304),
    ({"If-None-Match": "*"}, 304),
    ({"If-None-Match": f'"x", {ETAG} , "y"'}, 304),
    ({"If-None-Match": '"x"'}, 200),
    ([("If-None-Match", '"x"'), ("If-None-Match", ETAG)], 304),
    ({"If-Modified-Since": DATE}, 304),
    ({"If-Modified-Since": "Tuesday, 14-Nov-23 22:13:20 GMT"}, 304),
    ({"If-Modified-Since": "Tue Nov 14 22:13:20 2023"}, 304),
    ({"If-Modified-Since": EARLIER}, 200),
    ({"If-Modified-Since": "yesterday"}, 200),
    ({"If-None-Match": '"x"', "If-Modified-Since": DATE}, 200),
    ({"If-None-Match": ETAG, "If-Modified-Since": EARLIER}, 304),
    ({"If-Match": ETAG}, 200),
    ({"If-Match": "*"}, 200),
    ({"If-Match": f"W/{ETAG}"}, 412),
    ({"If-Match": '"x"'}, 412),
    ([("If-Match", '"x"'), ("If-Match", ETAG)], 200),
    ({"If-Unmodified-Since": DATE}, 200),
    ({"If-Unmodified-Since": LATER}, 200),
    ({"If-Unmodified-Since": EARLIER}, 412),
    ({"If-Unmodified-Since": "never"}, 200),
    ({"If-Match": ETAG, "If-Unmodified-Since": EARLIER}, 200),
    ({"If-Match": '"x"', "If-None-Match": ETAG}, 412),
    ({"If-Match": ETAG, "If-None-Match": ETAG}, 304),
])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_conditions(site, headers, status, method):
    answer = site.ask("/a.txt", method, headers=headers)
    assert answer.status == status
    if status == 304:
        assert answer["ETag"] == ETAG
        assert "Content-Type" not in answer
        assert answer.body == b""
    if status == 200 and method == "GET":
        assert answer.body == BODY


@pytest.mark.parametrize("value, part", [
    ("bytes=0-4", (0, 4)),
    ("bytes=5-", (5, 19)),
    ("bytes=-3", (17, 19)),
    ("bytes=-99", (0, 19)),
    ("bytes=0-0", (0, 0)),
    ("bytes=19-19", (19, 19)),
    ("bytes=10-99999999999999999", (10, 19)),
    ("bytes=10-99999999999999999999999999999", (10, 19)),
    ("Bytes=0-4", (0, 4)),
    ("bytes=0-4 ", (0, 4)),
    ("bytes=,0-4", (0, 4)),
    ("bytes=0-4, 99-100", (0, 4)),
])
def test_a_range(site, value, part):
    first, last = part
    answer = site.get("/a.txt", headers={"Range": value})
    assert answer.status == 206
    assert answer.body == BODY[first:last + 1]
    assert answer["Content-Range"] == f"bytes {first}-{last}/{len(BODY)}"
    assert answer["Content-Type"] == "text/plain"
    assert answer["ETag"] == ETAG


@pytest.mark.parametrize("value", [
    "bytes=20-", "bytes=20-30", "bytes=-0", "bytes=99999999999999999999999-",
])
def test_unsatisfiable(site, value):
    answer = site.get("/a.txt", headers={"Range": value})
    assert answer.status == 416
    assert answer["Content-Range"] == f"bytes */{len(BODY)}"


@pytest.mark.parametrize("value", [
    "bytes=4-0", "bytes=a-b", "bytes=", "bytes", "lines=0-4", "bytes=0-4;",
    "bytes=--4", "bytes=0x0-4", "bytes 0-4", "bytes=1-2-3",
])
def test_what_is_no_range_is_ignored(site, value):
    answer = site.get("/a.txt", headers={"Range": value})
    assert answer.status in (200, 416)
    if answer.status == 200:
        assert answer.body == BODY


def test_ranges_of_an_empty_file(site):
    for value, status in (("bytes=0-", 200), ("bytes=-5", 200),
                          ("bytes=5-", 416)):
        answer = site.get("/empty.txt", headers={"Range": value})
        assert answer.status == status, value


def test_ranges_are_for_get_alone(site):
    headers = {"Range": "bytes=0-4"}
    assert site.ask("/a.txt", "HEAD", headers=headers).status == 200
    assert site.ask("/a.txt", "POST", headers=headers).status == 405


@pytest.mark.parametrize("validator, status", [
    (ETAG, 206), (f"W/{ETAG}", 200), ('"x"', 200), (DATE, 206),
    (EARLIER, 200), (LATER, 200), ("nonsense", 200),
])
def test_if_range(site, validator, status):
    answer = site.get("/a.txt", headers={"Range": "bytes=0-4",
                                         "If-Range": validator})
    assert answer.status == status
    assert answer.body == (BODY[:5] if status == 206 else BODY)


def test_conditions_come_before_ranges(site):
    headers = {"Range": "bytes=0-4", "If-None-Match": ETAG}
    assert site.get("/a.txt", headers=headers).status == 304
    headers = {"Range": "bytes=99-", "If-Match": '"x"'}
    assert site.get("/a.txt", headers=headers).status == 412


def parts_of(answer):
    kind = re.fullmatch(r"multipart/byteranges; boundary=(\S+)",
                        answer["Content-Type"])
    mark = b"--" + kind.group(1).encode()
    pieces = answer.body.split(b"\r\n" + mark)
    assert pieces[0] in (b"",) and pieces[-1] == b"--\r\n"
    found = []
    for piece in pieces[1:-1]:
        head, data = piece.split(b"\r\n\r\n", 1)
        fields = dict(line.split(": ", 1) for line in
                      head.decode().strip().split("\r\n"))
        found.append((fields, data))
    return found


@pytest.mark.parametrize("value, parts", [
    ("bytes=0-1,4-5", [(0, 1), (4, 5)]),
    ("bytes=-2,0-0", [(18, 19), (0, 0)]),
    ("bytes=0-1, 5-6 ,99-100,10-", [(0, 1), (5, 6), (10, 19)]),
])
def test_several_ranges(site, value, parts):
    answer = site.get("/a.txt", headers={"Range": value})
    assert answer.status == 206
    assert "Content-Range" not in answer
    assert len(answer.body) == int(answer["Content-Length"])
    found = parts_of(answer)
    assert len(found) == len(parts)
    for (fields, data), (first, last) in zip(found, parts):
        assert data == BODY[first:last + 1]
        assert fields["Content-Range"] == f"bytes {first}-{last}/{len(BODY)}"
        assert fields["Content-Type"] == "text/plain"


def test_ranges_of_a_large_file(site):
    whole = bytes(range(256)) * 4000
    answer = site.get("/large.bin", headers={
        "Range": "bytes=100-300000,500000-999999"})
    found = parts_of(answer)
    assert [d for _, d in found] == [whole[100:300001], whole[500000:1000000]]
    answer = site.get("/large.bin", headers={"Range": "bytes=1000-900000"})
    assert answer.body == whole[1000:900001]


@pytest.mark.parametrize("value", [
    "bytes=" + ",".join(["0-"] * 500),
    "bytes=" + ",".join(f"{n}-{n}" for n in range(0, 1000, 2)),
    "bytes=" + ",".join(["0-500000"] * 20),
])
def test_many_ranges_are_no_amplifier(site, value):
    answer = site.get("/large.bin", headers={"Range": value})
    assert answer.status in (200, 206, 416)
    assert len(answer.body) <= 256 * 4000 + 20_000


def test_the_connection_goes_on(site):
    with site.connect() as client:
        for headers in [{"Range": "bytes=0-4"}, {"Range": "bytes=0-1,3-4"},
                        {"Range": "bytes=99-"}, {"If-None-Match": ETAG}]:
            client.ask("/a.txt", headers=headers)
        assert client.ask("/a.txt").body == BODY
