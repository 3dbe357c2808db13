/* accept: when a worker has its share, and whom it sends away for room */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/attr.h"
#include "worker/accept.h"

static void unfair(void **state)
{
    static const struct {
        uint64_t own;
        uint64_t all;
        unsigned workers;
        bool unfair;
    } cases[] = {
        {0, 0, 0, false},        {0, 0, 1, false},       {5000, 5000, 1, false},
        {4, 4, 4, false},        {5, 5, 4, false},       {6, 6, 4, true},
        {116, 400, 4, false},    {117, 400, 4, true},    {100, 400, 4, false},
        {16, 16, 2, true},       {13, 16, 2, false},     {14, 16, 2, true},
        {5629, 10000, 2, false}, {5630, 10000, 2, true},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        assert_int_equal(
            accept_is_unfair(cases[i].own, cases[i].all, cases[i].workers),
            cases[i].unfair);
}

static void recycle(void **state)
{
    static const struct {
        unsigned open;
        unsigned max;
        unsigned idle;
        unsigned count;
    } cases[] = {
        {0, 16, 0, 0},      {14, 16, 14, 0},     {15, 16, 15, 1},
        {16, 16, 16, 2},    {16, 16, 0, 0},      {20, 16, 3, 1},
        {479, 512, 479, 0}, {480, 512, 480, 32}, {512, 512, 80, 10},
        {512, 512, 1, 1},   {1, 1, 1, 1},        {0, 1, 0, 0},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        assert_int_equal(
            accept_to_recycle(cases[i].open, cases[i].max, cases[i].idle),
            cases[i].count);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unfair),
        cmocka_unit_test(recycle),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
