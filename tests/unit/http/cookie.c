/* cookie.c - the cases of http/cookie */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/attr.h"
#include "http/cookie.h"

static void finds(void **state)
{
    static const struct {
        const char *field, *name, *value; /* NULL: there is none */
    } cases[] = {
        {"a=1", "a", "1"},
        {"a=1; b=2", "b", "2"},
        {"a=1;b=2", "b", "2"},
        {"a=1, b=2", "b", "2"},
        {"a=1, b=2", "a", "1, b=2"},
        {"A=1", "a", "1"},
        {"a = 1", "a", "1"},
        {"a=1 ; b=2", "a", "1 "},
        {"aa=1; a=2", "a", "2"},
        {"ba=1; a=2", "a", "2"},
        {"a; a=2", "a", "2"},
        {"a=1; a=2", "a", "1"},
        {"a=", "a", ""},
        {"a=;b=1", "a", ""},
        {"a=b=c; d=e", "a", "b=c"},
        {"a", "a", NULL},
        {"", "a", NULL},
        {"b=a=1", "a", NULL},
        {";;; a=1", "a", "1"},
        {"a=1", "ab", NULL},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct str value = STR("untouched");
        bool found =
            cookie_find(str_of(cases[i].field), str_of(cases[i].name), &value);
        struct str wanted =
            str_of(cases[i].value ? cases[i].value : "untouched");

        if (found != (cases[i].value != NULL) || !str_equals(value, wanted))
            fail_msg("%s in %s: \"%.*s\"", cases[i].name, cases[i].field,
                     STR_ARG(value));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
