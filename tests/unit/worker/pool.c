/* pool: the last piece given back is the next one taken, within bounds */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "worker/pool.h"

static const size_t sizes[POOL_KINDS] = {64, 32, 16};

static void last_in_first_out(void **state)
{
    struct pool pool;
    unsigned char *a;
    unsigned char *b;

    (void)state;
    pool_open(&pool, sizes);
    a = pool_take(&pool, POOL_H1);
    b = pool_take(&pool, POOL_H1);
    assert_non_null(a);
    assert_int_equal(b[31], 0);
    b[31] = 7;
    assert_true(pool_give(&pool, POOL_H1, a));
    assert_true(pool_give(&pool, POOL_H1, b));
    assert_null(pool_drain(&pool, POOL_INPUT));
    assert_ptr_equal(pool_take(&pool, POOL_H1), b);
    assert_int_equal(b[31], 7);
    free(b);
    assert_ptr_equal(pool_drain(&pool, POOL_H1), a);
    free(a);
}

static void keeps_no_more_than_its_shelf(void **state)
{
    struct pool pool;
    char pieces[POOL_KEPT + 1];

    (void)state;
    pool_open(&pool, sizes);
    assert_true(pool_give(&pool, POOL_ANSWER, NULL));
    for (int i = 0; i < POOL_KEPT; i++)
        assert_true(pool_give(&pool, POOL_ANSWER, &pieces[i]));
    assert_false(pool_give(&pool, POOL_ANSWER, &pieces[POOL_KEPT]));
    for (int i = POOL_KEPT; i-- > 0;)
        assert_ptr_equal(pool_drain(&pool, POOL_ANSWER), &pieces[i]);
    assert_null(pool_drain(&pool, POOL_ANSWER));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(last_in_first_out),
        cmocka_unit_test(keeps_no_more_than_its_shelf),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
