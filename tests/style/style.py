#!/usr/bin/env python3
"""Holds what the style asks for and a script can see.

Each check reads a tree and yields findings, "file:line: what". Every check is
first shown a bad sample, for a check that finds nothing proves nothing. The
result is TAP. Run by hand: python3 tests/style/style.py [TREE]
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import samples  # noqa: E402

LAYERS = ["base", "http", "conf", "os", "ipc", "event", "net", "content"]
ROLES = ["master", "worker", "logger", "reporter"]
MASTER_AVOIDS = ["http", "content"]
ONE_INCLUDER = {"llhttp.h": "src/http/parser", "pcre2.h": "src/base/regex"}
FUNCTION_LINES_MAX = 60
FILE_LINES_MAX = 500
UNFINISHED = re.compile(r"\b(%s)\b" % "|".join(["TO" + "DO", "FIX" + "ME",
                                                 "X" + "XX", "HA" + "CK"]))
TEXT_SUFFIXES = [".c", ".h", ".py", ".sh", ".am", ".ac", ".m4", ".md", ".conf",
                 ".html", ".types", ".8", ".5", ".1", ".pml"]


def files(tree, folders, suffixes):
    for folder in folders:
        for path in sorted(Path(tree, folder).rglob("*")):
            if path.suffix in suffixes and path.is_file():
                yield path.relative_to(tree)


def lines(tree, path):
    text = Path(tree, path).read_text(encoding="utf-8", errors="replace")
    return list(enumerate(text.splitlines(), 1))


def includes(tree, path):
    for number, line in lines(tree, path):
        found = re.match(r'\s*#\s*include\s*([<"])([^">]+)[">]', line)
        if found:
            yield number, found.group(1), found.group(2)


def rank(folder):
    return len(LAYERS) if folder in ROLES else LAYERS.index(folder)


def is_known(folder):
    return folder in LAYERS or folder in ROLES


def judge_include(own, name):
    """Why a file of the folder `own` (None: a main) may not include `name`."""
    folder = name.split("/")[0]
    if name == "config.h":
        return None
    if name.count("/") != 1 or not is_known(folder):
        return f'"{name}" is not named by its folder under src'
    if own is None or folder == own:
        return None
    if own in ROLES and folder in ROLES:
        return f'the role {own} includes the role {folder}: "{name}"'
    if own == "master" and folder in MASTER_AVOIDS:
        return f'the master knows nothing of {folder}: "{name}"'
    if rank(folder) >= rank(own):
        return f'{own} includes {folder}, which is not left of it: "{name}"'
    return None


def check_includes(tree):
    for path in files(tree, ["src"], [".c", ".h"]):
        own = path.parts[1] if len(path.parts) == 3 else None
        if own is not None and not is_known(own):
            yield f"{path}:1: the folder {own} is no layer"
            continue
        for number, mark, name in includes(tree, path):
            why = judge_include(own, name) if mark == '"' else None
            if why:
                yield f"{path}:{number}: {why}"


def check_one_includer(tree):
    for path in files(tree, ["src", "tests"], [".c", ".h"]):
        for number, _, name in includes(tree, path):
            owner = ONE_INCLUDER.get(os.path.basename(name))
            if owner and str(path.with_suffix("")) != owner:
                yield f"{path}:{number}: only {owner} includes {name}"


def bodies(tree, path):
    """The functions of a formatted file: the first line and all of the body."""
    body = None
    for number, line in lines(tree, path):
        if line == "{":
            body = []
        if body is not None:
            body.append((number, line))
        if line == "}" and body is not None:
            yield body
            body = None


def check_functions(tree):
    for path in files(tree, ["src"], [".c", ".h"]):
        for body in bodies(tree, path):
            if len(body) > FUNCTION_LINES_MAX:
                yield (f"{path}:{body[0][0]}: a function of {len(body)} lines,"
                       f" more than {FUNCTION_LINES_MAX}")


def check_conditionals(tree):
    for path in files(tree, ["src"], [".c", ".h"]):
        for body in bodies(tree, path):
            for number, line in body:
                if re.match(r"\s*#\s*(if|ifdef|ifndef|else|elif|endif)\b",
                            line):
                    yield f"{path}:{number}: {line.strip()} inside a function"


def check_sizes(tree):
    for path in files(tree, ["src"], [".c"]):
        count = len(lines(tree, path))
        if count > FILE_LINES_MAX:
            yield (f"{path}:{FILE_LINES_MAX + 1}: a file of {count} lines,"
                   f" more than {FILE_LINES_MAX}")


def check_unfinished(tree):
    loose = ["bootstrap", "Makefile.am", "configure.ac", ".ci/run"]
    found = [Path(p) for p in loose if Path(tree, p).exists()]
    found += [p.relative_to(tree) for p in sorted(Path(tree).glob("*.md"))]
    found += files(tree, ["src", "tests", "m4", "conf", "doc", "www"],
                   TEXT_SUFFIXES)
    for path in found:
        if path.parts[:2] == ("tests", "style"):
            continue  # its samples are bad on purpose
        for number, line in lines(tree, path):
            word = UNFINISHED.search(line)
            # Prose may speak of them.
            if word and (path.suffix != ".md" or word.group(0) + ":" in line):
                yield f"{path}:{number}: {word.group(0)}"


def clang_format():
    for name in [os.environ.get("CLANG_FORMAT"), "clang-format-14",
                 "clang-format"]:
        if name and shutil.which(name):
            version = subprocess.run([name, "--version"], capture_output=True,
                                     text=True, check=False).stdout
            if "version 14." in version:
                return name
    return None


def check_formatting(tree):
    sources = [str(p) for p in files(tree, ["src", "tests"], [".c", ".h"])]
    if not sources:
        return
    ran = subprocess.run([clang_format(), "--dry-run", *sources], cwd=tree,
                         capture_output=True, text=True, check=False)
    seen = set()
    for line in ran.stderr.splitlines():
        found = re.match(r"([^:]+):(\d+):\d+: (warning|error)", line)
        if found and found.group(1) not in seen:
            seen.add(found.group(1))
            yield f"{found.group(1)}:{found.group(2)}: not as clang-format"
    if ran.returncode != 0 and not seen:
        yield f".clang-format:1: {ran.stderr.strip()}"


def compile_flags():
    flags = ["-std=gnu17", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-Werror",
             "-Wno-pragma-once-outside-header", "-fsyntax-only", "-x", "c"]
    return flags + os.environ.get("HEADER_CPPFLAGS", "").split()


def check_headers_alone(tree):
    compiler = os.environ.get("CC", "cc").split()
    for path in files(tree, ["src"], [".h"]):
        ran = subprocess.run([*compiler, *compile_flags(), "-I", f"{tree}/src",
                              f"{tree}/{path}"], capture_output=True, text=True,
                             check=False)
        for line in ran.stderr.splitlines():
            found = re.match(r"(.+?):(\d+):\d+: (?:fatal )?error: (.*)", line)
            if found:
                name = os.path.relpath(found.group(1), tree)
                yield f"{name}:{found.group(2)}: {path} alone: {found.group(3)}"
                break
        else:
            if ran.returncode != 0:
                yield f"{path}:1: does not compile alone: {ran.stderr.strip()}"


def check_listed(tree):
    """A file that no list names is in nobody's tarball; a merge may leave one
    that stands twice."""
    words = set()
    seen = set()
    for number, line in lines(tree, "Makefile.am"):
        words.update(line.split())
        if "+=" in line and line in seen:
            yield f"Makefile.am:{number}: stands twice: {line}"
        seen.add(line)
    found = [*files(tree, ["src"], [".c", ".h"]),
             *files(tree, ["tests"], [".c", ".h", ".py", ".sh", ".pml"]),
             *files(tree, ["conf", "doc", "m4", "www"], TEXT_SUFFIXES)]
    for path in found:
        names = [str(path), str(path.with_suffix("")),
                 *(str(p) for p in path.parents)]
        if path.suffix != ".m4" and not words.intersection(names):
            yield f"{path}:1: is not listed in Makefile.am"


CHECKS = {
    "includes point left only": check_includes,
    "one includer for a library": check_one_includer,
    "every header compiles alone": check_headers_alone,
    "no function over 60 lines": check_functions,
    "no file over 500 lines": check_sizes,
    "no conditional inside a function": check_conditionals,
    "nothing is left unfinished": check_unfinished,
    "every file is listed": check_listed,
    "formatted by clang-format": check_formatting,
}


class Tap:
    def __init__(self):
        self.count = 0
        self.failed = 0

    def say(self, good, name, notes=()):
        self.count += 1
        self.failed += not good
        print(f"{'ok' if good else 'not ok'} {self.count} - {name}")
        for note in notes:
            print(f"# {note}")

    def skip(self, name, why):
        self.count += 1
        print(f"ok {self.count} - {name} # SKIP {why}")


def write_sample(tree, sample):
    for path, text in sample.items():
        Path(tree, path).parent.mkdir(parents=True, exist_ok=True)
        Path(tree, path).write_text(text, encoding="utf-8")
    style = Path(__file__).resolve().parents[2] / ".clang-format"
    if style.exists():
        shutil.copy(style, tree)


def prove(tap, name, check, root):
    """Shows the check its bad samples, and the good one that it must spare."""
    for sample, expected in samples.BAD[name]:
        with tempfile.TemporaryDirectory() as tree:
            write_sample(tree, sample)
            found = [re.match(r"[^:]+:\d+", f).group(0) for f in check(tree)]
        tap.say(found == expected, f"{name}: a bad sample is found",
                [f"expected {expected}, found {found}"]
                if found != expected else [])
    with tempfile.TemporaryDirectory() as tree:
        write_sample(tree, samples.GOOD)
        found = list(check(tree))
    tap.say(not found, f"{name}: the good sample is spared", found)


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else str(
        Path(__file__).resolve().parents[2])
    tap = Tap()
    for name, check in CHECKS.items():
        if check is check_formatting and not clang_format():
            tap.skip(name, "clang-format 14 is missing")
            continue
        prove(tap, name, check, root)
        found = list(check(root))
        tap.say(not found, name, found)
    print(f"1..{tap.count}")
    return 1 if tap.failed else 0


if __name__ == "__main__":
    sys.exit(main())
