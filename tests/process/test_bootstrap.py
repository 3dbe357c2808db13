"""./bootstrap run: the tool one types to share a folder."""

import os
import pty
import re
import select
import shutil
import subprocess
import time
from pathlib import Path
from signal import SIGTERM

import pytest

from harness import IS_ROOT, Client, free_port, wait_until
from harness.prong import Slot, is_alive, program

TOP = Path(__file__).resolve().parents[2]
BUILD = Path(program()).parents[1]

pytestmark = pytest.mark.skipif(not os.access(TOP, os.W_OK),
                                reason="the source tree is read-only")


class Run:
    """The command on a terminal of its own."""

    def __init__(self, *args):
        self.slot = Slot()
        self.port = free_port()
        self.said = ""
        self.began = time.monotonic()
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.environ["PRONG_BUILD"] = str(BUILD)
            os.execv(TOP / "bootstrap", ["bootstrap", "run", *args, "--port",
                                         str(self.port), "--no-install"])

    def listen(self):
        """Takes what the terminal shows."""
        while self.terminal is not None and select.select(
                [self.terminal], [], [], 0)[0]:
            try:
                data = os.read(self.terminal, 65536)
            except OSError:
                return
            if not data:
                return
            self.said += data.decode(errors="replace").replace("\r\n", "\n")

    def wait_for(self, pattern):
        def found():
            self.listen()
            return re.search(pattern, self.said)
        try:
            return wait_until(found, pattern, timeout=30)
        except AssertionError as err:
            raise AssertionError(f"{err}\n{self.said}") from None

    def get(self, target):
        with Client(("127.0.0.1", self.port)) as client:
            return client.ask(target, headers={"Connection": "close"})

    def type(self, keys):
        os.write(self.terminal, keys)

    def hang_up(self):
        os.close(self.terminal)
        self.terminal = None

    def wait_end(self):
        """The exit status."""
        status = 0

        def ended():
            nonlocal status
            self.listen()
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            return pid
        wait_until(ended, "the end of ./bootstrap run")
        self.pid = 0
        return os.waitstatus_to_exitcode(status)

    def close(self):
        if self.pid:
            os.kill(self.pid, SIGTERM)  # so that it takes its memory along
            self.wait_end()
        if self.terminal is not None:
            os.close(self.terminal)
        for path in TOP.glob(f"run/*-{self.port}*"):
            path.unlink()
        self.slot.close()


@pytest.fixture
def run():
    runs = []

    def start(*args):
        runs.append(Run(*args))
        return runs[-1]

    yield start
    for one in runs:
        one.close()


@pytest.fixture
def folder(tmp_path_factory):
    path = Path(tmp_path_factory.mktemp("share with $spaces"))
    for parent in [path, *path.parents][:3]:
        if parent.stat().st_uid == os.geteuid() and parent != Path("/tmp"):
            parent.chmod(0o755)
    (path / "notes.txt").write_text("hello")
    (path / ".secret").write_text("no")
    (path / ".well-known").mkdir()
    (path / ".well-known/a.txt").write_text("known")
    return path


def test_shares_a_folder(run, folder):
    server = run(str(folder))
    server.wait_for("Ctrl-C")
    assert time.monotonic() - server.began < 5
    assert f"http://127.0.0.1:{server.port}/\n" in server.said
    assert str(folder) in server.said
    listing = server.get("/")
    assert listing.status == 200
    assert "notes.txt" in listing.text and ".secret" not in listing.text
    assert server.get("/notes.txt").body == b"hello"
    assert server.get("/.secret").status == 404
    assert server.get("/.well-known/a.txt").body == b"known"
    stats = re.search(r"cat (\S+\.stats)", server.said).group(1)
    shown = subprocess.run(["timeout", "5", "cat", stats], cwd=TOP,
                           capture_output=True, text=True, check=True)
    assert "requests=4" in shown.stdout
    server.type(b"\x03")
    assert server.wait_end() == 0
    assert "[alert]" not in server.said


def test_serves_the_welcome_page(run):
    server = run()
    server.wait_for("Ctrl-C")
    assert "prong" in server.get("/").text
    server.type(b"\x03")
    assert server.wait_end() == 0


def test_ends_with_its_terminal(run, folder):
    server = run(str(folder))
    server.wait_for("Ctrl-C")
    pid = server.pid
    server.hang_up()
    assert server.wait_end() == 0
    assert not is_alive(pid)


def test_names_the_addresses_of_the_network(run, folder):
    server = run(str(folder), "--host", "0.0.0.0")
    server.wait_for("Ctrl-C")
    addresses = subprocess.run(["hostname", "-I"], capture_output=True,
                               text=True, check=True).stdout.split()
    for address in addresses:
        if ":" not in address:
            assert f"http://{address}:{server.port}/" in server.said
            with Client((address, server.port)) as client:
                assert client.ask("/notes.txt").body == b"hello"
    assert "http://[" not in server.said  # it does not listen there


def test_every_url_that_it_names_answers(run, folder):
    server = run(str(folder), "--host", "::")
    server.wait_for("Ctrl-C")
    urls = re.findall(r"http://\[?([^\s/]*?)\]?:(\d+)/", server.said)
    assert "127.0.0.1" in [host for host, _ in urls]
    for host, port in urls:
        with Client((host, int(port))) as client:
            assert client.ask("/notes.txt").body == b"hello"


def test_says_that_the_port_is_taken(run, folder):
    first = run(str(folder))
    first.wait_for("Ctrl-C")
    second = subprocess.run(
        [TOP / "bootstrap", "run", "--port", str(first.port), "--no-install"],
        env=dict(os.environ, PRONG_BUILD=str(BUILD)), capture_output=True,
        text=True, check=False, timeout=20)
    assert second.returncode != 0
    assert "prong serves" not in second.stdout


@pytest.mark.skipif(not IS_ROOT or not shutil.which("setpriv"),
                    reason="only root gives its workers another user")
def test_says_that_the_workers_cannot_go_there(run, folder):
    inner = folder / "inner"
    inner.mkdir()
    folder.chmod(0o700)
    server = run(str(inner))
    server.wait_for(r'share with \$spaces\S*" is not searchable')
    server.wait_for("Ctrl-C")
    assert f'chmod o+x "{folder}"' in server.said
    assert server.get("/").status == 403
