/* names.c - the cases of conf/names */
#include "conf/names.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void finds_or_falls_back(void **state)
{
    struct arena arena = {0};
    struct server_names names = {0};
    struct server a = {.number = 1}, b = {.number = 2};
    struct endpoint e = {.default_server = &b};

    (void)state;
    assert_ptr_equal(names_find(&e, STR("a")), &b);
    e.names = &names;
    assert_ptr_equal(names_find(&e, STR("a")), &b);
    assert_int_equal(names_add(&names, &arena, STR("a"), &a), 0);
    assert_int_equal(names_add(&names, &arena, STR("a"), &b), -EEXIST);
    assert_int_equal(names_add(&names, &arena, STR(""), &a), 0);
    assert_ptr_equal(names_find(&e, STR("a")), &a);
    assert_ptr_equal(names_find(&e, STR("")), &a);
    assert_ptr_equal(names_find(&e, STR("a.")), &b);
    assert_ptr_equal(names_find(&e, (struct str){NULL, 0}), &a);
    arena_close(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_or_falls_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
