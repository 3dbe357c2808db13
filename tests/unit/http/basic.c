/* basic.c - the cases of http/basic */
#include "http/basic.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/attr.h"

static void reads_who_it_is(void **state)
{
    static const struct {
        const char *value, *user, *password; /* user NULL: nobody */
    } cases[] = {
        {"Basic dXNlcjpwYXNz", "user", "pass"},
        {"basic dXNlcjpwYXNz", "user", "pass"},
        {"BASIC   dXNlcjpwYXNz  ", "user", "pass"},
        {"Basic dTo=", "u", ""},
        {"Basic dTo", "u", ""},
        {"Basic dTphOmI=", "u", "a:b"},
        {"Basic w7w6w7w=", "\xc3\xbc", "\xc3\xbc"},
        {"Basic OnBhc3M=", NULL, NULL}, /* ":pass" */
        {"Basic dXNlcg==", NULL, NULL}, /* "user" */
        {"Basic ", NULL, NULL},
        {"Basic", NULL, NULL},
        {"", NULL, NULL},
        {"Basic d", NULL, NULL},
        {"Basic dXNlc*pwYXNz", NULL, NULL},
        {"Basic dXNlcjpwYXNz dXNlcjpwYXNz", NULL, NULL},
        {"Bearer dXNlcjpwYXNz", NULL, NULL},
        {"BasicdXNlcjpwYXNz", NULL, NULL},
    };
    struct arena arena = {0};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct basic who;

        assert_int_equal(basic_parse(str_of(cases[i].value), &arena, &who),
                         cases[i].user != NULL);
        if (!cases[i].user)
            continue;
        assert_string_equal(who.user.at, cases[i].user);
        assert_string_equal(who.password.at, cases[i].password);
        assert_int_equal(who.user.len, strlen(cases[i].user));
        assert_int_equal(who.password.len, strlen(cases[i].password));
    }
    arena_close(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_who_it_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
