"""A real configuration on prong and on nginx, each with a prefix of its own.

A fixture is a folder: etc/ holds the configuration as it would stand in /etc,
`site` says which files there are to serve, `requests` what is asked.

Nothing of the text is changed but what cannot be had on a machine that is used
otherwise too, and that the same way for both: absolute paths get the prefix in
front, the ports 80 and 8080 become free ones, the user "nginx" of the
container image becomes one that exists.
"""

import gzip
import hashlib
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import tempfile
from pathlib import Path
from urllib.parse import unquote

from .prong import IS_ROOT, Prong, die_with_parent, wait_until
from .wire import Client

NGINX = shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin")
MTIME = 1600000000  # whole seconds, so that both make the same ETag
PATHS = re.compile(r"(?<![\w/.$}*:])/(etc|var|usr|srv|run)/")
PORTS = re.compile(r"(\blisten\s+(?:\S*:)?)(80|8080)\b")
TEMP = "".join(f" {name}_temp_path {{prefix}}/var/{name};" for name in
               ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"])


def quiet_port():
    """A free port that the kernel gives to no client meanwhile: a connection
    from it would be in the way of "listen 80", which is every address."""
    while True:
        port = random.randrange(12000, 32000)
        with socket.socket() as s:
            try:
                s.bind(("0.0.0.0", port))
                return port
            except OSError:
                continue


def quiet_ports():
    return {80: quiet_port(), 8080: quiet_port()}


def fitted(text, prefix, ports):
    """The text of a configuration for this prefix and these ports."""
    text = PATHS.sub(lambda m: f"{prefix}{m[0]}", text)
    text = PORTS.sub(lambda m: m[1] + str(ports[int(m[2])]), text)
    text = re.sub(r"^user\s+nginx;", "user www-data;", text, flags=re.M)
    if not IS_ROOT:  # Debian's folders for bodies are root's
        text = re.sub(r"^http\s*\{", lambda m: m[0] + TEMP.format(
            prefix=prefix), text, flags=re.M)
    return text


def content_of(path, size):
    """Text of that many bytes, of its own for each path, that gzip likes."""
    seed = hashlib.md5(path.encode()).hexdigest()
    line = f"{path} {seed}\n".encode()
    return (line * (size // len(line) + 1))[:size]


def fill(folder, table):
    """Makes what a `site` table says:
    PATH SIZE [MODE]    a file          PATH/ [MODE]    a folder
    PATH gzip           PATH without its last suffix, compressed
    PATH = TEXT         a file of one line
    PATH -> TARGET      a link
    """
    closed = []
    for line in table.splitlines():
        words = [unquote(word) for word in line.split()]
        if not words or words[0].startswith("#"):
            continue
        path = Path(str(folder) + words[0])
        (path if words[0].endswith("/") else path.parent).mkdir(
            parents=True, exist_ok=True)
        if words[0].endswith("/"):
            closed += [(path, int(w, 8)) for w in words[1:]]
        elif words[1] == "->":
            path.symlink_to(words[2])
        elif words[1] == "gzip":
            path.write_bytes(gzip.compress(path.with_suffix("").read_bytes(),
                                           mtime=0))
        elif words[1] == "=":
            path.write_text(line.partition(" = ")[2] + "\n", encoding="utf-8")
        else:
            path.write_bytes(content_of(words[0], int(words[1])))
            closed += [(path, int(w, 8)) for w in words[2:]]
    for where, folders, files in os.walk(folder):
        for name in folders + files:
            os.utime(os.path.join(where, name), (MTIME, MTIME),
                     follow_symlinks=False)
    for path, mode in closed:
        path.chmod(mode)


def install(fixture, prefix, ports):
    """The fixture's files below the prefix; the main file's path."""
    for source in sorted((fixture / "etc").rglob("*")):
        target = prefix / source.relative_to(fixture)
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_symlink():
            target.symlink_to(os.readlink(source))
        elif source.is_file():
            target.write_text(fitted(source.read_text(encoding="utf-8"),
                                     prefix, ports), encoding="utf-8")
    for folder in ["run", "var/log/nginx", "usr/share/nginx"]:
        (prefix / folder).mkdir(parents=True, exist_ok=True)
    # Where Debian has them; load_module names them relative to the prefix.
    (prefix / "usr/share/nginx/modules").symlink_to("/usr/lib/nginx/modules")
    types = fixture.parent / "mime.types"
    if not (prefix / "etc/nginx/mime.types").exists():
        shutil.copy(types, prefix / "etc/nginx/mime.types")
    fill(prefix, (fixture / "site").read_text(encoding="utf-8"))
    return prefix / "etc/nginx/nginx.conf"


class Ours(Prong):
    """prong on a fixture."""

    def __init__(self, fixture, start=True):
        self.ports = quiet_ports()
        super().__init__(start=False)
        try:
            self.conf = install(fixture, self.prefix, self.ports)
            if start:
                self.start()
        except BaseException:
            self.close()
            raise

    def command(self, *more):
        command = super().command(*more)
        command[command.index("-p") + 1] = str(
            self.prefix / "usr/share/nginx")
        return command

    def pid_file(self):
        try:
            return int(self.read("run/nginx.pid"))
        except (FileNotFoundError, ValueError):
            return None

    def connect(self, port=80):
        return Client(("127.0.0.1", self.ports[port]))


class Theirs:
    """nginx on a fixture."""

    def __init__(self, fixture):
        self.ports = quiet_ports()
        self.prefix = Path(tempfile.mkdtemp(prefix="prong-nginx-"))
        self.prefix.chmod(0o755)
        self.process = None
        try:
            self.start(install(fixture, self.prefix, self.ports))
        except BaseException:
            self.close()
            raise

    def start(self, conf):
        with open(self.prefix / "stderr", "wb") as err:
            self.process = subprocess.Popen(
                [NGINX, "-p", str(self.prefix / "usr/share/nginx"),
                 "-c", str(conf), "-g", "daemon off;"],
                stdin=subprocess.DEVNULL, stdout=err, stderr=err,
                preexec_fn=die_with_parent)
        wait_until(self.serves, "nginx")

    @property
    def stderr(self):
        return (self.prefix / "stderr").read_text(encoding="utf-8")

    def serves(self):
        assert self.process.poll() is None, self.stderr
        try:
            self.connect().close()
            return True
        except ConnectionRefusedError:
            return False

    def connect(self, port=80):
        return Client(("127.0.0.1", self.ports[port]))

    def close(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(20)
        for folder, _, _ in os.walk(self.prefix):
            os.chmod(folder, 0o700)
        shutil.rmtree(self.prefix, ignore_errors=True)


class Asked:
    """One line of a `requests` table: METHOD[/1.0][!] [:PORT]TARGET, then
    header lines with " | " between them. "Host: -" leaves Host out. A "!" asks
    for no variants; after "*N" it is asked so many times."""

    def __init__(self, line):
        self.line = " ".join(line.split())
        method, target, fields = (line.split(None, 2) + ["", ""])[:3]
        method, _, times = method.partition("*")
        self.times = int(times or 1)
        self.plain = method.endswith("!") or self.times > 1
        method, _, version = method.rstrip("!").partition("/")
        self.method, self.version = method, version or "1.1"
        port = re.match(r":(\d+)", target)
        self.port = int(port[1]) if port else 80
        self.target = target[port.end():] if port else target
        self.host = "localhost"
        self.fields = []
        for field in filter(None, fields.split(" | ")):
            name, _, value = field.strip().partition(":")
            if name == "Host":
                self.host = None if value.strip() == "-" else value.strip()
            else:
                self.fields.append((name, value.strip()))


def read_requests(fixture):
    text = (fixture / "requests").read_text(encoding="utf-8")
    return [Asked(line) for line in text.splitlines()
            if line.strip() and not line.startswith("#")]
