/* expires.c - the cases of conf/expires */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/attr.h"
#include "conf/expires.h"

struct expires_case {
    const char *text;
    enum conf_expires_kind kind;
    int64_t seconds;
    const char *why;
};

static void check(enum conf_expires_kind from, const struct expires_case *c)
{
    struct conf_expires e = {.kind = from, .seconds = 77};
    const char *why = expires_parse(&e, str_of(c->text));

    if (c->why) {
        assert_non_null(why);
        assert_string_equal(why, c->why);
        assert_int_equal(e.kind, from);
        assert_int_equal(e.seconds, 77);
        return;
    }
    assert_null(why);
    assert_int_equal(e.kind, c->kind);
    if (c->kind >= CONF_EXPIRES_ACCESS)
        assert_int_equal(e.seconds, c->seconds);
}

#define INVALID "invalid value"
#define LONG_DAY "daily time value must be less than 24 hours"

static void from_access(void **state)
{
    static const struct expires_case cases[] = {
        {"off", CONF_EXPIRES_OFF, 0, NULL},
        {"epoch", CONF_EXPIRES_EPOCH, 0, NULL},
        {"max", CONF_EXPIRES_MAX, 0, NULL},
        {"0", CONF_EXPIRES_ACCESS, 0, NULL},
        {"30", CONF_EXPIRES_ACCESS, 30, NULL},
        {"+30", CONF_EXPIRES_ACCESS, 30, NULL},
        {"-30", CONF_EXPIRES_ACCESS, -30, NULL},
        {"1h30m", CONF_EXPIRES_ACCESS, 5400, NULL},
        {"1y", CONF_EXPIRES_ACCESS, 365 * 86400, NULL},
        {"@0", CONF_EXPIRES_DAILY, 0, NULL},
        {"@15h30m", CONF_EXPIRES_DAILY, 55800, NULL},
        {"@24h", CONF_EXPIRES_DAILY, 86400, NULL},
        {"@24h1s", 0, 0, LONG_DAY},
        {"", 0, 0, INVALID},
        {"+", 0, 0, INVALID},
        {"@", 0, 0, INVALID},
        {"--1", 0, 0, INVALID},
        {"@-1", 0, 0, INVALID},
        {"Max", 0, 0, INVALID},
        {"maximum", 0, 0, INVALID},
        {"1x", 0, 0, INVALID},
        {"5ms", 0, 0, INVALID},
        {"99999999999999999999", 0, 0, INVALID},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        check(CONF_EXPIRES_ACCESS, &cases[i]);
}

static void from_modified(void **state)
{
    static const struct expires_case cases[] = {
        {"30", CONF_EXPIRES_MODIFIED, 30, NULL},
        {"-1h", CONF_EXPIRES_MODIFIED, -3600, NULL},
        {"max", 0, 0, INVALID},
        {"off", 0, 0, INVALID},
        {"@1h", 0, 0, "daily time cannot be used with \"modified\" parameter"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        check(CONF_EXPIRES_MODIFIED, &cases[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(from_access),
        cmocka_unit_test(from_modified),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
