/* snapshot.c - the cases of ipc/snapshot, over a real scoreboard */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "ipc/scoreboard.h"
#include "ipc/snapshot.h"

static char name[SCOREBOARD_NAME];
static const struct snapshot_clock now = {9000, {1700000000, 0}};

static int make(void **state)
{
    struct scoreboard *board = NULL;
    enum scoreboard_origin origin;

    snprintf(name, sizeof(name), "/prong-test.%d", getpid());
    if (scoreboard_create(&board, name, (gid_t)-1, &origin) < 0)
        return -1;
    *state = board;
    return 0;
}

static int drop(void **state)
{
    scoreboard_close(*state);
    shm_unlink(name);
    return 0;
}

static struct slot *claim(struct scoreboard *board, enum slot_state in)
{
    struct slot *slot = NULL;

    assert_int_equal(scoreboard_claim(board, ROLE_WORKER, 4, 1000, &slot), 0);
    slot_state_set(slot, in);
    return slot;
}

static void an_empty_scoreboard_is_a_snapshot_too(void **state)
{
    struct snapshot s = {0};

    assert_int_equal(scoreboard_snapshot(*state, getpid(), &now, &s), 0);
    assert_int_equal(s.slot_count, 0);
    assert_false(s.has_section);
    assert_int_equal(s.section.generation, 0);
    snapshot_close(&s);
    assert_null(s.slots);
}

static void figures_merge_by_their_kind(void **state)
{
    static const enum slot_state states[] = {SLOT_SERVING, SLOT_DRAINING,
                                             SLOT_WAITING, SLOT_WAITING};
    struct snapshot s = {0};

    for (unsigned i = 0; i < 4; i++) {
        struct slot *slot = claim(*state, states[i]);

        slot_add(slot, COUNTER_requests, 10);
        slot_set(slot, COUNTER_idle, 2);
        slot_set(slot, COUNTER_reading, 1);
        slot_set(slot, COUNTER_active, 77); /* ahead of its parts */
        slot_max(slot, COUNTER_active_max, i + 5);
        slot_latency(slot, 10, 100);
    }
    scoreboard_release(*state, scoreboard_slot(*state, 2));
    claim(*state, SLOT_WAITING);
    assert_int_equal(scoreboard_snapshot(*state, getpid(), &now, &s), 0);
    assert_int_equal(s.slot_count, 4);
    assert_int_equal(s.total[COUNTER_requests], 40);
    assert_int_equal(s.total[COUNTER_idle], 4); /* of the living two */
    assert_int_equal(s.total[COUNTER_active], 6);
    assert_int_equal(s.total[COUNTER_active_max], 8);
    assert_int_equal(histogram_count(&s.total_head), 4);
    assert_int_equal(s.total_whole.max_us, 100);
    assert_int_equal(s.slots[2].counters[COUNTER_requests], 10);
    assert_int_equal(s.slots[2].own[COUNTER_requests], 0); /* a new owner */
    assert_int_equal(histogram_count(&s.slots[2].own_head), 0);
    snapshot_close(&s);
}

static void totals_outlive_their_owners(void **state)
{
    struct snapshot s = {0};
    uint64_t before = 0;

    for (unsigned round = 1; round <= 50; round++) {
        struct slot *slot = claim(*state, SLOT_SERVING);

        slot_add(slot, COUNTER_requests, round);
        scoreboard_snapshot(*state, getpid(), &now, &s);
        assert_int_equal(s.total[COUNTER_requests], before + round);
        before += round;
        scoreboard_release(*state, slot);
        scoreboard_snapshot(*state, getpid(), &now, &s);
        assert_int_equal(s.total[COUNTER_requests], before);
        assert_int_equal(s.slot_count, 1);
    }
    snapshot_close(&s);
}

/* A worker is stopped while it holds its guard and the structure: everything
 * but the record behind the guard is there. */
static void it_answers_whoever_is_stuck(void **state)
{
    struct slot *slot = claim(*state, SLOT_SERVING);
    struct snapshot s = {0};
    siginfo_t info;
    pid_t pid = fork();

    if (pid == 0) {
        slot_begin(slot, getpid());
        inflight_phase(slot, PHASE_SENDING, 8990);
        slot_add(slot, COUNTER_requests, 3);
        guard_try(&slot->inflight.guard, getpid());
        scoreboard_hold(*state, getpid(), 0);
        raise(SIGSTOP);
        _exit(0);
    }
    waitid(P_PID, (id_t)pid, &info, WSTOPPED);
    assert_int_equal(scoreboard_snapshot(*state, getpid(), &now, &s), 0);
    assert_int_equal(s.total[COUNTER_requests], 3);
    assert_int_equal(s.slots[0].pid, pid);
    assert_int_equal(s.slots[0].inflight.phase, PHASE_SENDING);
    assert_false(s.slots[0].inflight.known);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    assert_int_equal(scoreboard_repair(*state, pid), 2);
    snapshot_close(&s);
}

static void outsiders_look_without_a_guard(void **state)
{
    struct scoreboard *outside = NULL;
    struct slot *slot = claim(*state, SLOT_SERVING);
    struct snapshot s = {0};

    slot_add(slot, COUNTER_connections, 6);
    section_text(scoreboard_own_section(*state)->version, 32, STR("0.1.0"));
    scoreboard_publish(*state);
    assert_int_equal(scoreboard_open_readonly(&outside, name), 0);
    assert_int_equal(scoreboard_snapshot(outside, 0, &now, &s), 0);
    assert_int_equal(s.total[COUNTER_connections], 6);
    assert_true(s.has_section);
    assert_string_equal(s.section.version, "0.1.0");
    assert_false(s.slots[0].inflight.looked);
    snapshot_close(&s);
    scoreboard_close(outside);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, make, drop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(an_empty_scoreboard_is_a_snapshot_too),
        CASE(figures_merge_by_their_kind),
        CASE(totals_outlive_their_owners),
        CASE(it_answers_whoever_is_stuck),
        CASE(outsiders_look_without_a_guard),
    };

    return cmocka_run_group_tests_name("ipc/snapshot", tests, NULL, NULL);
}
