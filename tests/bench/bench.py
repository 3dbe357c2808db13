#!/usr/bin/env python3
"""Measures prong beside its peers, in rounds by turns on one machine.

    make bench                       every case
    tests/bench/bench.py [--rounds N] [--seconds S] [--case NAME]... [--json F]

The steadiest figure on a noisy machine is the server's own processor time per
request (user and system, of all its processes, from /proc/PID/schedstat); the
load client (load.c) competes for the same cores and compares every byte.
Peers that are not installed are left out. It says the ratio to nginx and to the
floor: the least that an epoll server can do (floor.c).
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from harness import free_port, wait_until  # noqa: E402
from harness.load import program as load_program  # noqa: E402
from harness.prong import program as prong_program  # noqa: E402

FILES_MANY = 10_000

PRONG = """
{user}
worker_processes 2;
pid {prefix}/prong.pid;
error_log {prefix}/prong.error.log crit;
events {{ worker_connections 20000; }}
http {{
    types {{ text/html html; }}
    keepalive_requests 1000000;
    sendfile on;
    tcp_nopush on;
    access_log {log};
    log_not_found off;
    server {{ listen 127.0.0.1:{port}; root {www}; }}
}}
"""

NGINX = """
{user}
worker_processes 2;
pid {prefix}/nginx.pid;
error_log {prefix}/nginx.error.log crit;
events {{ worker_connections 20000; }}
http {{
    types {{ text/html html; }}
    client_body_temp_path {prefix}/t1; proxy_temp_path {prefix}/t2;
    fastcgi_temp_path {prefix}/t3; uwsgi_temp_path {prefix}/t4;
    scgi_temp_path {prefix}/t5;
    keepalive_requests 1000000;
    sendfile on;
    tcp_nopush on;
    open_file_cache max=20000;
    access_log {log};
    log_not_found off;
    server {{ listen 127.0.0.1:{port} reuseport; root {www}; }}
}}
"""

LIGHTTPD = """
server.document-root = "{www}"
server.port = {port}
server.bind = "127.0.0.1"
server.max-worker = 2
server.max-keep-alive-requests = 1000000
server.max-fds = 20000
server.pid-file = "{prefix}/lighttpd.pid"
mimetype.assign = ( ".html" => "text/html" )
"""


class Case:
    def __init__(self, name, paths, load=(), floor=None, log=False):
        self.name = name
        self.paths = paths
        self.load = load    # options of the load client; @ETAG@ is filled in
        self.floor = floor  # the file that the floor answers, if it can
        self.log = log


CASES = [
    Case("1k", ["/1k.html"], floor="1k.html"),
    Case("1k-log", ["/1k.html"], log=True),
    Case("1k-pipelined", ["/1k.html"], ["-p", "16"], floor="1k.html"),
    Case("1k-connection", ["/1k.html"], ["-k", "1"]),
    Case("16k", ["/16k.html"], floor="16k.html"),
    Case("100k", ["/100k.html"], floor="100k.html"),
    Case("10m", ["/10m.html"], ["-c", "8"]),
    Case("many-files", [f"/many/{n}.html" for n in range(FILES_MANY)]),
    Case("304", ["/1k.html"], ["-s", "304", "-H", "If-None-Match: @ETAG@"]),
    Case("404", ["/nothing.html"], ["-s", "404"]),
    Case("range", ["/100k.html"], ["-b", "1000-1099"]),
]


def fill(www):
    (www / "many").mkdir(parents=True)
    www.parent.chmod(0o755)
    for name, size in [("1k", 1024), ("16k", 16384), ("100k", 102400),
                       ("10m", 10 << 20)]:
        (www / f"{name}.html").write_bytes(os.urandom(size))
    for n in range(FILES_MANY):
        (www / f"many/{n}.html").write_bytes(os.urandom(4096))


class Server:
    """One that runs, for one case."""

    def __init__(self, name, prefix, case):
        self.name = name
        self.prefix = prefix
        self.port = free_port()
        self.case = case
        log = prefix / f"{name}.access.log"
        buffered = " combined buffer=32k" if name == "nginx" else ""
        parts = {"prefix": prefix, "port": self.port, "www": prefix / "www",
                 "log": f"{log}{buffered}" if case.log else "off",
                 "user": "user root;" if os.geteuid() == 0 else ""}
        # A group of its own: lighttpd's master signals all of its group.
        self.process = subprocess.Popen(
            self.command(parts), stdin=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, start_new_session=True)
        wait_until(self.answers, f"{name} on port {self.port}")

    def write(self, text, parts):
        path = self.prefix / f"{self.name}.conf"
        path.write_text(text.format(**parts), encoding="ascii")
        return str(path)

    def command(self, parts):
        if self.name == "prong":
            return [prong_program(), "-p", str(self.prefix), "-c",
                    self.write(PRONG, parts), "-g", "daemon off;"]
        if self.name == "nginx":
            return ["nginx", "-p", str(self.prefix), "-c",
                    self.write(NGINX, parts), "-e", "stderr", "-g",
                    "daemon off;"]
        if self.name == "lighttpd":
            return ["lighttpd", "-D", "-f", self.write(LIGHTTPD, parts)]
        floor = Path(load_program()).with_name("floor")
        return [str(floor), str(self.port),
                str(self.prefix / "www" / self.case.floor)]

    def answers(self):
        return self.head("/1k.html") is not None

    def head(self, path):
        import http.client
        client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            client.request("GET", path)
            return dict(client.getresponse().getheaders())
        except OSError:
            return None
        finally:
            client.close()

    def pids(self):
        found, new = [], [self.process.pid]
        while new:
            found += new
            children = []
            for pid in new:
                path = Path(f"/proc/{pid}/task/{pid}/children")
                children += map(int, path.read_text(encoding="ascii").split())
            new = children
        return found

    def cpu_us(self):
        total = 0
        for pid in self.pids():
            for task in os.listdir(f"/proc/{pid}/task"):
                text = Path(f"/proc/{pid}/task/{task}/schedstat").read_text(
                    encoding="ascii")
                total += int(text.split()[0])
        return total / 1000

    def pss_kb(self):
        total = 0
        for pid in self.pids():
            text = Path(f"/proc/{pid}/smaps_rollup").read_text(
                encoding="ascii")
            total += int(text.split("\nPss:")[1].split()[0])
        return total

    def measure(self, seconds):
        etag = (self.head("/1k.html") or {}).get("ETag", "")
        options = [o.replace("@ETAG@", etag) for o in self.case.load]
        command = [load_program(), "-t", str(seconds), *options, "127.0.0.1",
                   str(self.port), str(self.prefix / "www"), *self.case.paths]
        before = self.cpu_us()
        out = subprocess.run(command, capture_output=True, text=True,
                             timeout=seconds + 60, check=True).stdout
        spent = self.cpu_us() - before
        result = json.loads(out)
        assert result["lost"] == 0, f"{self.name}: {result}"
        return {"cpu_us": spent / result["whole"],
                "requests_s": result["requests_s"],
                "p50_us": result["p50_us"], "p99_us": result["p99_us"],
                "pss_kb": self.pss_kb()}

    def stop(self):
        self.process.terminate()
        self.process.wait(30)


def peers(case):
    names = ["prong"]
    names += [n for n in ("nginx", "lighttpd") if shutil.which(n)]
    if case.log:
        names = [n for n in names if n != "lighttpd"]
    return names + (["floor"] if case.floor else [])


def run_case(case, prefix, rounds, seconds):
    """{server: {figure: median}} of rounds by turns."""
    servers = [Server(name, prefix, case) for name in peers(case)]
    figures = {server.name: [] for server in servers}
    try:
        for server in servers:
            server.measure(0.3)  # caches and pages
        for _ in range(rounds):
            for server in servers:
                figures[server.name].append(server.measure(seconds))
    finally:
        for server in servers:
            server.stop()
    return {name: {key: statistics.median(r[key] for r in rows)
                   for key in rows[0]} for name, rows in figures.items()}


def show(case, result):
    base = result.get("nginx", {}).get("cpu_us")
    floor = result.get("floor", {}).get("cpu_us")
    for name, row in result.items():
        print(f"{case:14} {name:9} {row['cpu_us']:9.2f} "
              f"{row['requests_s']:9.0f} {row['p50_us']:8.0f} "
              f"{row['p99_us']:8.0f} {row['pss_kb']:8.0f} "
              f"{ratio(row['cpu_us'], base):>7} {ratio(row['cpu_us'], floor):>7}",
              flush=True)


def ratio(value, base):
    return f"{value / base:.2f}" if base else "-"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--case", action="append",
                        choices=[case.name for case in CASES])
    parser.add_argument("--json", help="writes the medians into this file")
    options = parser.parse_args()
    prefix = Path(tempfile.mkdtemp(prefix="prong-bench-"))
    results = {}
    try:
        fill(prefix / "www")
        print(f"{'case':14} {'server':9} {'CPU us':>9} {'req/s':>9} "
              f"{'p50 us':>8} {'p99 us':>8} {'PSS KB':>8} {'/nginx':>7} "
              f"{'/floor':>7}")
        for case in CASES:
            if options.case and case.name not in options.case:
                continue
            results[case.name] = run_case(case, prefix, options.rounds,
                                          options.seconds)
            show(case.name, results[case.name])
    finally:
        shutil.rmtree(prefix, ignore_errors=True)
    if options.json:
        Path(options.json).write_text(json.dumps(
            {"time": time.time(), "cpus": os.cpu_count(),
             "cases": results}, indent=2) + "\n", encoding="ascii")


if __name__ == "__main__":
    main()
