/* escape.c - the cases of content/escape */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/attr.h"
#include "content/escape.h"

static void spells_what_a_log_cannot_hold(void **state)
{
    static const struct {
        enum conf_escape form;
        struct str value;
        struct str expected;
    } cases[] = {
        {CONF_ESCAPE_DEFAULT, {"plain", 5}, {"plain", 5}},
        {CONF_ESCAPE_DEFAULT, {"", 0}, {"", 0}},
        {CONF_ESCAPE_DEFAULT, {"a\"b\\", 4}, {"a\\x22b\\x5C", 10}},
        {CONF_ESCAPE_DEFAULT, {"\n", 1}, {"\\x0A", 4}},
        {CONF_ESCAPE_DEFAULT, {"\0\x7f\xc3", 3}, {"\\x00\\x7F\\xC3", 12}},
        {CONF_ESCAPE_DEFAULT, {" ~", 2}, {" ~", 2}},
        {CONF_ESCAPE_JSON, {"a\"b\\", 4}, {"a\\\"b\\\\", 6}},
        {CONF_ESCAPE_JSON, {"\n\r\t\b\f", 5}, {"\\n\\r\\t\\b\\f", 10}},
        {CONF_ESCAPE_JSON, {"\x1f\0", 2}, {"\\u001F\\u0000", 12}},
        {CONF_ESCAPE_JSON, {"\x7f\xc3\xa9", 3}, {"\x7f\xc3\xa9", 3}},
        {CONF_ESCAPE_NONE, {"\"\n", 2}, {"\"\n", 2}},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char memory[64];
        struct buf b = buf_over(memory, sizeof(memory));

        buf_put(&b, STR("\"head\" "));
        escape_from(&b, b.len, cases[i].form);
        buf_put(&b, cases[i].value);
        escape_from(&b, 7, cases[i].form);
        assert_memory_equal(b.data, "\"head\" ", 7);
        assert_int_equal(b.len, 7 + cases[i].expected.len);
        assert_memory_equal(b.data + 7, cases[i].expected.at,
                            cases[i].expected.len);
        assert_false(b.failed);
    }
}

static void drops_what_does_not_fit(void **state)
{
    char memory[8];
    struct buf b = buf_over(memory, sizeof(memory));

    (void)state;
    buf_put(&b, STR("ab\n\n"));
    escape_from(&b, 2, CONF_ESCAPE_DEFAULT);
    assert_true(b.failed);
    assert_int_equal(b.len, 2);
    assert_memory_equal(b.data, "ab", 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spells_what_a_log_cannot_hold),
        cmocka_unit_test(drops_what_does_not_fit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
