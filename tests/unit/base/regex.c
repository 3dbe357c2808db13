/* regex.c - the cases of base/regex */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/regex.h"

static struct regex *compiled(const char *pattern, bool nocase)
{
    struct regex_error error;
    struct regex *r = NULL;

    assert_int_equal(regex_new(&r, str_of(pattern), nocase, &error), 0);
    assert_non_null(r);
    return r;
}

static void matches(void **state)
{
    static const struct {
        const char *pattern, *subject;
        bool nocase;
        enum regex_verdict verdict;
        const char *groups[4];
    } cases[] = {
        {"\\.php$", "/a.php", false, REGEX_MATCHES, {".php"}},
        {"\\.php$", "/a.PHP", false, REGEX_MISSES, {NULL}},
        {"\\.php$", "/a.PHP", true, REGEX_MATCHES, {".PHP"}},
        {"^/(a+)/(b)?", "/aa/", false, REGEX_MATCHES, {"/aa/", "aa", NULL}},
        {"^/(a+)/(b)?", "/aa/b", false, REGEX_MATCHES, {"/aa/b", "aa", "b"}},
        {"(x)|(y)", "y", false, REGEX_MATCHES, {"y", NULL, "y"}},
        {"", "abc", false, REGEX_MATCHES, {""}},
        {"^$", "", false, REGEX_MATCHES, {""}},
        {"^.$", "\xc3\xa4", false, REGEX_MISSES, {NULL}},
        {"(*UTF)^.$", "\xc3\xa4", false, REGEX_MATCHES, {"\xc3\xa4"}},
        {"(*UTF)^.$", "\xc3", false, REGEX_MISSES, {NULL}},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct regex *r = compiled(cases[i].pattern, cases[i].nocase);
        struct str groups[4];

        assert_int_equal(regex_match(r, str_of(cases[i].subject), groups, 4),
                         cases[i].verdict);
        for (size_t g = 0; g < 4 && cases[i].verdict == REGEX_MATCHES; g++) {
            assert_true(str_equals(groups[g], str_of(cases[i].groups[g])));
            assert_int_equal(groups[g].at != NULL, cases[i].groups[g] != NULL);
        }
        regex_free(r);
    }
}

static void knows_its_groups(void **state)
{
    struct regex *r = compiled("(?<year>\\d+)-(\\d+)-(?<day>\\d+)", false);
    struct str groups[2];
    unsigned group = 0;

    (void)state;
    assert_int_equal(regex_groups(r), 3);
    assert_true(str_equals(regex_name(r, 0, &group), STR("day")));
    assert_int_equal(group, 3);
    assert_true(str_equals(regex_name(r, 1, &group), STR("year")));
    assert_int_equal(group, 1);
    assert_null(regex_name(r, 2, &group).at);
    assert_int_equal(regex_match(r, STR("on 2026-11-20"), groups, 2),
                     REGEX_MATCHES);
    assert_true(str_equals(groups[1], STR("2026")));
    assert_int_equal(regex_match(r, STR("1-2-3"), NULL, 0), REGEX_MATCHES);
    regex_free(r);
}

static void says_what_is_wrong(void **state)
{
    struct regex_error error = {0};
    struct regex *r = (struct regex *)(void *)&error;

    (void)state;
    assert_int_equal(regex_new(&r, STR("/(a"), false, &error), -EINVAL);
    assert_ptr_equal(r, &error);
    assert_string_equal(error.text, "missing closing parenthesis");
    assert_int_equal(error.offset, 3);
    assert_int_equal(regex_new(&r, STR("*"), false, &error), -EINVAL);
    assert_int_equal(error.offset, 0);
    regex_free(NULL);
}

/* Patterns that backtrack without end are ended, compiled or interpreted. */
static void ends_what_does_not_end(void **state)
{
    static const char *const patterns[] = {"^(a+)+$", "(*NO_JIT)^(a+)+$"};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(patterns); i++) {
        struct regex *r = compiled(patterns[i], false);

        assert_int_equal(
            regex_match(r, STR("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab"),
                        NULL, 0),
            REGEX_EXCEEDED);
        assert_int_equal(regex_match(r, STR("aaa"), NULL, 0), REGEX_MATCHES);
        regex_free(r);
    }
}

/* A long subject is more than the stack of compiled patterns holds. */
static void takes_long_subjects(void **state)
{
    struct regex *r = compiled("^(?:(a)|b)*$", false);
    size_t len = 8000;
    char *subject = malloc(len);

    (void)state;
    assert_non_null(subject);
    memset(subject, 'a', len);
    assert_int_equal(regex_match(r, (struct str){subject, len}, NULL, 0),
                     REGEX_MATCHES);
    free(subject);
    assert_int_equal(regex_match(r, (struct str){NULL, 0}, NULL, 0),
                     REGEX_MATCHES);
    regex_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(matches),
        cmocka_unit_test(knows_its_groups),
        cmocka_unit_test(says_what_is_wrong),
        cmocka_unit_test(ends_what_does_not_end),
        cmocka_unit_test(takes_long_subjects),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
