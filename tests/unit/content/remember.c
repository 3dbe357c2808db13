/* remember.c - the cases of content/remember */
#include "content/remember.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/attr.h"

static void only_the_very_same(void **state)
{
    struct remember *r = calloc(1, sizeof(*r));
    const struct remember_what what = {STR("user"), STR("word"), STR("hash")};
    const struct remember_what others[] = {
        {STR("user"), STR("word"), STR("hasH")},
        {STR("user"), STR("worD"), STR("hash")},
        {STR("useR"), STR("word"), STR("hash")},
        {STR("use"), STR("rword"), STR("hash")},
        {STR("user"), STR(""), STR("hash")},
    };

    (void)state;
    assert_non_null(r);
    assert_false(remember_knows(r, &what, 1000));
    remember_put(r, &what, 1000);
    assert_true(remember_knows(r, &what, 1000));
    assert_true(remember_knows(r, &what, 1000 + REMEMBER_MS - 1));
    assert_false(remember_knows(r, &what, 1000 + REMEMBER_MS));
    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        assert_false(remember_knows(r, &others[i], 1000));
    free(r);
}

static void each_worker_has_its_own_key(void **state)
{
    struct remember *a = calloc(1, sizeof(*a));
    struct remember *b = calloc(1, sizeof(*b));
    const struct remember_what what = {STR("user"), STR("word"), STR("hash")};

    (void)state;
    assert_non_null(a);
    assert_non_null(b);
    remember_put(a, &what, 1);
    remember_put(b, &what, 1);
    assert_memory_not_equal(a->rows, b->rows, sizeof(a->rows));
    free(a);
    free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_the_very_same),
        cmocka_unit_test(each_worker_has_its_own_key),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
