/* timers: what is due when, whatever was set and cancelled in between */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/attr.h"
#include "event/timers.h"

struct probe {
    struct timer timer;
    struct timers *timers;
    unsigned calls;
    unsigned order;
    uint64_t again_at; /* set again from within `expired` */
    struct probe *cancels;
};

static unsigned calls_so_far;

static void expired(struct timer *timer)
{
    struct probe *p = CONTAINER_OF(timer, struct probe, timer);

    p->calls++;
    p->order = ++calls_so_far;
    if (p->again_at)
        timers_set(p->timers, timer, p->again_at, 0);
    if (p->cancels)
        timers_cancel(&p->cancels->timer);
}

static void open_probes(struct timers *t, struct probe *p, unsigned count)
{
    timers_open(t);
    calls_so_far = 0;
    for (unsigned i = 0; i < count; i++)
        p[i] = (struct probe){.timers = t, .timer.expired = expired};
}

static void nothing_runs(void **state)
{
    struct timers t;

    (void)state;
    timers_open(&t);
    assert_int_equal(timers_next(&t, 5), -1);
    timers_expire(&t, 5);
}

static void ends_on_time_and_once(void **state)
{
    struct timers t;
    struct probe p;

    (void)state;
    open_probes(&t, &p, 1);
    timers_set(&t, &p.timer, 1000, 250);
    assert_true(timer_is_set(&p.timer));
    assert_int_equal(timers_next(&t, 1000), 250);
    assert_int_equal(timers_next(&t, 1249), 1);
    timers_expire(&t, 1249);
    assert_int_equal(p.calls, 0);
    assert_int_equal(timers_next(&t, 1300), 0);
    timers_expire(&t, 1250);
    timers_expire(&t, 2000);
    assert_int_equal(p.calls, 1);
    assert_false(timer_is_set(&p.timer));
}

static void setting_again_moves_it(void **state)
{
    struct timers t;
    struct probe p[2];

    (void)state;
    open_probes(&t, p, 2);
    timers_set(&t, &p[0].timer, 0, 100);
    timers_set(&t, &p[1].timer, 10, 100);
    timers_set(&t, &p[0].timer, 50, 100);
    assert_int_equal(timers_next(&t, 50), 60);
    timers_expire(&t, 110);
    assert_int_equal(p[0].calls, 0);
    assert_int_equal(p[1].calls, 1);
    timers_expire(&t, 150);
    assert_int_equal(p[0].calls, 1);
}

static void the_nearest_of_many_lengths(void **state)
{
    struct timers t;
    struct probe p[3];

    (void)state;
    open_probes(&t, p, 3);
    timers_set(&t, &p[0].timer, 0, 300);
    timers_set(&t, &p[1].timer, 0, 100);
    timers_set(&t, &p[2].timer, 0, 200);
    assert_int_equal(timers_next(&t, 0), 100);
    timers_cancel(&p[1].timer);
    timers_cancel(&p[1].timer);
    assert_int_equal(timers_next(&t, 0), 200);
}

static void more_lengths_than_lanes(void **state)
{
    enum { COUNT = 4 * TIMERS_LANES };
    struct timers t;
    struct probe p[COUNT];

    (void)state;
    open_probes(&t, p, COUNT);
    for (unsigned i = 0; i < COUNT; i++)
        timers_set(&t, &p[i].timer, 0, 1000 - 10 * i);
    for (unsigned i = COUNT; i-- > 0;) {
        assert_int_equal(timers_next(&t, 0), 1000 - 10 * i);
        timers_expire(&t, 1000 - 10 * i);
        assert_int_equal(p[i].calls, 1);
        assert_int_equal(p[i].order, COUNT - i);
    }
    assert_int_equal(timers_next(&t, 0), -1);
}

static void an_empty_lane_serves_another_length(void **state)
{
    struct timers t;
    struct probe p;

    (void)state;
    open_probes(&t, &p, 1);
    for (unsigned i = 1; i < 1000; i++) {
        timers_set(&t, &p.timer, 0, i);
        assert_true(list_is_empty(&t.others));
        assert_int_equal(timers_next(&t, 0), i);
    }
}

static void set_again_from_within(void **state)
{
    struct timers t;
    struct probe p;

    (void)state;
    open_probes(&t, &p, 1);
    p.again_at = 100;
    timers_set(&t, &p.timer, 0, 100);
    timers_expire(&t, 100);
    assert_int_equal(p.calls, 1);
    assert_int_equal(timers_next(&t, 100), 0);
    timers_expire(&t, 100);
    assert_int_equal(p.calls, 2);
}

static void cancelled_by_one_due_before(void **state)
{
    struct timers t;
    struct probe p[2];

    (void)state;
    open_probes(&t, p, 2);
    p[0].cancels = &p[1];
    timers_set(&t, &p[0].timer, 0, 10);
    timers_set(&t, &p[1].timer, 0, 10);
    timers_expire(&t, 10);
    assert_int_equal(p[0].calls, 1);
    assert_int_equal(p[1].calls, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_runs),
        cmocka_unit_test(ends_on_time_and_once),
        cmocka_unit_test(setting_again_moves_it),
        cmocka_unit_test(the_nearest_of_many_lengths),
        cmocka_unit_test(more_lengths_than_lanes),
        cmocka_unit_test(an_empty_lane_serves_another_length),
        cmocka_unit_test(set_again_from_within),
        cmocka_unit_test(cancelled_by_one_due_before),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
