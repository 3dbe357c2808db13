/* value.c - the cases of conf/value */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/attr.h"
#include "conf/value.h"

#define BAD UINT64_MAX

static void sizes(void **state)
{
    static const struct {
        const char *text;
        uint64_t bytes;
    } cases[] = {
        {"0", 0},
        {"1", 1},
        {"8k", 8192},
        {"8K", 8192},
        {"1m", 1 << 20},
        {"2G", UINT64_C(2) << 30},
        {"9223372036854775807", INT64_MAX},
        {"9223372036854775808", BAD},
        {"8589934591g", UINT64_C(8589934591) << 30},
        {"8589934592g", BAD},
        {"", BAD},
        {"k", BAD},
        {"-1", BAD},
        {"1x", BAD},
        {"1kk", BAD},
        {"1 k", BAD},
        {"0x10", BAD},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        uint64_t bytes = BAD;

        assert_int_equal(value_size(str_of(cases[i].text), &bytes),
                         cases[i].bytes != BAD);
        assert_int_equal(bytes, cases[i].bytes);
    }
}

static void times(void **state)
{
    static const struct {
        const char *text;
        uint64_t ms;
    } cases[] = {
        {"0", 0},
        {"5", 5000},
        {"5s", 5000},
        {"5ms", 5},
        {"1m", 60000},
        {"1M", UINT64_C(2592000000)},
        {"1y", UINT64_C(31536000000)},
        {"1w", 604800000},
        {"1d", 86400000},
        {"1h30m", 5400000},
        {"1h 30m", 5400000},
        {"1h30m5", 5405000},
        {"1h5ms", 3600005},
        {"5 ", 5000},
        {"30m1h", BAD},
        {"1h1h", BAD},
        {"5 5", BAD},
        {"1 h", BAD},
        {"", BAD},
        {"s", BAD},
        {"-1s", BAD},
        {"1q", BAD},
        {"1.5s", BAD},
        {"9223372036854775807s", BAD},
        {"292277024y292277024y", BAD},
        {"300000000y", BAD},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        uint64_t ms = BAD;

        assert_int_equal(value_time(str_of(cases[i].text), &ms),
                         cases[i].ms != BAD);
        assert_int_equal(ms, cases[i].ms);
    }
}

static void flags(void **state)
{
    bool on = false;

    (void)state;
    assert_true(value_flag(STR("on"), &on) && on);
    assert_true(value_flag(STR("off"), &on) && !on);
    assert_true(value_flag(STR("ON"), &on) && on);
    assert_false(value_flag(STR("maybe"), &on));
    assert_false(value_flag(STR(""), &on));
    assert_true(on);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes),
        cmocka_unit_test(times),
        cmocka_unit_test(flags),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
