"""Workers that are killed while they count: no count is left behind."""

import os
import random
import time
from signal import SIGHUP, SIGKILL

import pytest
from harness import Load, wait_until

HTTP = "limit_conn_zone $server_name zone=conns:1m;"
SERVER = """
    server_name one.test;
    location /many { limit_conn conns 60000; }
    location /one { limit_conn conns 1; }
"""
PATHS = ["/many.txt"]


@pytest.mark.limit(180)
def test_30_workers_are_killed_while_they_count(serve):
    prong = serve(http=HTTP, server=SERVER, workers=3, alerts=False)
    prong.write("www/many.txt", b"x" * 100)
    prong.write("www/one.txt", b"one")
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    pick = random.Random(seed)
    with Load(prong, PATHS, seconds=120, connections=24) as load:
        for number in range(30):
            time.sleep(pick.random() * 0.05)
            victim = pick.choice(wait_until(lambda: prong.workers, "a worker"))
            os.kill(victim, SIGKILL)
            wait_until(lambda v=victim: v not in prong.workers,
                       "the end of the killed one")
            if number == 15:
                prong.signal(SIGHUP)
        wait_until(lambda: len(prong.workers) >= 3, "the workers again")
        result = load.stop()
    assert result["whole"] > 100
    # Whoever is alone is let in: nobody else is counted.
    wait_until(lambda: prong.get("/one.txt").status == 200,
               "the end of all counts")
