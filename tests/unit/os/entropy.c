/* entropy.c - the cases of os/entropy */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "os/entropy.h"

static void never_twice(void **state)
{
    static unsigned char taken[1000][16];
    struct entropy e = {0};

    (void)state;
    for (size_t i = 0; i < 1000; i++) {
        assert_true(entropy_take(&e, taken[i], sizeof(taken[i])));
        for (size_t j = 0; j < i; j++)
            assert_memory_not_equal(taken[i], taken[j], sizeof(taken[i]));
    }
}

static void leaves_no_trace(void **state)
{
    struct entropy e = {0};
    unsigned char taken[16];

    (void)state;
    assert_true(entropy_take(&e, taken, sizeof(taken)));
    assert_null(memmem(e.bytes, sizeof(e.bytes), taken, sizeof(taken)));
}

static void knows_its_limits(void **state)
{
    struct entropy e = {0};
    unsigned char all[sizeof(e.bytes) + 1];

    (void)state;
    assert_false(entropy_take(&e, all, sizeof(all)));
    assert_true(entropy_take(&e, all, sizeof(all) - 1));
    assert_int_equal(e.left, 0);
    assert_true(entropy_take(&e, all, 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(never_twice),
        cmocka_unit_test(leaves_no_trace),
        cmocka_unit_test(knows_its_limits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
