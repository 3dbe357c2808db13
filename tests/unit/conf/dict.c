/* dict.c - the cases of conf/dict */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "conf/dict.h"

enum { MANY = 5000 };

static void finds_what_was_put(void **state)
{
    struct arena arena = {0};
    struct dict d = {0};
    static int values[MANY];

    (void)state;
    assert_null(dict_get(&d, STR("a")));
    for (int i = 0; i < MANY; i++) {
        struct str name = arena_printf(&arena, "name%d", i);

        assert_null(dict_get(&d, name));
        assert_int_equal(dict_put(&d, &arena, name, &values[i]), 0);
    }
    for (int i = 0; i < MANY; i++) {
        struct str name = arena_printf(&arena, "name%d", i);

        assert_ptr_equal(dict_get(&d, name), &values[i]);
    }
    assert_int_equal(d.count, MANY);
    assert_null(dict_get(&d, STR("name")));
    assert_null(dict_get(&d, STR("")));
    arena_close(&arena);
}

static void replaces(void **state)
{
    struct arena arena = {0};
    struct dict d = {0};
    int one, two;

    (void)state;
    assert_int_equal(dict_put(&d, &arena, STR(""), &one), 0);
    assert_int_equal(dict_put(&d, &arena, STR("a"), &one), 0);
    assert_int_equal(dict_put(&d, &arena, STR("a"), &two), 0);
    assert_ptr_equal(dict_get(&d, STR("a")), &two);
    assert_ptr_equal(dict_get(&d, STR("")), &one);
    assert_int_equal(d.count, 2);
    arena_close(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_what_was_put),
        cmocka_unit_test(replaces),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
