/* method.c - the cases of http/method */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/attr.h"
#include "http/method.h"

static void finds(void **state)
{
    static const struct {
        const char *token;
        enum method method;
        bool is_token;
    } cases[] = {
        {"GET", METHOD_GET, true},
        {"HEAD", METHOD_HEAD, true},
        {"OPTIONS", METHOD_OPTIONS, true},
        {"POST", METHOD_OTHER, true},
        {"TRACE", METHOD_OTHER, true},
        {"CONNECT", METHOD_OTHER, true},
        {"M-SEARCH", METHOD_OTHER, true},
        {"UNSUBSCRIBE", METHOD_OTHER, true},
        {"get", METHOD_UNKNOWN, true},
        {"GETX", METHOD_UNKNOWN, true},
        {"GE", METHOD_UNKNOWN, true},
        {"PRI", METHOD_UNKNOWN, true},
        {"DESCRIBE", METHOD_UNKNOWN, true},
        {"a!#$%&'*+-.^_`|~9Z", METHOD_UNKNOWN, true},
        {"", METHOD_UNKNOWN, false},
        {"GET ", METHOD_UNKNOWN, false},
        {"G{T", METHOD_UNKNOWN, false},
        {"{GET", METHOD_UNKNOWN, false},
        {"azAZ09", METHOD_UNKNOWN, true},
        {"G:T", METHOD_UNKNOWN, false},
        {"G\tT", METHOD_UNKNOWN, false},
        {"\xc3\xa4", METHOD_UNKNOWN, false},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct str token = str_of(cases[i].token);

        assert_int_equal(method_find(token), cases[i].method);
        assert_int_equal(method_is_token(token), cases[i].is_token);
    }
    assert_false(method_is_token((struct str){"A\0B", 3}));
}

/* What Allow promises is what is served, and nothing else. */
static void allows_what_it_serves(void **state)
{
    struct str rest = STR(METHOD_ALLOW);
    unsigned count = 0;

    (void)state;
    while (rest.at) {
        enum method m = method_find(str_trim(str_cut(&rest, ',')));

        assert_true(m == METHOD_GET || m == METHOD_HEAD || m == METHOD_OPTIONS);
        count++;
    }
    assert_int_equal(count, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds),
        cmocka_unit_test(allows_what_it_serves),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
