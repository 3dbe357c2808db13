"""doc/lint.md is true: what it calls bad is warned of, what good is not."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from harness.prong import program

TOP = Path(__file__).resolve().parents[2]
TEXT = (TOP / "doc/lint.md").read_text(encoding="utf-8")
SECTIONS = re.findall(r"^## (P\d\d): (.*?)\n(.*?)(?=^## |\Z)", TEXT,
                      re.M | re.S)
EXAMPLES = [(code, kind, body) for code, _, section in SECTIONS
            for kind, body in re.findall(
                r"```nginx\n# (bad|good)\n(.*?)```", section, re.S)]
WARNING = re.compile(r"^prong: \[(\w+)\] (P\d\d): .* in (\S+):(\d+); ", re.M)


def test(folder, text, *more):
    """What -t says of a configuration."""
    conf = folder / "prong.conf"
    conf.write_text("events {}\n" + text, encoding="utf-8")
    (folder / "logs").mkdir(exist_ok=True)
    return subprocess.run(
        [program(), "-p", str(folder), "-c", str(conf), "-t", *more],
        capture_output=True, text=True, check=False, timeout=15,
        stdin=subprocess.DEVNULL)


test.__test__ = False


def codes(said):
    return {code for _, code, _, _ in WARNING.findall(said.stderr)}


@pytest.mark.parametrize("code,kind,text", EXAMPLES)
def test_examples(tmp_path, code, kind, text):
    said = test(tmp_path, text)
    assert said.returncode == 0, said.stderr
    assert (code in codes(said)) == (kind == "bad"), said.stderr


def test_every_code_is_shown():
    """The table of the source and the page know the same codes."""
    source = (TOP / "src/conf/lint_rows.c").read_text(encoding="utf-8")
    known = re.findall(r'\.code = "(P\d\d)"', source)
    assert known == [code for code, _, _ in SECTIONS]
    for code in known:
        kinds = [k for c, k, _ in EXAMPLES if c == code]
        assert kinds == ["bad", "good"], code


BAD = "http {\nserver {\nroot /nowhere;\n}\n}\n"


def test_strict(tmp_path):
    said = test(tmp_path, BAD)
    assert said.returncode == 0
    assert ("warn", "P03", str(tmp_path / "prong.conf"), "3") in \
        WARNING.findall(said.stderr)
    strict = test(tmp_path, BAD, "--strict")
    assert strict.returncode == 1
    assert "[emerg] P03: " in strict.stderr
    assert strict.stderr.endswith("test failed\n")
    allowed = test(tmp_path, BAD.replace("server {",
                                         "server { # prong: allow P03"),
                   "--strict")
    assert allowed.returncode == 0, allowed.stderr


def test_quiet(tmp_path):
    """-q leaves the warnings and takes the praise."""
    said = test(tmp_path, BAD, "-q")
    assert said.stderr
    assert all("[warn]" in line for line in said.stderr.splitlines())


def test_the_shipped_configuration_is_clean(tmp_path):
    for name in ["prong.conf", "mime.types"]:
        shutil.copy(TOP / "conf" / name, tmp_path)
    (tmp_path / "logs").mkdir()
    (tmp_path / "www").mkdir()
    said = subprocess.run(
        [program(), "-p", str(tmp_path), "-c", str(tmp_path / "prong.conf"),
         "-t", "--strict"], capture_output=True, text=True, check=False,
        timeout=15, stdin=subprocess.DEVNULL)
    assert said.returncode == 0, said.stderr
    assert not codes(said)
