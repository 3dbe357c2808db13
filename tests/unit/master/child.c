/* child.c - every row of the supervision policy */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/attr.h"
#include "master/child.h"

enum { CURRENT = 5, NOW = 10000 };

/* wait's status of an exit and of a deadly signal, with and without a core. */
#define EXITED(code) ((code) << 8)
#define DIED(signal) (signal)
#define DUMPED(signal) ((signal) | 0x80)

static void says_what_is_due(void **state)
{
    static const struct {
        struct child_life life;
        enum child_action is;
    } cases[] = {
        {{.state = CHILD_ABSENT, .generation = 5, .deadline = NOW},
         CHILD_START},
        {{.state = CHILD_ABSENT, .generation = 5, .deadline = NOW + 1},
         CHILD_KEEP},
        {{.state = CHILD_ABSENT, .generation = 4}, CHILD_FORGET},
        {{.state = CHILD_ABSENT, .generation = 4, .deadline = NOW + 1},
         CHILD_FORGET},
        {{.state = CHILD_ABSENT, .generation = 5, .is_unwanted = true},
         CHILD_FORGET},
        {{.state = CHILD_ABSENT, .generation = 0}, CHILD_START},
        {{.state = CHILD_ABSENT, .generation = 6}, CHILD_START},

        {{.state = CHILD_STARTING, .generation = 5, .deadline = NOW + 1},
         CHILD_KEEP},
        {{.state = CHILD_STARTING, .generation = 5, .deadline = NOW},
         CHILD_KILL},
        {{.state = CHILD_STARTING, .generation = 4, .deadline = NOW + 1},
         CHILD_DRAIN},
        {{.state = CHILD_STARTING, .generation = 6, .deadline = NOW},
         CHILD_KILL},
        {{.state = CHILD_STARTING, .generation = 5, .is_unwanted = true},
         CHILD_DRAIN},

        {{.state = CHILD_READY, .generation = 5}, CHILD_KEEP},
        {{.state = CHILD_READY, .generation = 4}, CHILD_DRAIN},
        {{.state = CHILD_READY, .generation = 6}, CHILD_KEEP},
        {{.state = CHILD_READY, .generation = 0}, CHILD_KEEP},
        {{.state = CHILD_READY, .generation = 5, .is_unwanted = true},
         CHILD_DRAIN},

        {{.state = CHILD_DRAINING, .generation = 4}, CHILD_KEEP},
        {{.state = CHILD_DRAINING, .generation = 4, .deadline = NOW + 1},
         CHILD_KEEP},
        {{.state = CHILD_DRAINING, .generation = 4, .deadline = NOW},
         CHILD_KILL},
        {{.state = CHILD_DRAINING, .generation = 5, .deadline = NOW},
         CHILD_KILL},

        {{.state = CHILD_KILLED, .generation = 4, .deadline = 1}, CHILD_KEEP},
        {{.state = CHILD_KILLED, .generation = 5, .is_unwanted = true},
         CHILD_KEEP},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        assert_int_equal(child_next(&cases[i].life, CURRENT, NOW), cases[i].is);
}

static void says_when_to_look_again(void **state)
{
    static const struct {
        struct child_life life;
        uint64_t is;
    } cases[] = {
        {{.state = CHILD_ABSENT, .deadline = 7}, 7},
        {{.state = CHILD_STARTING, .deadline = 8}, 8},
        {{.state = CHILD_READY, .deadline = 8}, UINT64_MAX},
        {{.state = CHILD_DRAINING, .deadline = 9}, 9},
        {{.state = CHILD_DRAINING}, UINT64_MAX},
        {{.state = CHILD_KILLED, .deadline = 9}, UINT64_MAX},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        assert_true(child_due(&cases[i].life) == cases[i].is);
}

static void tells_failures_apart(void **state)
{
    static const struct {
        struct child_life life;
        int status;
        bool has_answered;
        bool failed;
        unsigned failures; /* afterwards */
        uint64_t pause;
    } cases[] = {
        /* before READY */
        {{.state = CHILD_STARTING}, EXITED(2), false, true, 1, 100},
        {{.state = CHILD_STARTING}, EXITED(0), false, true, 1, 100},
        {{.state = CHILD_STARTING}, DUMPED(SIGSEGV), false, true, 1, 100},
        {{.state = CHILD_STARTING, .failures = 2},
         EXITED(2),
         false,
         true,
         3,
         400},
        {{.state = CHILD_STARTING}, DIED(SIGKILL), false, false, 0, 0},
        {{.state = CHILD_STARTING, .failures = 2},
         DIED(SIGTERM),
         false,
         false,
         2,
         0},
        /* it did not become READY in time and was killed for it */
        {{.state = CHILD_KILLED}, DIED(SIGKILL), false, true, 1, 100},
        /* young */
        {{.state = CHILD_READY, .ready_at = NOW - 999},
         DUMPED(SIGSEGV),
         false,
         true,
         1,
         100},
        {{.state = CHILD_READY, .ready_at = NOW - 999},
         DUMPED(SIGSEGV),
         true,
         false,
         0,
         0},
        {{.state = CHILD_READY, .ready_at = NOW - 999, .failures = 3},
         DUMPED(SIGSEGV),
         true,
         false,
         0,
         0},
        {{.state = CHILD_READY, .ready_at = NOW - 999, .failures = 3},
         DIED(SIGKILL),
         false,
         false,
         3,
         0},
        {{.state = CHILD_READY, .ready_at = NOW - 999},
         EXITED(0),
         false,
         true,
         1,
         100},
        /* of age */
        {{.state = CHILD_READY, .ready_at = NOW - 1000, .failures = 3},
         DUMPED(SIGSEGV),
         false,
         false,
         0,
         0},
        {{.state = CHILD_READY, .ready_at = 1, .failures = 3},
         DIED(SIGKILL),
         false,
         false,
         0,
         0},
        {{.state = CHILD_READY, .ready_at = 1}, EXITED(2), false, false, 0, 0},
        /* asked to end */
        {{.state = CHILD_DRAINING, .ready_at = NOW - 1},
         DUMPED(SIGSEGV),
         false,
         false,
         0,
         0},
        {{.state = CHILD_KILLED, .is_unwanted = true},
         DIED(SIGKILL),
         false,
         false,
         0,
         0},
        {{.state = CHILD_STARTING, .is_unwanted = true},
         EXITED(2),
         false,
         false,
         0,
         0},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct child_life life = cases[i].life;
        struct child_end end = {
            .status = cases[i].status,
            .at = NOW,
            .has_answered = cases[i].has_answered,
        };

        assert_int_equal(child_failed(&life, &end), cases[i].failed);
        child_ended(&life, &end);
        assert_int_equal(life.state, CHILD_ABSENT);
        assert_int_equal(life.failures, cases[i].failures);
        assert_true(life.deadline == NOW + cases[i].pause);
        assert_true(life.ready_at == 0);
    }
}

static void pauses_longer_and_longer(void **state)
{
    static const uint64_t pauses[] = {0,    100,  200,   400,   800,   1600,
                                      3200, 6400, 12800, 25600, 30000, 30000};

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(pauses); i++)
        assert_true(child_pause(i) == pauses[i]);
    assert_true(child_pause(UINT32_MAX) == 30000);
}

static void words_an_end_by_its_cause(void **state)
{
    static const struct {
        enum child_state state;
        int status;
        enum log_level level;
        bool crashed;
    } cases[] = {
        {CHILD_READY, EXITED(0), LOG_NOTICE, false},
        {CHILD_DRAINING, EXITED(0), LOG_NOTICE, false},
        {CHILD_READY, EXITED(2), LOG_ALERT, true},
        {CHILD_READY, DUMPED(SIGSEGV), LOG_ALERT, true},
        {CHILD_READY, DIED(SIGABRT), LOG_ALERT, true},
        {CHILD_DRAINING, DUMPED(SIGBUS), LOG_ALERT, true},
        {CHILD_READY, DIED(SIGKILL), LOG_WARN, false},
        {CHILD_READY, DIED(SIGTERM), LOG_WARN, false},
        {CHILD_KILLED, DIED(SIGKILL), LOG_WARN, false},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct child_life life = {.state = cases[i].state};

        assert_int_equal(child_end_level(&life, cases[i].status),
                         cases[i].level);
        assert_int_equal(child_crashed(cases[i].status), cases[i].crashed);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_what_is_due),
        cmocka_unit_test(says_when_to_look_again),
        cmocka_unit_test(tells_failures_apart),
        cmocka_unit_test(pauses_longer_and_longer),
        cmocka_unit_test(words_an_end_by_its_cause),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
