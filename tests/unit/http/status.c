/* status.c - the cases of http/status */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/attr.h"
#include "http/status.h"

static void knows_reasons(void **state)
{
    static const struct {
        unsigned status;
        const char *reason;
        bool bodiless;
    } cases[] = {
        {100, "Continue", true},
        {200, "OK", false},
        {204, "No Content", true},
        {206, "Partial Content", false},
        {304, "Not Modified", true},
        {404, "Not Found", false},
        {413, "Content Too Large", false},
        {416, "Range Not Satisfiable", false},
        {431, "Request Header Fields Too Large", false},
        {507, "Insufficient Storage", false},
        {299, "", false},
        {0, "", true},
        {444, "", false},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        assert_true(str_equals(status_reason(cases[i].status),
                               str_of(cases[i].reason)));
        assert_int_equal(status_is_bodiless(cases[i].status),
                         cases[i].bodiless);
    }
}

/* A status that somebody sends has a name. */
static void names_each_status_once(void **state)
{
    unsigned named = 0;

    (void)state;
    for (unsigned i = 100; i < 600; i++)
        named += status_reason(i).len > 0;
    assert_int_equal(named, 43);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_reasons),
        cmocka_unit_test(names_each_status_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
