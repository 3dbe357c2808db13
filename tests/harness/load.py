"""The load client (tests/bench/load.c) beside a server, and its verdict.

    with Load(prong, ["/a.html"], seconds=5) as load:
        ...
    assert load.result["lost"] == 0

It compares every byte of every answer; see the head of load.c for the words.
"""

import json
import os
import subprocess
from pathlib import Path
from signal import SIGTERM

# Half of the connections are kept for long, a quarter
# for a while, a quarter for one request.
MIXED = (1000, 1000, 10, 1)


def program():
    """The load client: $PRONG_LOAD, else what was built in place."""
    top = Path(__file__).resolve().parents[2]
    for path in [os.environ.get("PRONG_LOAD"), top / "tests/bench/load",
                 top / "build/tests/bench/load"]:
        if path and os.access(path, os.X_OK):
            return str(path)
    raise AssertionError("no tests/bench/load: make first, or set PRONG_LOAD")


class Load:
    """Runs until `seconds` or `requests` are over, or until stop()."""

    def __init__(self, prong, paths, connections=64, seconds=60, requests=None,
                 keep=MIXED, pipeline=1, hangs_after=10, rate=None, port=None):
        command = [program(), "-c", str(connections), "-t", str(seconds),
                   "-k", ",".join(map(str, keep)), "-p", str(pipeline),
                   "-w", str(hangs_after)]
        if requests is not None:
            command += ["-n", str(requests)]
        if rate is not None:
            command += ["-r", str(rate)]
        command += ["127.0.0.1", str(port or prong.port),
                    str(prong.prefix / "www"), *paths]
        self.result = None
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True)

    def is_running(self):
        return self.process.poll() is None

    def wait(self, timeout=120):
        """Its result, once it has ended by itself."""
        out, self.errors = self.process.communicate(timeout=timeout)
        assert self.process.returncode == 0, self.errors
        self.result = json.loads(out)
        self.result["errors"] = self.errors
        return self.result

    def stop(self):
        """Asks for no more, waits for what is owed, and returns the result."""
        if self.result is None:
            if self.is_running():
                self.process.send_signal(SIGTERM)
            self.wait()
        return self.result

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if kind is None:
            self.stop()
        elif self.is_running():
            self.process.kill()
            self.process.communicate()
