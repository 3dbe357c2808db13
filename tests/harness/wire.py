"""A client that reads answers strictly: what a server must not send, raises.

Nothing here is forgiving. A bare LF, a body of another length than announced,
a byte behind the answer: each is a WireError that shows what came.
"""

import re
import socket
import time

from . import witness

STATUS_LINE = re.compile(rb"HTTP/1\.1 ([1-5][0-9][0-9]) ([\x20-\x7e]*)\Z")
FIELD = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ ]?([\x20-\x7e\x80-\xff]*)\Z")
SINGLE = ["content-length", "content-type", "date", "etag", "last-modified",
          "location", "server", "transfer-encoding", "content-range"]
TIMEOUT = 10.0


class WireError(AssertionError):
    """The server broke the protocol, the connection, or our patience."""


class Response:
    """One answer: status, reason, fields (as sent) and the whole body."""

    def __init__(self, status, reason, fields):
        self.status = status
        self.reason = reason
        self.fields = fields
        self.body = b""

    def __getitem__(self, name):
        """The value of a field; its values joined where it repeats."""
        values = self.all(name)
        if not values:
            raise KeyError(name)
        return ", ".join(values)

    def __contains__(self, name):
        return bool(self.all(name))

    def get(self, name, default=None):
        return self[name] if name in self else default

    def all(self, name):
        return [v for n, v in self.fields if n.lower() == name.lower()]

    @property
    def text(self):
        return self.body.decode("utf-8")

    @property
    def closes(self):
        tokens = [t.strip().lower() for t in self.get("Connection", "")
                  .split(",")]
        return "close" in tokens

    def __repr__(self):
        return f"<{self.status} {self.reason} {self.fields} {self.body[:80]!r}>"


def parse_head(head):
    """The head without its blank line, as a Response without a body."""
    lines = head.split(b"\r\n")
    if b"\r" in head.replace(b"\r\n", b"") or b"\n" in head.replace(
            b"\r\n", b""):
        raise WireError(f"a bare CR or LF in the head: {head!r}")
    status = STATUS_LINE.match(lines[0])
    if not status:
        raise WireError(f"no status line: {lines[0]!r}")
    fields = []
    for line in lines[1:]:
        field = FIELD.match(line)
        if not field:
            raise WireError(f"no header field: {line!r}")
        fields.append((field.group(1).decode(), field.group(2).decode(
            "latin-1").strip()))
    answer = Response(int(status.group(1)), status.group(2).decode(), fields)
    for name in SINGLE:
        if len(answer.all(name)) > 1:
            raise WireError(f"{name} repeats: {fields}")
    return answer


def request(target="/", method="GET", host="localhost", version="1.1",
            headers=(), body=b""):
    """The bytes of a request; nothing is added but Host and what is named."""
    lines = [f"{method} {target} HTTP/{version}"]
    if host is not None:
        lines.append(f"Host: {host}")
    items = headers.items() if isinstance(headers, dict) else headers
    lines += [f"{name}: {value}" for name, value in items]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


class Client:
    """A connection. What was read beyond an answer waits for the next one."""

    witness = None

    def __init__(self, address, timeout=TIMEOUT):
        family = socket.AF_UNIX if isinstance(address, str) else (
            socket.AF_INET6 if ":" in address[0] else socket.AF_INET)
        self.sock = socket.socket(family, socket.SOCK_STREAM)
        self.sock.settimeout(timeout)
        self.sock.connect(address)
        self.timeout = timeout
        self.buffer = b""
        self.ended = False
        if witness.FILE:
            self.witness = witness.Witness(address, self.sock)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.sock.close()

    def reset(self):
        """Ends the connection with a RST instead of a FIN."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                             b"\x01\x00\x00\x00\x00\x00\x00\x00")
        self.sock.close()

    def send(self, data):
        """Sends bytes; a server that has closed is seen when reading."""
        data = data.encode("latin-1") if isinstance(data, str) else data
        if self.witness:
            self.witness.note_sent(data)
        try:
            self.sock.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            pass

    def shut(self):
        """No more requests: a FIN, while answers are still read."""
        self.sock.shutdown(socket.SHUT_WR)

    def fill(self):
        """Reads some more. False at the end of the stream."""
        if self.ended:
            return False
        try:
            data = self.sock.recv(262144)
        except socket.timeout:
            raise WireError(f"nothing came for {self.timeout} s, after "
                            f"{self.buffer[:200]!r}") from None
        except ConnectionResetError:
            raise WireError(f"reset after {self.buffer[:200]!r}") from None
        self.ended = not data
        self.buffer += data
        return not self.ended

    def take(self, size):
        chunks = []
        while size > 0:
            if not self.buffer and not self.fill():
                raise WireError(f"ended {size} bytes before the body's end")
            chunks.append(self.buffer[:size])
            self.buffer = self.buffer[size:]
            size -= len(chunks[-1])
        return b"".join(chunks)

    def take_until(self, mark, what, limit=65536):
        while mark not in self.buffer:
            if len(self.buffer) > limit:
                raise WireError(f"no end of {what}: {self.buffer[:200]!r}")
            if not self.fill():
                raise WireError(f"ended within {what}: {self.buffer[:200]!r}")
        found, self.buffer = self.buffer.split(mark, 1)
        return found

    def take_chunked(self):
        body = b""
        while True:
            line = self.take_until(b"\r\n", "a chunk's size")
            if not re.match(rb"[0-9A-Fa-f]+\Z", line):
                raise WireError(f"no chunk size: {line!r}")
            size = int(line, 16)
            if size == 0:
                break
            body += self.take(size)
            if self.take(2) != b"\r\n":
                raise WireError("a chunk without its CRLF")
        while self.take_until(b"\r\n", "the trailer"):
            pass
        return body

    def take_rest(self):
        while self.fill():
            pass
        rest, self.buffer = self.buffer, b""
        return rest

    def read_body(self, answer, method):
        coding = answer.get("Transfer-Encoding")
        length = answer.get("Content-Length")
        if coding is not None and length is not None:
            raise WireError(f"both lengths: {answer.fields}")
        if length is not None and not re.match(r"[0-9]+\Z", length):
            raise WireError(f"no Content-Length: {length!r}")
        if answer.status < 200 or answer.status == 204:
            if coding is not None or length is not None:
                raise WireError(f"{answer.status} with a body's length")
            return b""
        if method == "HEAD" or answer.status == 304:
            return b""
        if coding is not None:
            if coding.lower() != "chunked":
                raise WireError(f"an unknown coding: {coding!r}")
            return self.take_chunked()
        if length is not None:
            return self.take(int(length))
        if not answer.closes:
            raise WireError(f"a body without an end: {answer.fields}")
        return self.take_rest()

    def read(self, method="GET"):
        """One whole answer to a request of that method."""
        head = self.take_until(b"\r\n\r\n", "the head")
        answer = parse_head(head)
        answer.body = self.read_body(answer, method)
        if self.witness and answer.status >= 200:
            self.witness.judge(answer)
        return answer

    def ask(self, target="/", method="GET", **more):
        """Sends one request and reads its answer."""
        self.send(request(target, method, **more))
        return self.read(method)

    def read_end(self):
        """Nothing more comes and the server has closed, without a reset."""
        rest = self.take_rest()
        if rest:
            raise WireError(f"more than was asked for: {rest[:200]!r}")

    def expect_open(self, for_s=0.2):
        """Neither a byte nor the end comes within that time."""
        if self.buffer or self.ended:
            raise WireError(f"not silent and open: {self.buffer[:200]!r}")
        self.sock.settimeout(for_s)
        try:
            data = self.sock.recv(1)
        except socket.timeout:
            return
        finally:
            self.sock.settimeout(self.timeout)
        raise WireError(f"not silent and open: {data!r}")

    def trickle(self, data, pause_s=0.01):
        """Sends byte by byte, each in a segment of its own."""
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for at in range(len(data)):
            self.send(data[at:at + 1])
            time.sleep(pause_s)
