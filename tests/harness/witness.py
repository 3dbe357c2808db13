"""Asks `prong explain` for each answer that a test reads, and notes where the
two differ.

With PRONG_WITNESS=FILE in the environment every answer that a Client reads is
held against what the program explains of the same bytes, under the same
configuration, at the same moment. One line of JSON for each goes to FILE.
"""

import json
import os
import re
import subprocess
import weakref
from email.utils import parsedate_to_datetime

FILE = os.environ.get("PRONG_WITNESS")
SERVERS = weakref.WeakSet()
# (A test's name, which pytest puts there, can be longer than exec takes.)
ENV = {k: v for k, v in os.environ.items() if k != "PYTEST_CURRENT_TEST"}
# Of the moment or of the connection, not of the request.
PASSING = ["date", "connection", "keep-alive"]
BOUNDARY = re.compile(r"boundary=\S+")
TOO_SOON = [408, 413, 499]
# Answers that depend on what has been counted: explain has counted nothing.
FIGURES = re.compile(r"\b(limit_(req|conn)|stub_status)\b")


def time_of(pairs, name):
    values = [v for n, v in pairs if n.lower() == name]
    try:
        return parsedate_to_datetime(values[0]).timestamp()
    except (IndexError, ValueError, TypeError):
        return None


def age_of(pairs):
    """Seconds from Date to Expires, which moves with it."""
    now, then = time_of(pairs, "date"), time_of(pairs, "expires")
    return None if now is None or then is None else then - now


def fields_of(pairs):
    pairs = list(pairs)
    age = age_of(pairs)
    if age is not None:  # max-age says the same once more
        pairs = [(n, re.sub(r"max-age=[0-9]+", "max-age=", v))
                 for n, v in pairs]
    if age is not None and abs(age) < 2 * 86400:
        pairs = [(n, v) for n, v in pairs if n.lower() != "expires"]
        pairs.append(("expires", f"{age:+.0f}s"))
    found = sorted((name.lower(), BOUNDARY.sub("boundary=", value.strip()))
                   for name, value in pairs)
    return [pair for pair in found if pair[0] not in PASSING]


class Witness:
    """What one connection has sent, cut into requests."""

    def __init__(self, address, sock):
        self.address = address
        self.name = sock.getsockname()
        self.sent = b""

    def note_sent(self, data):
        if self.sent is not None:
            self.sent += data

    def take(self):
        """The head of the request that the next answer is to; None: unknown."""
        if self.sent is None:
            return None
        # Empty lines before a request mean nothing.
        sent = self.sent.lstrip(b"\r\n")
        if sent.startswith((b"PROXY ", b"\0\r\nQUIT\n")):
            return None  # it is a proxy that speaks first
        head, blank, rest = sent.partition(b"\r\n\r\n")
        self.sent = None
        if not blank:
            return None
        if re.search(rb"(?i)\r\n(transfer-encoding|expect):", head):
            return None  # where it ends is not known here
        length = re.search(rb"(?i)\r\ncontent-length:[ \t]*([0-9]+)[ \t]*"
                           rb"(\r\n|\Z)", head)
        size = int(length.group(1)) if length else 0
        if len(rest) >= size:
            self.sent = rest[size:]
        return head + blank

    def judge(self, answer):
        head = self.take()
        server = self.server()
        if head is None or server is None or answer.status in TOO_SOON:
            return
        explained = self.explain(server, head)
        real = [answer.status, fields_of(answer.fields)]
        with open(FILE, "a", encoding="utf-8") as file:
            file.write(json.dumps({
                "test": os.environ.get("PYTEST_CURRENT_TEST", "")[:200],
                "request": head.decode("latin-1"), "real": real,
                "explained": explained}) + "\n")

    def server(self):
        """The server behind the address, unless it changes under our eyes or
        answers by what was asked before."""
        if isinstance(self.address, str):
            return None
        for server in list(SERVERS):
            if f":{self.address[1]}" in server.served and \
                    not re.search(FIGURES, server.served) and \
                    server.conf.read_text(encoding="utf-8") == server.served:
                return server
        return None

    def explain(self, server, head):
        host, port = self.address[:2]
        host = f"[{host}]" if ":" in host else host
        own, own_port = self.name[:2]
        own = f"[{own}]" if ":" in own else own
        done = subprocess.run(
            server.command("explain", "--json", "--at", f"{host}:{port}",
                           "--from", f"{own}:{own_port}", "-"),
            input=head, capture_output=True, timeout=60, check=False,
            env=ENV)
        if done.returncode != 0:
            return done.stderr.decode(errors="replace")
        told = json.loads(done.stdout.decode("utf-8"))
        return [told["status"], fields_of((h["name"], h["value"])
                                          for h in told["headers"])]
