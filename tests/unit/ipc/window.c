/* window.c - the cases of ipc/window */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "ipc/window.h"

struct fixture {
    struct window *w;
    struct snapshot s;
    struct snapshot_slot slots[2];
};

static int make(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));

    if (!f)
        return -1;
    f->w = window_new();
    f->s.slots = f->slots;
    f->s.slot_count = 2;
    f->slots[1].number = 1;
    f->s.clock.now_ms = 1000000;
    *state = f;
    return f->w ? 0 : -1;
}

static int drop(void **state)
{
    struct fixture *f = *state;

    window_free(f->w);
    window_free(NULL);
    free(f);
    return 0;
}

/* One second goes by in which slot 1 answered five requests of 10 us. */
static void tick(struct fixture *f)
{
    f->s.clock.now_ms += 1000;
    f->s.total[COUNTER_requests] += 5;
    f->s.total[COUNTER_bytes_sent] += 5000;
    f->s.total[COUNTER_responses_4xx] += 1;
    f->s.total[COUNTER_cpu_us] += 20000;
    f->slots[1].counters[COUNTER_cpu_us] += 20000;
    f->s.total_head.buckets[10] += 5;
    f->s.total_whole.buckets[20] += 5;
    f->slots[1].latency_head.buckets[10] += 5;
    window_feed(f->w, &f->s);
}

static void nothing_is_known_at_first(void **state)
{
    struct fixture *f = *state;
    struct window_recent recent;
    struct window_latency latency;

    window_recent(f->w, &f->s, &recent);
    assert_int_equal(recent.span_ms, 0);
    window_latency(f->w, &f->s, &latency);
    assert_int_equal(latency.span_ms, 0);
    window_feed(f->w, &f->s); /* nor with one sample, of this very moment */
    window_recent(f->w, &f->s, &recent);
    assert_int_equal(recent.span_ms, 0);
    assert_int_equal(window_slot_cpu_us(f->w, &f->s, &f->slots[1]), 0);
}

static void ten_seconds_and_no_more(void **state)
{
    struct fixture *f = *state;
    struct window_recent r;

    window_feed(f->w, &f->s);
    for (unsigned second = 1; second <= 100; second++) {
        unsigned span = second < 10 ? second : 10;

        tick(f);
        window_recent(f->w, &f->s, &r);
        assert_int_equal(r.span_ms, span * 1000);
        assert_int_equal(r.requests, span * 5);
        assert_int_equal(r.bytes_sent, span * 5000);
        assert_int_equal(r.responses_4xx, span);
        assert_int_equal(r.responses_5xx, 0);
        assert_int_equal(r.cpu_us, span * 20000);
        assert_int_equal(window_slot_cpu_us(f->w, &f->s, &f->slots[1]),
                         span * 20000);
        assert_int_equal(window_slot_cpu_us(f->w, &f->s, &f->slots[0]), 0);
    }
}

static void feeding_too_often_changes_nothing(void **state)
{
    struct fixture *f = *state;
    struct window_recent r;

    window_feed(f->w, &f->s);
    for (unsigned i = 0; i < 5000; i++) {
        f->s.clock.now_ms++;
        window_feed(f->w, &f->s);
    }
    window_recent(f->w, &f->s, &r);
    assert_int_equal(r.span_ms, 5000);
}

static void an_old_sample_does_not_count(void **state)
{
    struct fixture *f = *state;
    struct window_recent r;
    struct window_latency latency;

    tick(f);
    f->s.clock.now_ms += 3600000; /* the machine slept */
    window_recent(f->w, &f->s, &r);
    assert_int_equal(r.span_ms, 0);
    window_latency(f->w, &f->s, &latency);
    assert_int_equal(latency.span_ms, 0);
}

static void a_minute_and_no_more(void **state)
{
    struct fixture *f = *state;
    struct window_latency all;
    struct window_latency one;

    window_feed(f->w, &f->s);
    for (unsigned second = 1; second <= 300; second++) {
        tick(f);
        window_latency(f->w, &f->s, &all);
        window_slot_latency(f->w, &f->s, &f->slots[1], &one);
        assert_int_equal(all.span_ms, one.span_ms);
        assert_int_equal(histogram_count(&all.head), all.span_ms / 1000 * 5);
        assert_int_equal(histogram_count(&all.whole), all.span_ms / 1000 * 5);
        assert_int_equal(histogram_count(&one.head), one.span_ms / 1000 * 5);
        if (second > 65)
            assert_in_range(all.span_ms, 55000, 65000);
        else
            assert_true(all.span_ms == second * 1000 || second > 60);
    }
}

/* A slot that is new within the minute: what it counted before was nothing. */
static void a_new_slot_counts_from_nothing(void **state)
{
    struct fixture *f = *state;
    struct window_latency one;

    f->s.slot_count = 1;
    window_feed(f->w, &f->s);
    tick(f);
    f->s.slot_count = 2;
    for (unsigned second = 0; second < 20; second++)
        tick(f);
    window_slot_latency(f->w, &f->s, &f->slots[1], &one);
    assert_int_equal(one.span_ms, 21000);
    assert_int_equal(histogram_count(&one.head), 105);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, make, drop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(nothing_is_known_at_first),
        CASE(ten_seconds_and_no_more),
        CASE(feeding_too_often_changes_nothing),
        CASE(an_old_sample_does_not_count),
        CASE(a_minute_and_no_more),
        CASE(a_new_slot_counts_from_nothing),
    };

    return cmocka_run_group_tests_name("ipc/window", tests, NULL, NULL);
}
