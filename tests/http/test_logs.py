"""Logs: formats, conditions, several for one request, and syslog."""

import json
import re
import socket
import subprocess

import pytest

from harness import free_port, wait_until
from harness.nginx import NGINX

MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
HEAD = re.compile(rf"<(\d+)>(?:{MONTHS}) [ \d]\d \d\d:\d\d:\d\d (.*)",
                  re.DOTALL)


class Syslog:
    """A server of datagrams; what it got, as (priority, the rest)."""

    def __init__(self, path=None):
        family = socket.AF_UNIX if path else socket.AF_INET
        self.sock = socket.socket(family, socket.SOCK_DGRAM)
        self.sock.bind(path or ("127.0.0.1", free_port()))
        self.sock.settimeout(15)
        self.port = None if path else self.sock.getsockname()[1]

    def take(self):
        match = HEAD.fullmatch(self.sock.recv(65536).decode())
        assert match
        return int(match.group(1)), match.group(2)

    def close(self):
        self.sock.close()


@pytest.fixture
def syslog():
    server = Syslog()
    yield server
    server.close()


def lines(prong, name, count):
    def all_there():
        path = prong.prefix / "logs" / name
        text = path.read_text() if path.exists() else ""
        return text.splitlines() if text.count("\n") >= count else None
    return wait_until(all_there, f"{count} lines in {name}")


def test_several_logs_and_conditions(serve):
    prong = serve(workers=1, http="""
        log_format short '$status $uri';
        log_format j escape=json '{"u":"$arg_a","none":"$http_none"}';
        log_format n escape=none '$arg_a|$http_none|';
        log_format d '$http_x|$http_none';""", server="""
        access_log logs/all.log short;
        access_log logs/json.log j;
        access_log logs/none.log n;
        access_log logs/default.log d;
        access_log logs/some.log short if=$arg_log;
        access_log logs/slow.log short buffer=1k flush=1s;
        location /quiet/ { access_log off; }
        location /own/ { access_log logs/own.log short; }""")
    prong.get("/none?log=1&a=x", headers={"X": 'a"\\b'})
    prong.get("/quiet/x")
    prong.get("/own/x")
    prong.get("/two?log=0")
    assert lines(prong, "all.log", 2) == ["404 /none", "404 /two"]
    assert lines(prong, "some.log", 1) == ["404 /none"]
    assert lines(prong, "own.log", 1) == ["404 /own/x"]
    assert json.loads(lines(prong, "json.log", 2)[0]) == {"u": "x",
                                                          "none": ""}
    assert lines(prong, "none.log", 2)[0] == "x||"
    assert lines(prong, "default.log", 2)[0] == "a\\x22\\x5Cb|-"
    assert lines(prong, "slow.log", 2) == ["404 /none", "404 /two"]


def test_variables_in_the_path(serve):
    prong = serve(workers=1, http="log_format short '$uri';", server="""
        access_log logs/$arg_l.log short;
        access_log $arg_d/none.log short if=$arg_d;
        location /gone/ { root www/$arg_l; }""")
    (prong.prefix / "logs").chmod(0o777)
    for n in range(40):
        prong.get(f"/{n}?l=n{n}")
        prong.get(f"/{n}?l=all")
    assert lines(prong, "all.log", 40) == [f"/{n}" for n in range(40)]
    for n in range(40):
        assert lines(prong, f"n{n}.log", 1) == [f"/{n}"]
    prong.get("/gone/?l=rootless")
    # no such directory: lost, counted and said, and others go on
    prong.get("/x?l=all&d=/no/such")
    prong.wait_stats(lambda s: s.counter("log_dropped") == 1)
    prong.wait_log('open\\(\\) or write\\(\\) "/no/such/none.log" failed')
    assert lines(prong, "all.log", 41)[-1] == "/x"
    assert not (prong.prefix / "logs/rootless.log").exists()


def test_a_moved_file_is_made_anew(serve):
    prong = serve(http="log_format short '$uri';",
                  server="access_log logs/$arg_l.log short;")
    (prong.prefix / "logs").chmod(0o777)
    prong.get("/1?l=a")
    lines(prong, "a.log", 1)
    (prong.prefix / "logs/a.log").rename(prong.prefix / "logs/old.log")
    assert prong.run("-s", "reopen").returncode == 0
    prong.get("/2?l=a")
    assert lines(prong, "a.log", 1) == ["/2"]
    assert lines(prong, "old.log", 1) == ["/1"]


def test_error_logs_of_a_context(serve):
    prong = serve(server="""
        location /a/ { error_log logs/a.log error;
            error_log logs/a-crit.log crit; }
        location /b/ { error_log logs/b.log crit; }""")
    prong.get("/a/none")
    prong.get("/b/none")
    prong.get("/none")
    prong.wait_log('open\\(\\) ".*www/none" failed')
    assert '/a/none" failed (2: No such' in lines(prong, "a.log", 1)[0]
    assert prong.read("logs/a-crit.log") == ""
    assert prong.read("logs/b.log") == ""
    assert "/a/none" not in prong.error_log
    assert "/b/none" not in prong.error_log


def test_access_lines_to_syslog(serve, syslog):
    prong = serve(server=f"""
        access_log syslog:server=127.0.0.1:{syslog.port} short;
        access_log syslog:server=localhost:{syslog.port},facility=daemon,severity=notice,tag=web_1,nohostname short;
        """, http="log_format short '$status $uri';")
    prong.get("/none")
    got = sorted(syslog.take() for _ in range(2))
    assert got[0] == (3 * 8 + 5, "web_1: 404 /none")
    assert got[1] == (23 * 8 + 6,
                      f"{socket.gethostname().lower()} nginx: 404 /none")


def test_error_lines_to_syslog(serve, syslog):
    prong = serve(server=f"""
        error_log syslog:server=127.0.0.1:{syslog.port},tag=e,nohostname;
        error_log logs/beside.log;""")
    prong.get("/none")
    priority, text = syslog.take()
    assert priority == 23 * 8 + 3
    assert text == "e: " + lines(prong, "beside.log", 1)[0]


def test_main_error_log_to_syslog(serve, syslog):
    serve(main=f"error_log syslog:server=127.0.0.1:{syslog.port} info;")
    texts = []
    while not any("start worker process" in t for t in texts):
        priority, text = syslog.take()
        assert priority == 23 * 8 + 5
        texts.append(text)


def test_unix_socket_that_comes_and_goes(serve):
    """Lines wait for a server that is not there, and are all delivered."""
    prong = serve(start=False, workers=1)
    path = str(prong.prefix / "log.sock")
    prong.write_conf(server=f"access_log syslog:server=unix:{path} short;",
                     http="log_format short '$uri';")
    prong.start()
    assert "log.sock" in prong.stderr + prong.error_log
    prong.get("/1")
    prong.get("/2")
    server = Syslog(path)
    (prong.prefix / "log.sock").chmod(0o666)
    assert [server.take()[1].split()[-1] for _ in "12"] == ["/1", "/2"]
    server.close()
    (prong.prefix / "log.sock").unlink()
    prong.get("/3")
    server = Syslog(path)
    (prong.prefix / "log.sock").chmod(0o666)
    assert server.take()[1].split()[-1] == "/3"
    server.close()


def test_nobody_listens(serve):
    """UDP tells late: what was sent in vain is counted, not forgotten."""
    port = free_port()
    prong = serve(server=f"""
        access_log syslog:server=127.0.0.1:{port} short;""",
                  http="log_format short '$uri';")
    for n in range(20):
        prong.get(f"/{n}")
    prong.wait_stats(lambda s: s.counter("log_dropped") > 0)
    prong.wait_log(r'write\(\) to "syslog:server=.*" failed \(111: ')


@pytest.mark.parametrize("what, words", [
    ("syslog:tag=a", "no syslog server specified"),
    ("syslog:server=127.0.0.1,facility=x", 'unknown syslog facility "x"'),
    ("syslog:server=127.0.0.1,severity=x", 'unknown syslog severity "x"'),
    ("syslog:server=127.0.0.1,tag=a-b", 'syslog "tag" only allows '
     "alphanumeric characters and underscore"),
    ("syslog:server=127.0.0.1,more", 'unknown syslog parameter "more"'),
    ("syslog:server=no.such.host.invalid", "host not found in syslog server "
     '"no.such.host.invalid"'),
])
def test_refused(serve, what, words):
    for directive in ["access_log", "error_log"]:
        done = serve(server=f"{directive} {what};", start=False).run("-t")
        assert done.returncode == 1
        assert words in done.stderr


@pytest.mark.skipif(not NGINX, reason="no nginx to compare with")
def test_prints_its_files_as_nginx(serve):
    """-T: byte for byte, included files, and each once."""
    prong = serve(start=False)
    prong.write("conf/a.inc", "# a\nindex a;   ")
    prong.write("conf/b.inc", "")
    conf = prong.write("conf/t.conf", f"""# the whole
worker_processes 1; pid {prong.prefix}/run/t.pid;
error_log {prong.prefix}/logs/t.log;
events {{}}
http {{ access_log off; include {prong.prefix}/conf/a.inc;
  server {{ listen 127.0.0.1:{prong.port};
    include {prong.prefix}/conf/*.inc; }} }}
""".replace("include " + str(prong.prefix) + "/conf/a.inc;", ""))
    theirs = subprocess.run(
        [NGINX, "-T", "-q", "-c", str(conf), "-e", "/dev/null"],
        capture_output=True, check=False, stdin=subprocess.DEVNULL)
    prong.conf = conf
    ours = subprocess.run(prong.command("-T", "-q"), capture_output=True,
                          check=False, env=prong.env,
                          stdin=subprocess.DEVNULL)
    assert theirs.returncode == ours.returncode == 0
    assert ours.stdout == theirs.stdout
