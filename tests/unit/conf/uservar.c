/* uservar.c - the cases of conf/uservar */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/attr.h"
#include "conf/uservar.h"

static const struct place here = {"/c", 1};
static const struct place there = {"/c", 2};

static void knows_a_name_in_any_case(void **state)
{
    struct uservar_table t = {0};
    struct arena arena = {0};
    struct uservar *v;

    (void)state;
    assert_null(uservar_find(&t, STR("a")));
    v = uservar_refer(&t, &arena, STR("NaMe"), here);
    assert_non_null(v);
    assert_string_equal(v->name.at, "name");
    assert_int_equal(v->used.line, 1);
    assert_ptr_equal(uservar_refer(&t, &arena, STR("name"), there), v);
    assert_ptr_equal(uservar_find(&t, STR("NAME")), v);
    assert_int_equal(v->used.line, 1);
    assert_int_equal(t.count, 1);
    assert_int_equal(uservar_refer(&t, &arena, STR("b"), here)->index, 1);
    assert_ptr_equal(t.rows[0], v);
    arena_close(&arena);
}

/* The first kind, then another: which one counts? */
static void defines_as_nginx_does(void **state)
{
    static const struct {
        enum uservar_kind first, second, counts;
    } cases[] = {
        {USERVAR_UNKNOWN, USERVAR_SET, USERVAR_SET},
        {USERVAR_EMPTY, USERVAR_SET, USERVAR_SET},
        {USERVAR_EMPTY, USERVAR_MAP, USERVAR_MAP},
        {USERVAR_MAP, USERVAR_SET, USERVAR_MAP},
        {USERVAR_SET, USERVAR_MAP, USERVAR_MAP},
        {USERVAR_MAP, USERVAR_GEO, USERVAR_GEO},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct uservar v = {.kind = cases[i].first, .data = &here};

        uservar_define(&v, cases[i].second, &there, there);
        assert_int_equal(v.kind, cases[i].counts);
        assert_ptr_equal(v.data, v.kind == cases[i].second ? &there : &here);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_a_name_in_any_case),
        cmocka_unit_test(defines_as_nginx_does),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
