"""Processes that are killed or stopped in the middle of their work: what the
statistics say stays true, and the others go on."""

import os
import random
import time
from signal import SIGCONT, SIGHUP, SIGKILL, SIGSTOP, SIGTERM

import pytest
from harness import Load, wait_until

KILLED = r"\[(warn|notice)\]"


@pytest.fixture
def site(serve):
    """A server with a small and a larger file."""
    def start(**arguments):
        prong = serve(**arguments)
        prong.write("www/small.txt", os.urandom(1024))
        prong.write("www/large.txt", os.urandom(200_000))
        return prong
    return start


PATHS = ["/small.txt", "/small.txt", "/small.txt", "/large.txt"]


def check_ledger(result, total):
    """Whole answers that were seen <= total <= those and the unanswered."""
    seen = result["whole"]
    assert seen <= total <= seen + result["unanswered"], (
        f"counted {total}, seen {seen}, unanswered {result['unanswered']}")


def requests_of(prong):
    return prong.stats()["total"]["requests"]


@pytest.mark.limit(180)
def test_200_workers_are_killed_under_load(site):
    prong = site(workers=4)
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    pick = random.Random(seed)
    before = requests_of(prong)
    last = before
    with Load(prong, PATHS, seconds=150, connections=32) as load:
        for _ in range(200):
            victim = pick.choice(wait_until(lambda: prong.workers, "a worker"))
            os.kill(victim, SIGKILL)
            asked = time.monotonic()
            now = requests_of(prong)
            assert time.monotonic() - asked < 1.0, "the stats took too long"
            assert now >= last, "a total went backwards"
            last = now
            wait_until(lambda v=victim: v not in prong.workers,
                       "the end of the killed one")
        wait_until(lambda: len(prong.workers) == 4, "four workers again")
        result = load.stop()
    assert result["wrong"] == result["hung"] == result["refused"] == 0, result
    assert result["whole"] > 1000
    stats = prong.stats()
    check_ledger(result, stats["total"]["requests"] - before)
    assert stats["total"]["active"] == sum(w["active"] for w in stats.workers)
    assert stats["prong"]["health"] == "ok", stats.text
    assert stats["master"]["workers"] == 4


def test_without_kills_the_ledger_is_equal(site):
    prong = site()
    with Load(prong, PATHS, requests=5000) as load:
        result = load.wait()
    assert result["lost"] == 0, result
    total = prong.wait_stats(
        lambda s: s["total"]["requests"] >= result["whole"])["total"]
    assert total["requests"] == result["whole"] == 5000


def test_a_stopped_worker_hinders_nobody(site):
    prong = site(workers=2)
    stopped, other = prong.workers
    os.kill(stopped, SIGSTOP)
    try:
        # What the stopped one had been woken for is accepted by the other.
        for _ in range(200):
            assert prong.get("/small.txt").status == 200
        begun = time.monotonic()
        stats = prong.stats()
        assert time.monotonic() - begun < 1.0
        assert stats.all("worker", pid=other)[0]["state"] == "serving"
        stalled = prong.wait_stats(lambda s: s.all("worker", pid=stopped)[0]
                                   ["heartbeat_ms"] > 2000, "a stall")
        assert stalled["prong"]["health"] == "stalled", stalled.text
    finally:
        os.kill(stopped, SIGCONT)
    prong.wait_stats(lambda s: s["prong"]["health"] == "ok", "good health")
    assert stopped in prong.workers


@pytest.mark.limit(180)
def test_500_reloads_under_load(site):
    prong = site(workers=2)
    before = prong.stats()
    with Load(prong, PATHS, seconds=150, connections=16) as load:
        for _ in range(500):
            prong.signal(SIGHUP)
            time.sleep(0.01)  # they may coalesce: that is part of the test
        generation = prong.reload()
        result = load.stop()
    assert result["lost"] == 0, result
    assert generation > before["prong"]["generation"] + 5
    stats = prong.wait_stats(lambda s: s["master"]["draining"] == 0,
                             "the end of the old ones", timeout=60)
    assert len(prong.workers) == 2
    assert stats["master"]["reloads_failed"] == 0
    assert stats["master"]["crashes"] == before["master"]["crashes"]
    check_ledger(result, stats["total"]["requests"] -
                 before["total"]["requests"])


def test_workers_outlive_no_killed_master(site):
    prong = site(alerts=True)
    workers = prong.workers
    with prong.connect() as client:
        assert client.ask("/small.txt").status == 200
        prong.signal(SIGKILL)
        prong.wait_end()
        wait_until(lambda: not any(os.path.exists(f"/proc/{pid}")
                                   for pid in workers),
                   "the end of the workers", timeout=30)


def test_a_new_master_takes_over_after_a_kill(site):
    """Its port may still be held by the workers of the dead one."""
    prong = site(alerts=True)
    with Load(prong, ["/small.txt"], requests=500, connections=4) as load:
        load.wait()
    before = requests_of(prong)
    assert before >= 500
    prong.signal(SIGKILL)
    prong.process.wait()
    prong.start()
    assert prong.get("/small.txt").status == 200
    assert requests_of(prong) >= before, "totals were lost"
    assert prong.stop(SIGTERM) == 0


@pytest.mark.limit(180)
def test_a_master_is_killed_ten_times_in_a_row(site):
    prong = site(alerts=True)
    last = 0
    for _ in range(10):
        assert prong.get("/small.txt").status == 200
        now = requests_of(prong)
        assert now > last
        last = now
        prong.signal(SIGKILL)
        prong.process.wait()
        prong.start()
    assert prong.get("/small.txt").status == 200
