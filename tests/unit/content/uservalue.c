/* uservalue.c - the cases of content/uservalue */
#include "content/uservalue.h"

#include "content/variable.h"
#include "site.h"

/* $a is 0, $word is 1, $never is 2. */
#define LINES                                                                  \
    "set $a x; location ~ (?<word>b+)(c)? {}"                                  \
    "location ~ \"^(d+)+$\" {} location / { return 200 $never$1$word;"         \
    " set $never 1; }"

static const struct pattern *pattern(const struct site *s, size_t at)
{
    return s->conf->servers[0]->whole.inside.regexes[at]->pattern;
}

static void keeps_what_was_captured(void **state)
{
    struct site s;
    struct exchange *x;

    (void)state;
    site_open(&s, LINES);
    x = site_enter(&s, "/", "");
    assert_null(uservalue_group(x, 1).at);
    assert_int_equal(uservalue_match(x, pattern(&s, 0), STR("abbc")),
                     REGEX_MATCHES);
    assert_true(str_equals(uservalue_group(x, 1), STR("bb")));
    assert_true(str_equals(uservalue_group(x, 2), STR("c")));
    assert_null(uservalue_group(x, 3).at);
    assert_null(uservalue_group(x, 0).at);
    assert_null(uservalue_group(x, 10).at);
    assert_true(str_equals(uservalue_get(x, 1), STR("bb")));
    /* What does not match leaves all as it is; what matches nothing of it. */
    assert_int_equal(uservalue_match(x, pattern(&s, 0), STR("x")),
                     REGEX_MISSES);
    assert_true(str_equals(uservalue_group(x, 2), STR("c")));
    assert_int_equal(uservalue_match(x, pattern(&s, 0), STR("b")),
                     REGEX_MATCHES);
    assert_null(uservalue_group(x, 2).at);
    assert_true(str_equals(uservalue_get(x, 1), STR("b")));
    uservalue_forget_groups(x);
    assert_null(uservalue_group(x, 1).at);
    assert_true(str_equals(uservalue_get(x, 1), STR("b")));
    site_close(&s);
}

static void gives_up_in_time(void **state)
{
    struct site s;
    struct exchange *x;

    (void)state;
    site_open(&s, LINES);
    x = site_enter(&s, "/", "");
    assert_int_equal(
        uservalue_match(x, pattern(&s, 1),
                        STR("dddddddddddddddddddddddddddddddddddddddddddd!")),
        REGEX_EXCEEDED);
    site_close(&s);
}

static void holds_what_is_set(void **state)
{
    struct site s;
    struct exchange *x;
    struct template_part part = {.is_variable = true,
                                 .variable = VARIABLE_USER};
    struct buf text = {0};

    (void)state;
    site_open(&s, LINES);
    x = site_enter(&s, "/", "");
    assert_int_equal(uservalue_get(x, 0).len, 0);
    assert_null(uservalue_get(x, 1).at);
    assert_null(uservalue_get(x, 99).at);
    assert_false(uservalue_set(x, 99, STR("x")));
    assert_true(uservalue_set(x, 0, STR("x")));
    assert_true(str_equals(uservalue_get(x, 0), STR("x")));
    variable_put(&text, x, &part);
    part = (struct template_part){
        .is_variable = true, .variable = VARIABLE_CAPTURE, .index = 1};
    x->groups[0] = STR("y");
    variable_put(&text, x, &part);
    assert_true(str_equals(buf_str(&text), STR("xy")));
    x = site_enter(&s, "/", ""); /* the next request */
    assert_int_equal(uservalue_get(x, 0).len, 0);
    assert_null(uservalue_group(x, 1).at);
    buf_close(&text);
    site_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_what_was_captured),
        cmocka_unit_test(gives_up_in_time),
        cmocka_unit_test(holds_what_is_set),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
