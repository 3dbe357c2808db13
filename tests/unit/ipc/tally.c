/* tally.c - the cases of ipc/tally */
#include "ipc/tally.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

enum { ROOM = 8 };

struct fixture {
    struct zone *zones[2];
    struct tally_ledger ledger;
    struct tally tally;
};

static struct tally_zone zone_number(struct fixture *f, uint16_t i)
{
    return (struct tally_zone){i, f->zones[i]};
}

static int make(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));

    assert_non_null(f);
    for (int i = 0; i < 2; i++)
        assert_int_equal(zone_open(&f->zones[i], ZONE_TALLY, 65536), 0);
    assert_int_equal(tally_ledger_open(&f->ledger, ROOM), 0);
    f->ledger.worker = 9;
    assert_int_equal(tally_open(&f->tally, &f->ledger), 0);
    *state = f;
    return 0;
}

static int drop(void **state)
{
    struct fixture *f = *state;

    tally_close(&f->tally);
    tally_ledger_close(&f->ledger);
    zone_close(f->zones[0]);
    zone_close(f->zones[1]);
    free(f);
    return 0;
}

static unsigned count_of(struct fixture *f, unsigned zone, uint64_t key)
{
    return zone_count(atomic_load(&zone_find(f->zones[zone], key)->word));
}

static void counts_up_to_the_limit(void **state)
{
    struct fixture *f = *state;
    struct tally_hold a = {0};
    struct tally_hold b = {0};

    assert_int_equal(tally_take(&f->tally, zone_number(f, 0), 5, 2, &a),
                     TALLY_TAKEN);
    assert_int_equal(tally_take(&f->tally, zone_number(f, 1), 5, 1, &a),
                     TALLY_TAKEN);
    assert_int_equal(tally_take(&f->tally, zone_number(f, 0), 5, 2, &b),
                     TALLY_TAKEN);
    assert_int_equal(tally_take(&f->tally, zone_number(f, 0), 5, 2, &b),
                     TALLY_LIMITED);
    assert_int_equal(tally_take(&f->tally, zone_number(f, 1), 5, 1, &b),
                     TALLY_LIMITED);
    assert_int_equal(count_of(f, 0, 5), 2);
    assert_int_equal(count_of(f, 1, 5), 1);
    tally_give_back(&f->tally, f->zones, &a);
    assert_int_equal(count_of(f, 0, 5), 1);
    assert_int_equal(count_of(f, 1, 5), 0);
    tally_give_back(&f->tally, f->zones, &a); /* holds nothing */
    tally_give_back(&f->tally, f->zones, &b);
    assert_int_equal(count_of(f, 0, 5), 0);
    assert_int_equal(tally_reap(&f->ledger, f->zones, 2), 0);
}

static void lines_are_used_again(void **state)
{
    struct fixture *f = *state;

    for (int round = 0; round < 3; round++) {
        struct tally_hold hold = {0};

        for (unsigned i = 0; i < ROOM; i++)
            assert_int_equal(
                tally_take(&f->tally, zone_number(f, 0), i + 1, 1, &hold),
                TALLY_TAKEN);
        assert_int_equal(tally_take(&f->tally, zone_number(f, 0), 99, 1, &hold),
                         TALLY_FULL);
        tally_give_back(&f->tally, f->zones, &hold);
    }
}

static void what_a_dead_one_held_comes_back(void **state)
{
    struct fixture *f = *state;
    struct tally_hold hold = {0};

    tally_take(&f->tally, zone_number(f, 0), 5, 9, &hold);
    tally_take(&f->tally, zone_number(f, 0), 5, 9, &hold);
    tally_take(&f->tally, zone_number(f, 1), 6, 9, &hold);
    assert_int_equal(tally_reap(&f->ledger, f->zones, 2), 3);
    assert_int_equal(count_of(f, 0, 5), 0);
    assert_int_equal(count_of(f, 1, 6), 0);
    assert_int_equal(tally_reap(&f->ledger, f->zones, 2), 0);
}

/* A line that makes no sense is dropped, not followed. */
static void nonsense_is_not_believed(void **state)
{
    struct fixture *f = *state;

    f->ledger.lines[0] = UINT64_MAX;
    f->ledger.lines[1] = UINT64_C(1) << 62 | UINT64_C(7) << 48;
    f->ledger.lines[2] = UINT64_C(1) << 62 | 0xffffffff;
    assert_int_equal(tally_reap(&f->ledger, f->zones, 2), 0);
    for (int i = 0; i < 3; i++)
        assert_int_equal(f->ledger.lines[i], 0);
}

/* ---- workers that are killed anywhere ---- */

enum { WORKERS = 4, LIVES = 300 };

struct family {
    struct zone *zone;
    struct tally_ledger ledgers[WORKERS];
    pid_t pids[WORKERS];
};

static void live(const struct tally_ledger *ledger, struct zone *zone)
{
    struct tally t;
    unsigned n = ledger->worker;

    if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || tally_open(&t, ledger) < 0)
        _exit(2);
    for (;;) {
        struct tally_hold hold = {0};
        struct tally_zone z = {0, zone};

        for (unsigned i = 0; i < 3; i++)
            if (tally_take(&t, z, 1 + n++ % 3, 1000, &hold) != TALLY_TAKEN)
                _exit(3);
        tally_give_back(&t, &zone, &hold);
    }
}

static void start(struct family *f, unsigned i)
{
    f->pids[i] = fork();
    assert_true(f->pids[i] >= 0);
    if (f->pids[i] == 0)
        live(&f->ledgers[i], f->zone);
}

static void end(struct family *f, unsigned i)
{
    int status;

    assert_int_equal(kill(f->pids[i], SIGKILL), 0);
    assert_int_equal(waitpid(f->pids[i], &status, 0), f->pids[i]);
    assert_true(WIFSIGNALED(status));
    tally_reap(&f->ledgers[i], &f->zone, 1);
}

static void no_kill_leaves_a_count(void **state)
{
    struct family f;

    (void)state;
    assert_int_equal(zone_open(&f.zone, ZONE_TALLY, 65536), 0);
    for (unsigned i = 0; i < WORKERS; i++) {
        assert_int_equal(tally_ledger_open(&f.ledgers[i], ROOM), 0);
        f.ledgers[i].worker = i;
        start(&f, i);
    }
    srandom(4);
    for (unsigned life = 0; life < LIVES; life++) {
        struct timespec pause = {.tv_nsec = random() % 2000000};

        nanosleep(&pause, NULL);
        end(&f, life % WORKERS);
        start(&f, life % WORKERS);
    }
    for (unsigned i = 0; i < WORKERS; i++)
        end(&f, i);
    for (uint64_t key = 1; key <= 3; key++) {
        uint64_t word = atomic_load(&zone_find(f.zone, key)->word);

        assert_int_not_equal(word, 0); /* they did count here */
        assert_int_equal(zone_count(word), 0);
    }
    for (unsigned i = 0; i < WORKERS; i++)
        tally_ledger_close(&f.ledgers[i]);
    zone_close(f.zone);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, make, drop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(counts_up_to_the_limit),
        CASE(lines_are_used_again),
        CASE(what_a_dead_one_held_comes_back),
        CASE(nonsense_is_not_believed),
        cmocka_unit_test(no_kill_leaves_a_count),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
