"""Runs one file of tests and says the result of each case in TAP.

Files named test_* are pytest's; any other speaks TAP by itself.
"""

import os
import runpy
import sys
from pathlib import Path


class Tap:
    """A plugin of pytest: one line a case, its failure as comments."""

    def __init__(self, stream):
        self.stream = stream
        self.count = 0

    def say(self, word, name, note="", detail=""):
        self.count += 1
        # In TAP a "#" begins a directive.
        name = name.replace("#", "%23").replace("\n", " ")
        print(f"{word} {self.count} - {name}{note}", file=self.stream)
        for line in detail.splitlines():
            print(f"#   {line}", file=self.stream)
        self.stream.flush()

    def pytest_runtest_logreport(self, report):
        name = report.nodeid.split("::", 1)[-1]
        if report.skipped and report.when in ("setup", "call"):
            why = (report.longrepr[2] if isinstance(report.longrepr, tuple)
                   else str(report.longrepr))
            self.say("ok", name, f" # SKIP {why.splitlines()[0]}")
        elif report.failed:
            where = "" if report.when == "call" else f" ({report.when})"
            self.say("not ok", name + where, detail=report.longreprtext +
                     "".join(f"\n{head}\n{text}" for head, text
                             in report.sections))
        elif report.when == "call":
            self.say("ok", name)

    def pytest_collectreport(self, report):
        if report.failed:
            self.say("not ok", f"{report.nodeid} can be read",
                     detail=report.longreprtext)


def run_pytest(path):
    import pytest

    # What pytest and the tests print must not be taken for results.
    stream = os.fdopen(os.dup(1), "w", encoding="utf-8",
                       errors="backslashreplace")
    os.dup2(2, 1)
    tap = Tap(stream)
    pytest.main(["-q", "-p", "no:cacheprovider", "--tb=short", path],
                plugins=[tap])
    if tap.count == 0:
        tap.say("not ok", f"{path} holds tests")
    print(f"1..{tap.count}", file=stream)
    stream.flush()


def main():
    path = sys.argv[1]
    if Path(path).name.startswith("test_"):
        run_pytest(path)
    else:
        sys.argv = [path]
        runpy.run_path(path, run_name="__main__")


if __name__ == "__main__":
    main()
