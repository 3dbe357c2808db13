"""disable_symlinks: which links are followed, beside nginx."""

import os

import pytest

from harness import IS_ROOT, Prong
from harness.nginx import NGINX, Nginx

SERVER = """
    autoindex on;
    location /off/ { disable_symlinks off; }
    location /on/ { disable_symlinks on; }
    location /own/ { disable_symlinks if_not_owner; }
    location /from/ { disable_symlinks on from=$document_root/from/link; }
    location /try/ { disable_symlinks on; try_files $uri /off/b.txt; }
    location /gz/ { disable_symlinks on; gzip_static on; }
"""

FOLDERS = ["off", "on", "own", "from", "try", "gz"]
NAMES = ["b.txt", "link/a.txt", "link/", "link", "file.txt", "lost.txt",
         "loop.txt", "foreign.txt", "dir/", "dir", "dir/a.txt", "dir/in.txt",
         "none", "", "index/"]


@pytest.fixture(scope="module")
def prong():
    with Prong(server=SERVER) as prong:
        for name in FOLDERS:
            root = prong.prefix / "www" / name
            prong.write(f"www/{name}/b.txt", b"b", mtime=1)
            prong.write(f"www/{name}/b.txt.real", b"gz", mtime=1)
            prong.write(f"www/{name}/dir/a.txt", b"a", mtime=1)
            prong.write(f"www/{name}/index/real.html", b"i", mtime=1)
            (root / "dir/in.txt").symlink_to("a.txt")
            (root / "link").symlink_to("dir")
            (root / "file.txt").symlink_to("b.txt")
            (root / "lost.txt").symlink_to("nowhere")
            (root / "loop.txt").symlink_to("loop.txt")
            (root / "foreign.txt").symlink_to("b.txt")
            (root / "index/index.html").symlink_to("real.html")
            (root / "b.txt.gz").symlink_to("b.txt.real")
            if IS_ROOT:
                os.lchown(root / "foreign.txt", 65534, 65534)
        # What stands above the folders shall hold no link.
        assert os.path.realpath(prong.prefix) == str(prong.prefix)
        yield prong


@pytest.fixture(scope="module")
def nginx(prong):
    if not NGINX:
        pytest.skip("no nginx to compare with")
    nginx = Nginx(prong, server=SERVER)
    yield nginx
    nginx.close()


@pytest.mark.parametrize("folder", FOLDERS)
def test_as_nginx(prong, nginx, folder):
    for name in NAMES:
        headers = {"Accept-Encoding": "gzip"}
        ours = prong.get(f"/{folder}/{name}", headers=headers)
        theirs = nginx.ask(f"/{folder}/{name}", headers=headers)
        assert (ours.status, ours.get("Content-Encoding")) == (
            theirs.status, theirs.get("Content-Encoding")), name
        if theirs.status == 200 and not name.endswith("/") and name:
            assert ours.body == theirs.body, name


def test_says_why(prong):
    assert prong.get("/on/file.txt").status == 403
    prong.wait_log(r'\[error\] .*open\(\) ".*/on/file.txt" failed '
                   r'\(40: Too many levels of symbolic links\)')
