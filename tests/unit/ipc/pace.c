/* pace.c - the cases of ipc/pace */
#include "ipc/pace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/attr.h"

static uint64_t word(uint64_t last_ms, uint64_t excess)
{
    return last_ms << 24 | excess;
}

/* nginx: excess = old - rate * ms / 1000 + 1000, no less than 0. */
static void excess_is_nginxs(void **state)
{
    static const struct {
        uint64_t last, old, rate, now, expected;
    } cases[] = {
        {1000, 0, 1000, 1000, 1000},     /* at once: one ahead */
        {1000, 0, 1000, 1500, 500},      /* half of it leaked */
        {1000, 0, 1000, 2000, 0},        /* just in time */
        {1000, 0, 1000, 9000, 0},        /* never below 0 */
        {1000, 5000, 1000, 1380, 5620},  /* the manual's 5.620 */
        {1000, 0, 500, 1001, 1000},      /* 30r/m: half a thousandth: none */
        {1000, 0, 500, 1002, 999},       /* ... and one of them */
        {1000, 3000, 10000, 1100, 3000}, /* 10r/s: one leaked, one came */
        {5000, 0, 1000, 4999, 1000},     /* another turn's clock: no time */
        {70000, 0, 1000, 9999, 999},     /* a clock that was set: 1 ms */
        {1, 0, 1000000000, UINT64_C(1) << 39, 0}, /* no overflow */
        {1000, PACE_EXCESS_MAX, 1, 1000, PACE_EXCESS_MAX},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        assert_int_equal(pace_excess(word(cases[i].last, cases[i].old),
                                     cases[i].rate, cases[i].now),
                         cases[i].expected);
    assert_int_equal(pace_excess(0, 1000, 77), 0);
}

static void the_first_request_is_remembered(void **state)
{
    (void)state;
    assert_int_equal(pace_next(0, 1000, 77), word(77, 0));
    assert_int_equal(pace_next(0, 1000, 0), word(1, 0));
    assert_int_equal(pace_next(word(77, 0), 1000, 77), word(77, 1000));
    assert_int_equal(pace_next(word(77, 0), 1000, 70), word(77, 1000));
    assert_int_equal(pace_next(word(77, 0), 1000, 78), word(78, 999));
}

static void no_more_than_the_burst(void **state)
{
    struct zone_cell cell = {0};
    uint64_t excess = 7;

    (void)state;
    for (uint64_t i = 0; i <= 3; i++) {
        assert_true(pace_try(&cell, 1000, 3000, 500, &excess));
        assert_int_equal(excess, i * 1000);
    }
    assert_false(pace_try(&cell, 1000, 3000, 500, &excess));
    assert_int_equal(excess, 4000);
    /* What was refused was not taken into account. */
    assert_true(pace_try(&cell, 1000, 3000, 1500, &excess));
    assert_int_equal(excess, 3000);
    assert_int_equal(pace_take(&cell, 1000, 1500), 4000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(excess_is_nginxs),
        cmocka_unit_test(the_first_request_is_remembered),
        cmocka_unit_test(no_more_than_the_burst),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
