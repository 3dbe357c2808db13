/* range.c - the cases of http/range */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/attr.h"
#include "http/range.h"

#define HUGE "99999999999999999999999999999999999999"

/* clang-format off */
static const struct {
    const char *value;
    uint64_t size;
    enum range_verdict verdict;
    struct range_set set;
} cases[] = {
    {"bytes=0-0", 10, RANGE_PARTIAL, {1, {{0, 1}}}},
    {"bytes=0-9", 10, RANGE_PARTIAL, {1, {{0, 10}}}},
    {"bytes=0-", 10, RANGE_PARTIAL, {1, {{0, 10}}}},
    {"bytes=9-", 10, RANGE_PARTIAL, {1, {{9, 1}}}},
    {"bytes=5-100", 10, RANGE_PARTIAL, {1, {{5, 5}}}},
    {"bytes=5-" HUGE, 10, RANGE_PARTIAL, {1, {{5, 5}}}},
    {"bytes=-3", 10, RANGE_PARTIAL, {1, {{7, 3}}}},
    {"bytes=-10", 10, RANGE_PARTIAL, {1, {{0, 10}}}},
    {"bytes=-11", 10, RANGE_PARTIAL, {1, {{0, 10}}}},
    {"bytes=-" HUGE, 10, RANGE_PARTIAL, {1, {{0, 10}}}},
    {"BYTES=0-0", 10, RANGE_PARTIAL, {1, {{0, 1}}}},
    {"bytes=0-0, 2-3,-1", 10, RANGE_PARTIAL, {3, {{0, 1}, {2, 2}, {9, 1}}}},
    {"bytes= 0-0 ,\t,2-2,", 10, RANGE_PARTIAL, {2, {{0, 1}, {2, 1}}}},
    {"bytes=5-5,0-1", 10, RANGE_PARTIAL, {2, {{5, 1}, {0, 2}}}},
    {"bytes=0-4,10-,5-9", 10, RANGE_PARTIAL, {2, {{0, 5}, {5, 5}}}},
    {"bytes=00000000000000000000000000-01", 10, RANGE_PARTIAL, {1, {{0, 2}}}},
    {"bytes=0-18446744073709551615", UINT64_MAX, RANGE_PARTIAL,
     {1, {{0, UINT64_MAX}}}},
    {"bytes=18446744073709551614-", UINT64_MAX, RANGE_PARTIAL,
     {1, {{UINT64_MAX - 1, 1}}}},
    {"bytes=10-", 10, RANGE_UNSATISFIABLE, {0}},
    {"bytes=10-11,20-,-0", 10, RANGE_UNSATISFIABLE, {0}},
    {"bytes=" HUGE "-", 10, RANGE_UNSATISFIABLE, {0}},
    {"bytes=" HUGE "-" HUGE, UINT64_MAX, RANGE_UNSATISFIABLE, {0}},
    {"bytes=-0", 10, RANGE_UNSATISFIABLE, {0}},
    /* more than the file */
    {"bytes=0-9,0-0", 10, RANGE_WHOLE, {0}},
    {"bytes=0-,0-", 10, RANGE_WHOLE, {0}},
    {"bytes=0-5,4-9", 10, RANGE_WHOLE, {0}},
    {"bytes=0-18446744073709551613,0-18446744073709551613", UINT64_MAX,
     RANGE_WHOLE, {0}},
    {"bytes=0-0,1-1,2-2,3-3,4-4,5-5,6-6,7-7,8-8,9-9,10-10,11-11,12-12,13-13,"
     "14-14,15-15", 99, RANGE_PARTIAL,
     {16, {{0, 1}, {1, 1}, {2, 1}, {3, 1}, {4, 1}, {5, 1}, {6, 1}, {7, 1},
           {8, 1}, {9, 1}, {10, 1}, {11, 1}, {12, 1}, {13, 1}, {14, 1},
           {15, 1}}}},
    {"bytes=0-0,1-1,2-2,3-3,4-4,5-5,6-6,7-7,8-8,9-9,10-10,11-11,12-12,13-13,"
     "14-14,15-15,16-16", 99, RANGE_WHOLE, {0}},
    {"bytes=99-,99-,99-,99-,99-,99-,99-,99-,99-,99-,99-,99-,99-,99-,99-,99-,"
     "0-0", 99, RANGE_WHOLE, {0}},
    /* an empty file */
    {"bytes=0-", 0, RANGE_WHOLE, {0}},
    {"bytes=-1", 0, RANGE_WHOLE, {0}},
    {"bytes=-0", 0, RANGE_WHOLE, {0}},
    {"bytes=0-9", 0, RANGE_WHOLE, {0}},
    {"bytes=5-,0-", 0, RANGE_WHOLE, {0}},
    {"bytes=5-", 0, RANGE_UNSATISFIABLE, {0}},
    {"bytes=1-1,2-", 0, RANGE_UNSATISFIABLE, {0}},
    {"bytes=5-2", 0, RANGE_WHOLE, {0}},
    /* malformed */
    {"", 10, RANGE_WHOLE, {0}},
    {"bytes", 10, RANGE_WHOLE, {0}},
    {"bytes=", 10, RANGE_WHOLE, {0}},
    {"bytes=,", 10, RANGE_WHOLE, {0}},
    {"bytes=-", 10, RANGE_WHOLE, {0}},
    {"bytes=a-b", 10, RANGE_WHOLE, {0}},
    {"bytes=5", 10, RANGE_WHOLE, {0}},
    {"bytes=5-2", 10, RANGE_WHOLE, {0}},
    {"bytes=0-0,5-2", 10, RANGE_WHOLE, {0}},
    {"bytes=0-0,x", 10, RANGE_WHOLE, {0}},
    {"bytes=0 -1", 10, RANGE_WHOLE, {0}},
    {"bytes=0- 1", 10, RANGE_WHOLE, {0}},
    {"bytes=+0-1", 10, RANGE_WHOLE, {0}},
    {"bytes=0-+1", 10, RANGE_WHOLE, {0}},
    {"bytes=--1", 10, RANGE_WHOLE, {0}},
    {"bytes=0-1-2", 10, RANGE_WHOLE, {0}},
    {"bytes=0x1-2", 10, RANGE_WHOLE, {0}},
    {"bytes =0-1", 10, RANGE_WHOLE, {0}},
    {"bytes 0-1", 10, RANGE_WHOLE, {0}},
    {"items=0-1", 10, RANGE_WHOLE, {0}},
};
/* clang-format on */

static void parses(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct range_set set = {.count = 77};
        const struct range_set *want = &cases[i].set;
        enum range_verdict verdict =
            range_parse(str_of(cases[i].value), cases[i].size, &set);

        if (verdict != cases[i].verdict)
            fail_msg("%s: verdict %d", cases[i].value, (int)verdict);
        if (verdict != RANGE_PARTIAL) {
            assert_int_equal(set.count, 77);
            continue;
        }
        assert_int_equal(set.count, want->count);
        for (unsigned k = 0; k < set.count; k++) {
            if (set.ranges[k].at != want->ranges[k].at ||
                set.ranges[k].len != want->ranges[k].len)
                fail_msg("%s: range %u", cases[i].value, k);
        }
    }
}

static void writes_content_range(void **state)
{
    struct buf buf = {0};

    (void)state;
    range_put_content(&buf, (struct range){0, 1}, 10);
    range_put_content(&buf, (struct range){0, UINT64_MAX}, UINT64_MAX);
    range_put_unsatisfied(&buf, 10);
    assert_true(str_equals(buf_str(&buf), STR("bytes 0-0/10"
                                              "bytes 0-18446744073709551614/"
                                              "18446744073709551615"
                                              "bytes */10")));
    buf_close(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parses),
        cmocka_unit_test(writes_content_range),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
