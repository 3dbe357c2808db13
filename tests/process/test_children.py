"""What a child is given, what it gives up, and what follows when it dies."""

import os
import re
import stat
import time
from signal import SIGABRT, SIGKILL, SIGSEGV, SIGSTOP

import pytest

from harness import IS_ROOT, Load, wait_until
from harness.prong import is_alive


@pytest.fixture
def prong(serve):
    server = serve(alerts=r"exited on signal|kernel")
    server.write("www/a.txt", "here")
    return server


def status_of(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        return dict(line.rstrip("\n").split(":\t", 1) for line in file
                    if ":\t" in line)


def descriptors(pid):
    """{number: what it leads to} above the standard streams."""
    found = {}
    for fd in os.listdir(f"/proc/{pid}/fd"):
        if int(fd) > 2:
            found[int(fd)] = os.readlink(f"/proc/{pid}/fd/{fd}")
    return found


def kind(target):
    return re.sub(r":?\[.*", "", target)


# --- what it has -----------------------------------------------------------

def test_titles(prong):
    with open(f"/proc/{prong.pid}/cmdline", "rb") as file:
        title = file.read().rstrip(b"\0").decode()
    assert title.startswith("prong: master process ")
    assert f"-c {prong.conf}" in title
    assert sorted(prong.children().values()) == [
        "prong: logger process", "prong: worker process",
        "prong: worker process"]


@pytest.mark.skipif(not IS_ROOT, reason="only root has rights to give up")
@pytest.mark.parametrize("user, uid, gid", [
    ("user daemon;", 1, 1), ("user daemon bin;", 1, 2)])
def test_privileges(serve, user, uid, gid):
    prong = serve(main=user)
    for pid in prong.children():
        status = status_of(pid)
        assert status["Uid"].split() == [str(uid)] * 4
        assert status["Gid"].split() == [str(gid)] * 4
        assert "0" not in status["Groups"].split()
        assert status["NoNewPrivs"] == "1"
        assert int(status["CapEff"], 16) == 0
        assert int(status["CapPrm"], 16) == 0
    assert status_of(prong.pid)["NoNewPrivs"] == "0"


def test_descriptors(prong):
    """Low numbers without a gap; nothing of the master's or a sibling's."""
    prong.run("-s", "reload")
    wait_until(lambda: len(prong.children()) == 3, "the old ones' end")
    names = " ".join(descriptors(prong.pid).values())
    assert "prong.lock" in names and "prong.ctl" in names
    for pid in prong.children("worker process"):
        held = descriptors(pid)
        assert not any(str(prong.prefix) in target
                       for target in held.values()), held
        kinds = sorted(map(kind, held.values()))
        # epoll, signalfd, and the bell of the jobs off the loop
        assert kinds.count("anon_inode") <= 3, held
        assert kinds.count("pipe") == 2, held  # lifeline, producers
        assert kinds.count("socket") == 2, held  # listener, channel
        assert max(held) <= len(held) + 2 + 1, held
    for pid in prong.children("logger"):
        held = descriptors(pid)
        files = sorted(os.path.basename(t) for t in held.values()
                       if "/logs/" in t)
        assert files == ["access.log", "error.log"]
        kinds = sorted(map(kind, held.values()))
        assert kinds.count("socket") == 1, held  # channel: no listener
        assert not any("/run/" in t for t in held.values()), held


def test_limits(serve):
    prong = serve(main="worker_rlimit_nofile 777;\nworker_rlimit_core 0;")
    for pid in prong.workers:
        with open(f"/proc/{pid}/limits", encoding="ascii") as file:
            text = file.read()
        assert re.search(r"Max open files +777 +777 ", text)
        assert re.search(r"Max core file size +0 +0 ", text)


def test_log_files_keep_what_they_are(serve):
    prong = serve(start=False)
    path = prong.write("logs/access.log", "before\n", mode=0o604)
    if IS_ROOT:
        os.chown(path, 7, 7)
    prong.start()
    prong.write("www/a.txt", "here")
    prong.get("/a.txt")
    prong.wait_log("GET /a.txt", log="access_log")
    st = os.stat(path)
    assert stat.S_IMODE(st.st_mode) == 0o604
    if IS_ROOT:
        assert (st.st_uid, st.st_gid) == (7, 7)
    assert prong.access_log.startswith("before\n")


def environment(pid):
    """What the libc of a process has for its environment is not to be seen
    from outside; what a worker can be asked for is its folder, its processors
    and its priority."""
    cwd = os.readlink(f"/proc/{pid}/cwd")
    return cwd, os.sched_getaffinity(pid), os.getpriority(os.PRIO_PROCESS, pid)


def test_surroundings(serve, tmp_path):
    tmp_path.chmod(0o755)
    for folder in list(tmp_path.parents)[:2]:
        folder.chmod(0o755)
    cpus = sorted(os.sched_getaffinity(0))
    prong = serve(main=f"worker_cpu_affinity auto; worker_priority 3;"
                  f"working_directory {tmp_path}; env A=b; env HOME;")
    found = [environment(pid) for pid in prong.workers]
    assert [cwd for cwd, _, _ in found] == [str(tmp_path)] * 2
    assert [nice for _, _, nice in found] == [
        os.getpriority(os.PRIO_PROCESS, 0) + 3] * 2
    assert all(len(bound) == 1 for _, bound, _ in found)
    if len(cpus) > 1:
        assert len({min(bound) for _, bound, _ in found}) == 2
    assert os.getpriority(os.PRIO_PROCESS, prong.pid) == os.getpriority(
        os.PRIO_PROCESS, 0)


def test_a_folder_that_is_not_there_is_a_reason(serve):
    prong = serve(main="working_directory /nowhere/at/all;", start=False)
    prong.launch()
    assert prong.wait_end() == 1
    assert "working_directory" in prong.stderr


# --- what follows its death ------------------------------------------------

@pytest.mark.parametrize("number, level, word", [
    (SIGSEGV, "alert", 1), (SIGABRT, "alert", 1), (SIGKILL, "warn", 0)])
def test_a_dead_worker_is_replaced_at_once(prong, number, level, word):
    for n in range(10):
        prong.get(f"/a.txt?{n}")
    requests = prong.stats()["total"]["requests"]
    victim = prong.workers[0]
    begun = time.monotonic()
    prong.signal(number, victim)
    wait_until(lambda: victim not in prong.workers and len(prong.workers) == 2,
               "another one")
    assert time.monotonic() - begun < 1
    prong.wait_log(rf"\[{level}\] .*worker process {victim} exited on signal "
                   rf"{number}\b")
    snapshot = prong.stats()
    assert snapshot["master"]["crashes"] == word
    assert snapshot["master"]["respawns"] == 1
    assert snapshot["total"]["requests"] >= requests
    assert prong.get("/a.txt").body == b"here"


def test_one_that_fails_again_and_again_has_to_wait(prong):
    """Without an answered request: 100 ms, 200, 400; the others serve."""
    survivor = prong.workers[1]
    known = set(prong.workers)
    victim = prong.workers[0]
    gaps = []
    for _ in range(4):
        died = time.monotonic()
        prong.signal(SIGSEGV, victim)
        victim = wait_until(
            lambda: next((p for p in prong.workers if p not in known), None),
            "the next one")
        gaps.append(time.monotonic() - died)
        known.add(victim)
    # The first life may have been long enough to be none.
    assert gaps[-1] > 0.2 and gaps[-1] > gaps[0] + 0.15, gaps
    prong.signal(SIGSEGV, victim)
    snapshot = prong.wait_stats(
        lambda s: s.all("worker", state="waiting"), "one that waits")
    assert snapshot["prong"]["health"] == "degraded"
    assert survivor in prong.workers
    assert prong.get("/a.txt").body == b"here"
    prong.control("ping")
    prong.wait_log('command "ping" by fifo: ok')
    wait_until(lambda: len(prong.workers) == 2, "it in the end")
    prong.wait_stats(lambda s: not s.all("worker", state="waiting"))


def test_a_dead_logger_is_replaced_and_no_line_is_lost(prong):
    for n in range(300):
        prong.get(f"/a.txt?{n}")
        if n % 60 == 30:
            victim = wait_until(lambda: list(prong.children("logger")),
                                "a logger")[0]
            prong.signal(SIGKILL, victim)
            wait_until(lambda: not is_alive(victim), "its end")
    prong.wait_log(r"\?299 ", log="access_log")
    wait_until(lambda: all(f"?{n} " in prong.access_log for n in range(300)),
               "every line")


def test_a_logger_that_is_stopped_holds_nobody_up(prong):
    logger = next(iter(prong.children("logger")))
    prong.signal(SIGSTOP, logger)
    for n in range(50):
        prong.get(f"/a.txt?{n}")
    prong.stats()
    prong.signal(SIGKILL, logger)
    prong.wait_log(r"\?49 ", log="access_log")


def test_a_stopped_worker_is_told_apart(prong):
    victim = prong.workers[0]
    prong.signal(SIGSTOP, victim)
    try:
        prong.wait_stats(lambda s: s["prong"]["health"] == "stalled",
                         "the health")
        prong.control("ping")
        prong.wait_log('command "ping" by fifo: ok')
    finally:
        os.kill(victim, SIGKILL)
    prong.wait_stats(lambda s: s["prong"]["health"] == "ok", "its successor")


def test_every_worker_killed_under_load(prong):
    """Only what they held is lost, and the totals never go back."""
    last = 0
    with Load(prong, ["/a.txt"], connections=16, seconds=30) as load:
        for n in range(20):
            victim = wait_until(lambda: prong.workers[n % 2:],
                                "a worker")[0]
            prong.signal(SIGKILL, victim)
            wait_until(lambda: victim not in prong.workers and
                       len(prong.workers) == 2, "another one")
            now = prong.stats()["total"]["requests"]
            assert now >= last
            last = now
        load.stop()
    assert prong.get("/a.txt").body == b"here"
    assert prong.stats()["master"]["crashes"] == 0


def test_a_stop_with_a_dead_logger_writes_all(prong):
    for n in range(20):
        prong.get(f"/a.txt?{n}")
    prong.signal(SIGKILL, next(iter(prong.children("logger"))))
    assert prong.stop() == 0
    for n in range(20):
        assert f"?{n} " in prong.access_log
    assert re.search(r"\[notice\] \d+#\d+: exit$", prong.error_log, re.M)
