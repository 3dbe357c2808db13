"""make install and uninstall, into a folder of their own."""

import os
import subprocess
from pathlib import Path

import pytest

from harness.prong import program

BUILD = Path(program()).parents[1]


def make(target, folder):
    env = {k: v for k, v in os.environ.items()
           if k not in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL")}
    done = subprocess.run(["make", "-s", "-C", BUILD, target,
                           f"DESTDIR={folder}"], env=env, capture_output=True,
                          text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


def installed(folder):
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*")
                  if p.is_file())


@pytest.fixture
def folder(tmp_path):
    make("install", tmp_path)
    return tmp_path


def find(folder, name):
    found = list(folder.rglob(name))
    assert len(found) == 1, f"{name}: {found} in {installed(folder)}"
    return found[0]


def test_installs_what_serves(folder):
    program_path = next(folder.rglob("sbin/prong"))
    assert os.access(program_path, os.X_OK)
    assert find(folder, "prong.conf").read_text()
    assert find(folder, "prong.conf.default").read_text()
    assert find(folder, "mime.types").read_text()
    assert find(folder, "mime.types.default").read_text()
    assert find(folder, "index.html").read_text()


def test_never_overwrites_what_was_edited(folder):
    conf = find(folder, "prong.conf")
    types = find(folder, "mime.types")
    shipped = conf.read_text()
    conf.write_text("# mine\n")
    types.write_text("# mine too\n")
    find(folder, "prong.conf.default").write_text("# old\n")
    make("install", folder)
    assert conf.read_text() == "# mine\n"
    assert types.read_text() == "# mine too\n"
    assert find(folder, "prong.conf.default").read_text() == shipped


def test_uninstall_leaves_what_was_edited(folder):
    conf = find(folder, "prong.conf")
    conf.write_text("# mine\n")
    make("uninstall", folder)
    assert installed(folder) == [str(conf.relative_to(folder))]


def test_uninstall_leaves_nothing(folder):
    make("uninstall", folder)
    assert not installed(folder)
