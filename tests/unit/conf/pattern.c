/* pattern.c - the cases of conf/pattern */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/buf.h"
#include "conf/pattern.h"

struct world {
    struct pattern_list list;
    struct uservar_table users;
    struct arena arena;
    struct pattern_scope scope;
};

static int open_world(void **state)
{
    struct world *w = calloc(1, sizeof(*w));

    assert_non_null(w);
    w->scope = (struct pattern_scope){
        .list = &w->list,
        .users = &w->users,
        .arena = &w->arena,
        .place = {"/c", 7},
    };
    *state = w;
    return 0;
}

static int close_world(void **state)
{
    struct world *w = *state;

    pattern_close(&w->list);
    arena_close(&w->arena);
    free(w);
    return 0;
}

static void compiles_a_text_once(void **state)
{
    struct world *w = *state;
    const struct pattern *a, *b, *c;

    assert_int_equal(pattern_get(&a, STR("^/a"), false, &w->scope), 0);
    assert_int_equal(pattern_get(&b, STR("^/a"), false, &w->scope), 0);
    assert_int_equal(pattern_get(&c, STR("^/a"), true, &w->scope), 0);
    assert_ptr_equal(a, b);
    assert_ptr_not_equal(a, c);
    assert_int_equal(regex_match(a->regex, STR("/A"), NULL, 0), REGEX_MISSES);
    assert_int_equal(regex_match(c->regex, STR("/A"), NULL, 0), REGEX_MATCHES);
}

static void defines_the_groups_that_have_names(void **state)
{
    struct world *w = *state;
    const struct pattern *p;
    struct uservar *v;

    assert_int_equal(
        pattern_get(&p, STR("(x)(?<Lang>..)(?P<b>.)"), false, &w->scope), 0);
    assert_int_equal(p->name_count, 2);
    v = uservar_find(&w->users, STR("lang"));
    assert_non_null(v);
    assert_int_equal(v->kind, USERVAR_GROUP);
    assert_int_equal(v->place.line, 7);
    for (unsigned i = 0; i < p->name_count; i++)
        assert_int_equal(p->names[i].group,
                         p->names[i].uservar == v->index ? 2 : 3);
}

static void says_what_is_wrong(void **state)
{
    struct world *w = *state;
    const struct pattern *p;
    struct buf many = {0};

    assert_int_equal(pattern_get(&p, STR("^/(a"), false, &w->scope), -EINVAL);
    assert_true(
        str_starts_with(w->scope.why, STR("pcre2_compile() failed: missing ")));
    assert_true(str_ends_with(w->scope.why, STR(" in \"^/(a\"")));
    assert_int_equal(pattern_get(&p, STR("a**b"), false, &w->scope), -EINVAL);
    assert_true(str_ends_with(w->scope.why, STR(" in \"a**b\" at \"*b\"")) ||
                str_ends_with(w->scope.why, STR(" in \"a**b\" at \"b\"")));
    for (int i = 0; i < PATTERN_GROUPS_MAX; i++)
        buf_put(&many, STR("(a)"));
    assert_int_equal(pattern_get(&p, buf_str(&many), false, &w->scope),
                     -EINVAL);
    assert_true(
        str_starts_with(w->scope.why, STR("too many groups in \"(a)(a)")));
    buf_close(&many);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(compiles_a_text_once, open_world,
                                        close_world),
        cmocka_unit_test_setup_teardown(defines_the_groups_that_have_names,
                                        open_world, close_world),
        cmocka_unit_test_setup_teardown(says_what_is_wrong, open_world,
                                        close_world),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
