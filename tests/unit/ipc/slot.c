/* slot.c - the cases of ipc/slot */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "ipc/slot.h"

static int make(void **state)
{
    struct slot *slot = aligned_alloc(128, sizeof(*slot));

    if (!slot)
        return -1;
    memset(slot, 0, sizeof(*slot));
    guard_init(&slot->inflight.guard);
    *state = slot;
    return 0;
}

static int drop(void **state)
{
    free(*state);
    return 0;
}

static void figures_go_up_and_down(void **state)
{
    struct slot *slot = *state;

    slot_add(NULL, COUNTER_requests, 1); /* nobody counts */
    slot_add(slot, COUNTER_requests, 3);
    slot_add(slot, COUNTER_requests, 4);
    assert_int_equal(slot_get(slot, COUNTER_requests), 7);
    slot_gauge_add(slot, COUNTER_fds, 2);
    slot_gauge_add(slot, COUNTER_fds, -1);
    assert_int_equal(slot_get(slot, COUNTER_fds), 1);
    slot_gauge_add(slot, COUNTER_fds, -5);
    assert_int_equal(slot_get(slot, COUNTER_fds), 0);
    slot_max(slot, COUNTER_turn_max_us, 9);
    slot_max(slot, COUNTER_turn_max_us, 5);
    assert_int_equal(slot_get(slot, COUNTER_turn_max_us), 9);
}

static void active_is_the_sum_of_the_three(void **state)
{
    static const enum slot_connection walk[] = {
        SLOT_CONNECTION_NONE, SLOT_CONNECTION_READING, SLOT_CONNECTION_WRITING,
        SLOT_CONNECTION_IDLE, SLOT_CONNECTION_IDLE,    SLOT_CONNECTION_READING,
        SLOT_CONNECTION_NONE,
    };
    struct slot *slot = *state;

    slot_connection(slot, SLOT_CONNECTION_NONE, SLOT_CONNECTION_IDLE);
    for (unsigned i = 1; i < sizeof(walk) / sizeof(walk[0]); i++) {
        slot_connection(slot, walk[i - 1], walk[i]);
        assert_int_equal(slot_get(slot, COUNTER_active),
                         slot_get(slot, COUNTER_reading) +
                             slot_get(slot, COUNTER_writing) +
                             slot_get(slot, COUNTER_idle));
    }
    assert_int_equal(slot_get(slot, COUNTER_active), 1);
    assert_int_equal(slot_get(slot, COUNTER_active_max), 2);
}

static void an_answer_counts_three_times(void **state)
{
    struct slot *slot = *state;

    slot_answer(slot, 404);
    slot_answer(slot, 499);
    assert_int_equal(slot_get(slot, COUNTER_requests), 2);
    assert_int_equal(slot_get(slot, COUNTER_responses_4xx), 2);
    assert_int_equal(slot_get(slot, COUNTER_status_404), 1);
}

static void the_next_owner_goes_on(void **state)
{
    struct slot *slot = *state;
    struct histogram_copy since;

    slot_add(slot, COUNTER_requests, 5);
    slot_set(slot, COUNTER_active, 3);
    slot_max(slot, COUNTER_active_max, 3);
    slot_latency(slot, 10, 20);
    slot_begin(slot, getpid());
    slot_renew(slot, 9, 1234);
    assert_int_equal(slot_get(slot, COUNTER_requests), 5);
    assert_int_equal(slot_own(slot, COUNTER_requests), 0);
    assert_int_equal(slot_get(slot, COUNTER_active), 0);
    assert_int_equal(slot_get(slot, COUNTER_active_max), 3);
    assert_int_equal(slot_generation(slot), 9);
    assert_int_equal(slot_pid(slot), 0);
    assert_int_equal(slot_state(slot), SLOT_STARTING);
    assert_int_equal(slot->claims, 1);
    slot_add(slot, COUNTER_requests, 2);
    assert_int_equal(slot_own(slot, COUNTER_requests), 2);
    histogram_read(&slot->since_head, &since);
    assert_int_equal(histogram_count(&since), 1);
}

static void a_pid_alone_is_not_believed(void **state)
{
    struct slot *slot = *state;
    int status;
    pid_t child;

    slot_renew(slot, 1, 1);
    assert_false(slot_lives(slot));
    slot_begin(slot, getpid());
    assert_true(slot_lives(slot));
    slot->start_time++;
    assert_false(slot_lives(slot));
    slot->start_time--;
    slot->uid++;
    assert_false(slot_lives(slot));
    child = fork();
    if (child == 0)
        _exit(0);
    slot_begin(slot, child);
    slot->uid = geteuid();
    waitpid(child, &status, 0);
    assert_false(slot_lives(slot));
    slot->pid = -1;
    assert_false(slot_lives(slot));
}

static void states_have_names(void **state)
{
    struct slot *slot = *state;

    for (unsigned i = 0; i < SLOT_STATE_COUNT; i++)
        assert_string_not_equal(slot_state_name((enum slot_state)i), "unknown");
    assert_string_equal(slot_state_name((enum slot_state)99), "unknown");
    slot->state = 77; /* senseless: nobody may take it for a free one */
    assert_int_not_equal(slot_state(slot), SLOT_FREE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(figures_go_up_and_down, make, drop),
        cmocka_unit_test_setup_teardown(active_is_the_sum_of_the_three, make,
                                        drop),
        cmocka_unit_test_setup_teardown(an_answer_counts_three_times, make,
                                        drop),
        cmocka_unit_test_setup_teardown(the_next_owner_goes_on, make, drop),
        cmocka_unit_test_setup_teardown(a_pid_alone_is_not_believed, make,
                                        drop),
        cmocka_unit_test_setup_teardown(states_have_names, make, drop),
    };

    return cmocka_run_group_tests_name("ipc/slot", tests, NULL, NULL);
}
