"""The words of prong -t: those of nginx, and of its own.

The table of bad files is that of the unit test of conf/reader. Here each row is
held against prong as it is run and, where it is there, against nginx 1.22.
"""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PRONG = os.environ.get("PRONG", str(ROOT / "src" / "prong"))
TABLE = ROOT / "tests" / "unit" / "conf" / "reader.c"
STRING = r'"((?:[^"\\]|\\.)*)"'
ROW = re.compile(r"^    \{(HTTP|SERVER)?\(?%s\)?, %s\},$" % (STRING, STRING))
WRAPS = {
    None: "%s",
    "HTTP": "events {}\nhttp {\n%s\n}\n",
    "SERVER": "events {}\nhttp {\nserver {\n%s\n}\n}\n",
}


def unescape(text):
    return re.sub(r"\\(.)", lambda m: {"n": "\n"}.get(m.group(1), m.group(1)),
                  text)


def rows(table):
    text = TABLE.read_text()
    begin = text.index(f"struct bad {table}[]")
    for line in text[begin:text.index("\n};", begin)].splitlines():
        found = ROW.match(line)
        if found:
            yield WRAPS[found[1]] % unescape(found[2]), unescape(found[3])


def said(command, folder, text):
    """What the program says of the file, as the table has it."""
    file = folder / "c"
    file.write_text(text)
    done = subprocess.run([*command, "-t", "-p", f"{folder}/", "-c", str(file)],
                          capture_output=True, text=True, check=False,
                          timeout=20)
    lines = re.findall(r"^(?:nginx|prong): (\[.*)$", done.stderr, re.M)
    return lines[0].replace(str(file), "/c") if lines else ""


def check(command, folder, table, least):
    (folder / "logs").mkdir(exist_ok=True)
    wrong = []
    count = 0
    for text, wanted in rows(table):
        got = said(command, folder, text)
        count += 1
        if got != wanted:
            wrong.append(f"{text!r}: {got!r} and not {wanted!r}")
    assert count >= least
    assert not wrong, "\n".join(wrong)


def test_prong_says_what_nginx_says(tmp_path):
    check([PRONG], tmp_path, "nginx_words", 90)


def test_prong_says_its_own(tmp_path):
    check([PRONG], tmp_path, "own_words", 25)


def is_nginx_1_22():
    nginx = shutil.which("nginx")
    if not nginx:
        return False
    done = subprocess.run([nginx, "-v"], capture_output=True, text=True,
                          check=False)
    return "nginx/1.22." in done.stderr


@pytest.mark.skipif(not is_nginx_1_22(), reason="no nginx 1.22")
def test_nginx_says_so(tmp_path):
    check(["nginx", "-e", str(tmp_path / "e")], tmp_path, "nginx_words", 90)
