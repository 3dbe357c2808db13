"""A server of a test's own: its prefix, its ports, its end.

    with Prong(server="location / { autoindex on; }") as prong:
        prong.write("www/a.txt", b"hello")
        assert prong.get("/a.txt").body == b"hello"

Waits are for conditions. At its end everything that it started is gone, and a
message of level alert or a sanitizer's report that no test asked for fails it.
"""

import ctypes
import fcntl
import os
import re
import select
import shutil
import socket
import stat
import subprocess
import tempfile
import time
from pathlib import Path
from signal import SIGHUP, SIGKILL, SIGTERM

from . import witness
from .stats import Snapshot
from .wire import Client

IS_ROOT = os.geteuid() == 0
SLOTS = 4  # of POSIX message queues a user has few
TIMEOUT = 15.0
# (That LeakSanitizer cannot look into a process which gave up its rights, and
# says so, is no report.)
SANITIZER = re.compile(r"ERROR: (Address|Leak)Sanitizer|runtime error:")
# A worker that dies by a signal shall die by it, with a sanitizer too: it is
# the master's alert that fails the test.
SIGNALS_ARE_OURS = ":".join(f"handle_{name}=0" for name in
                            ["segv", "sigbus", "sigfpe", "sigill", "abort"])

CONF = """\
{main}
worker_processes {workers};
pid run/prong.pid;
error_log logs/error.log {level};
events {{
    worker_connections 512;
}}
http {{
    types {{
        text/html html;
        text/plain txt;
        text/css css;
        application/json json;
        image/png png;
    }}
    default_type application/octet-stream;
    access_log logs/access.log;
    {http}
    server {{
        listen 127.0.0.1:{port};
        root www;
        {server}
    }}
}}
"""


def wait_until(condition, what="the condition", timeout=TIMEOUT):
    """The first true value of condition(); AssertionError when none comes."""
    deadline = time.monotonic() + timeout
    pause = 0.002
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"{what} did not come true in {timeout} s")
        time.sleep(pause)
        pause = min(pause * 1.5, 0.05)


_libc = ctypes.CDLL(None)
_handed_out = set()


def die_with_parent():
    """In a child before exec: SIGKILL when the tests are killed."""
    _libc.prctl(1, SIGKILL, 0, 0, 0)


def free_port():
    """A port that nobody listens on, never the same twice in a process."""
    while True:
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            port = s.getsockname()[1]
        if port not in _handed_out:
            _handed_out.add(port)
            return port


def program():
    """The program under test: $PRONG, else what was built in place."""
    top = Path(__file__).resolve().parents[2]
    for path in [os.environ.get("PRONG"), top / "src/prong",
                 top / "build/src/prong"]:
        if path and os.access(path, os.X_OK):
            return str(path)
    raise AssertionError("no src/prong: make first, or set PRONG")


class Slot:
    """One of SLOTS places, over all processes of this user. Who has one already
    goes on without when none comes free: two that wait for each other's would
    wait for ever."""

    held = 0  # by this process

    def __init__(self):
        folder = Path(tempfile.gettempdir(), f"prong-tests-{os.geteuid()}")
        folder.mkdir(mode=0o700, exist_ok=True)
        self.paths = [folder / f"slot-{n}" for n in range(SLOTS)]
        try:
            self.file = wait_until(self.try_all, "a place for one more server",
                                   timeout=10 if Slot.held else 300)
        except AssertionError:
            if not Slot.held:
                raise
            self.file = None
        Slot.held += 1

    def try_all(self):
        for path in self.paths:
            file = open(path, "w", encoding="ascii")
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return file
            except OSError:
                file.close()
        return None

    def close(self):
        Slot.held -= 1
        if self.file:
            self.file.close()


def is_alive(pid):
    """Does the process run? One that only waits to be reaped does not."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="latin-1")
    except (FileNotFoundError, ProcessLookupError):
        return False
    return text.rpartition(")")[2].split()[0] not in "ZX"


def group_of(pgid):
    """The processes of a process group."""
    found = []
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                text = Path(f"/proc/{entry}/stat").read_text(
                    encoding="latin-1")
            except (FileNotFoundError, ProcessLookupError):
                continue
            fields = text.rpartition(")")[2].split()
            if int(fields[2]) == pgid and fields[0] not in "ZX":
                found.append(int(entry))
    return found


class Prong:
    """A master with its children, from start() to stop()."""

    def __init__(self, conf=None, main="", http="", server="", workers=2,
                 level="info", args=("-g", "daemon off;"), start=True,
                 alerts=False, env=None, arm=None):
        """`conf` replaces the whole file; in it, and in the parts, {port} is
        the free port and {prefix} the prefix.
        `alerts`: True, or a pattern of the alerts that are expected. `arm`
        runs in the child between fork and exec."""
        self.slot = Slot()
        self.prefix = Path(tempfile.mkdtemp(prefix="prong-"))
        self.prefix.chmod(0o755)
        self.port = free_port()
        self.alerts = alerts
        self.args = list(args)
        self.env = {**os.environ, "ASAN_OPTIONS": SIGNALS_ARE_OURS,
                    **(env or {})}
        self.arm = arm
        self.process = None
        self.master = None  # of a daemon: its pid
        self.masters = []
        self.objects = set()
        self.served = ""  # the configuration of the last start
        self.left_behind = []
        for folder in ["conf", "logs", "run", "www"]:
            (self.prefix / folder).mkdir()
        self.parts = {"main": main, "http": http, "server": server,
                      "workers": workers, "level": level}
        self.write_conf(conf)
        if start:
            try:
                self.start()
            except BaseException:
                self.close()
                raise

    # --- files ------------------------------------------------------------

    def write_conf(self, conf=None, **parts):
        """Writes the configuration anew, with these parts replaced."""
        self.parts.update(parts)
        if conf is None:
            conf = CONF.format(port=self.port, **self.parts)
        conf = conf.replace("{port}", str(self.port))
        conf = conf.replace("{prefix}", str(self.prefix))
        self.conf = self.write("conf/prong.conf", conf)

    def write(self, path, content, mode=None, mtime=None):
        """A file under the prefix; its path."""
        path = self.prefix / path
        path.parent.mkdir(parents=True, exist_ok=True)
        data = content.encode() if isinstance(content, str) else content
        path.write_bytes(data)
        if mode is not None:
            path.chmod(mode)
        if mtime is not None:
            os.utime(path, (mtime, mtime) if isinstance(mtime, int) else None)
        return path

    def read(self, path):
        return (self.prefix / path).read_text(encoding="utf-8",
                                              errors="backslashreplace")

    @property
    def stderr(self):
        return self.read("stderr")

    @property
    def error_log(self):
        path = self.prefix / "logs/error.log"
        return self.read(path) if path.exists() else ""

    @property
    def access_log(self):
        path = self.prefix / "logs/access.log"
        return self.read(path) if path.exists() else ""

    def wait_log(self, pattern, count=1, log="error_log", timeout=TIMEOUT):
        """Waits until the pattern stands in the log so many times."""
        def found():
            hits = list(re.finditer(pattern, getattr(self, log), re.M))
            return hits[count - 1] if len(hits) >= count else None
        try:
            return wait_until(found, f"{pattern!r} in {log}", timeout)
        except AssertionError as err:
            raise AssertionError(f"{err}\n{self.evidence()}") from None

    # --- life -------------------------------------------------------------

    def command(self, *more):
        return [program(), "-p", str(self.prefix), "-c", str(self.conf), *more]

    def run(self, *more, timeout=TIMEOUT, **kwargs):
        """Runs a command of prong's (-t, -s reload) to its end."""
        return subprocess.run(self.command(*more), capture_output=True,
                              text=True, timeout=timeout, check=False,
                              env=self.env, stdin=subprocess.DEVNULL, **kwargs)

    def arm_child(self):
        die_with_parent()
        if self.arm:
            self.arm()

    def launch(self):
        """Starts the program and does not wait for anything."""
        with open(self.prefix / "stderr", "ab") as err:
            self.process = subprocess.Popen(
                self.command(*self.args), stdin=subprocess.DEVNULL, stdout=err,
                stderr=err, env=self.env, start_new_session=True,
                preexec_fn=self.arm_child)
        self.masters.append(self.process.pid)

    def start(self):
        """Starts in the foreground and waits until it serves."""
        self.launch()
        self.wait_ready()

    def wait_ready(self, timeout=TIMEOUT):
        def ready():
            if self.process.poll() is not None:
                raise AssertionError(f"ended with {self.process.returncode}"
                                     f" before it served\n{self.evidence()}")
            return self.pid_file() == self.process.pid
        try:
            wait_until(ready, "the pid file", timeout)
        except AssertionError as err:
            raise AssertionError(f"{err}\n{self.evidence()}") from None
        self.note_objects()
        self.served = self.conf.read_text(encoding="utf-8")
        witness.SERVERS.add(self)

    def start_daemon(self, timeout=TIMEOUT):
        """Starts with `daemon on`: the command's result; a master on 0."""
        self.process = None
        with open(self.prefix / "stderr", "ab") as err:
            done = subprocess.run(
                self.command("-g", "daemon on;"), stdin=subprocess.DEVNULL,
                stdout=err, stderr=err, env=self.env, timeout=timeout,
                check=False)
        if done.returncode == 0:
            self.master = self.pid_file()
            assert self.master, f"no pid file\n{self.evidence()}"
            self.masters.append(self.master)
            self.note_objects()
        return done

    def note_objects(self):
        """Remembers the shared memory of this master, to see it go."""
        maps = Path(f"/proc/{self.pid}/maps").read_text(encoding="latin-1")
        self.objects.update(re.findall(r"/dev/shm/prong\.\S+", maps))

    def pid_file(self):
        try:
            return int(self.read("run/prong.pid"))
        except (FileNotFoundError, ValueError):
            return None

    @property
    def pid(self):
        """The master's."""
        return self.process.pid if self.process else self.master

    def is_running(self):
        if self.process:
            return self.process.poll() is None
        return self.master is not None and is_alive(self.master)

    def signal(self, number, pid=None):
        os.kill(pid or self.pid, number)

    def wait_end(self, timeout=TIMEOUT):
        """The exit status of the master (0 of a daemon: nobody knows)."""
        if not self.process:
            wait_until(lambda: not is_alive(self.master), "the daemon's end",
                       timeout)
            return 0
        try:
            return self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"the master does not end\n{self.evidence()}"
                                 ) from None

    def stop(self, number=SIGTERM):
        """Stops it, waits, and returns the exit status."""
        if self.is_running():
            self.signal(number)
        return self.wait_end()

    def reload(self):
        """HUP, and waits for the verdict: the new generation's number."""
        before = self.stats()["prong"]["generation"]
        self.signal(SIGHUP)
        return wait_until(
            lambda: (lambda n: n if n > before else None)(
                self.stats()["prong"]["generation"]), "a new generation")

    def evidence(self):
        parts = []
        for name in ["stderr", "logs/error.log"]:
            path = self.prefix / name
            if path.exists():
                parts.append(f"--- {name}\n{self.read(path)[-4000:]}")
        return "\n".join(parts)

    def children(self, role=None):
        """{pid: title} of the master's living children."""
        found = {}
        try:
            path = f"/proc/{self.pid}/task/{self.pid}/children"
            pids = Path(path).read_text(encoding="ascii").split()
        except FileNotFoundError:
            return found
        for pid in pids:
            try:
                title = Path(f"/proc/{pid}/cmdline").read_bytes()
            except (FileNotFoundError, ProcessLookupError):
                continue
            title = title.replace(b"\0", b" ").decode().strip()
            if is_alive(pid) and (role is None or role in title):
                found[int(pid)] = title
        return found

    @property
    def workers(self):
        """The pids of the workers that are there, sorted."""
        return sorted(self.children("worker process"))

    # --- requests ---------------------------------------------------------

    def connect(self, timeout=10.0, port=None):
        return Client(("127.0.0.1", port or self.port), timeout)

    def ask(self, target="/", method="GET", **more):
        """One request on a connection of its own."""
        with self.connect() as client:
            return client.ask(target, method, **more)

    def get(self, target="/", **more):
        return self.ask(target, "GET", **more)

    # --- FIFOs ------------------------------------------------------------

    def control(self, line, end="\n"):
        """Writes a line into the control FIFO; never blocks."""
        data = line if isinstance(line, bytes) else (line + end).encode()
        fd = os.open(self.prefix / "run/prong.ctl",
                     os.O_WRONLY | os.O_NONBLOCK)
        try:
            os.write(fd, data)
        finally:
            os.close(fd)

    def stats_text(self, timeout=5.0):
        """What one reader of the stats FIFO gets, to its end."""
        path = self.prefix / "run/prong.stats"
        wait_until(lambda: path.exists() and
                   stat.S_ISFIFO(path.stat().st_mode), "the stats FIFO")
        # Non-blocking: a dead master leaves a FIFO that nobody writes.
        fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        text = b""
        deadline = time.monotonic() + timeout
        try:
            while time.monotonic() < deadline:
                if not select.select([fd], [], [], 0.05)[0]:
                    continue
                try:
                    data = os.read(fd, 1 << 20)
                except BlockingIOError:
                    continue
                if not data:
                    return text.decode("ascii")
                text += data
        finally:
            os.close(fd)
        raise AssertionError(f"no whole snapshot in {timeout} s: "
                             f"{text[-200:]!r}\n{self.evidence()}")

    def stats(self):
        """One snapshot. Of two readers that tie one gets nothing: again."""
        return Snapshot(wait_until(self.stats_text, "a snapshot"))

    def wait_stats(self, condition, what="the stats", timeout=TIMEOUT):
        """The first snapshot of which condition(snapshot) is true."""
        def met():
            snapshot = self.stats()
            return snapshot if condition(snapshot) else None
        return wait_until(met, what, timeout)

    # --- the end ----------------------------------------------------------

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        try:
            if kind is None and self.is_running():
                assert self.stop() == 0, f"no clean end\n{self.evidence()}"
                self.left_behind = [p for p in self.objects
                                    if os.path.exists(p)]
        finally:
            self.close()
        if kind is None:
            self.judge()

    def stray_masters(self):
        """Masters of this prefix that nobody waited for: daemons whose
        starter failed behind them."""
        mark = f"-p {self.prefix}".encode()
        found = []
        for entry in filter(str.isdigit, os.listdir("/proc")):
            try:
                title = Path(f"/proc/{entry}/cmdline").read_bytes()
            except (FileNotFoundError, ProcessLookupError):
                continue
            if title.startswith(b"prong: master") and mark in title:
                found.append(int(entry))
        return found

    def kill_all(self):
        """Ends what is left of the sessions that were started here."""
        self.masters += [pid for pid in self.stray_masters()
                         if pid not in self.masters]
        for master in self.masters:
            for pid in group_of(master):
                try:
                    os.kill(pid, SIGKILL)
                except ProcessLookupError:
                    pass
        if self.process:
            self.process.wait()
        wait_until(lambda: not any(group_of(m) for m in self.masters),
                   "the end of every process")

    def close(self):
        if self.slot is None:
            return
        try:
            self.last_words = (self.stderr if (self.prefix / "stderr").exists()
                               else "", self.error_log)
            self.kill_all()
        finally:
            for path in self.objects:
                Path(path).unlink(missing_ok=True)
            for folder, _, _ in os.walk(self.prefix):
                os.chmod(folder, 0o700)
            shutil.rmtree(self.prefix, ignore_errors=True)
            self.slot.close()
            self.slot = None

    def judge(self):
        """What no test asked for."""
        assert not self.left_behind, f"left behind: {self.left_behind}"
        for text in self.last_words:
            assert not SANITIZER.search(text), f"a sanitizer's report:\n{text}"
            for line in text.splitlines():
                if "[alert]" not in line or self.alerts is True:
                    continue
                assert self.alerts and re.search(self.alerts, line), (
                    f"an alert: {line}")
