/* base64.c - the cases of base/base64 */
#include "base/base64.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/attr.h"

/* RFC 4648 section 10 has the first ones. */
static void decodes(void **state)
{
    static const struct {
        const char *text, *expected; /* NULL: no base64 */
    } cases[] = {
        {"", ""},
        {"Zg==", "f"},
        {"Zm8=", "fo"},
        {"Zm9v", "foo"},
        {"Zm9vYg==", "foob"},
        {"Zm9vYmE=", "fooba"},
        {"Zm9vYmFy", "foobar"},
        {"Zg", "f"},
        {"Zm8", "fo"},
        {"+/+/", "\xfb\xff\xbf"},
        {"Z", NULL},
        {"Zm9vZ", NULL},
        {"Zm-v", NULL},
        {"Zm v", NULL},
        {"Z===", NULL},
        {"=Zm9", NULL},
        {"Zm9\n", NULL},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char memory[32];
        struct buf out = buf_over(memory, sizeof(memory));

        assert_int_equal(base64_decode(&out, str_of(cases[i].text)),
                         cases[i].expected != NULL);
        if (cases[i].expected)
            assert_true(str_equals(buf_str(&out), str_of(cases[i].expected)));
    }
}

static void what_does_not_fit_is_no_success(void **state)
{
    char memory[2];
    struct buf out = buf_over(memory, sizeof(memory));

    (void)state;
    assert_false(base64_decode(&out, STR("Zm9v")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decodes),
        cmocka_unit_test(what_does_not_fit_is_no_success),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
