/* buf.c - the cases of base/buf */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/buf.h"

static void holds(const struct buf *b, const char *text)
{
    struct str held = buf_str(b);

    assert_int_equal(held.len, strlen(text));
    assert_true(str_equals(held, str_of(text)));
}

static void grows(void **state)
{
    struct buf b = {0};

    (void)state;
    assert_int_equal(buf_str(&b).len, 0);
    for (int i = 0; i < 1000; i++)
        buf_put(&b, STR("0123456789"));
    assert_false(b.failed);
    assert_int_equal(b.len, 10000);
    assert_memory_equal(b.data + 9990, "0123456789", 10);
    buf_reset(&b);
    holds(&b, "");
    buf_put_char(&b, 'x');
    holds(&b, "x");
    buf_close(&b);
    assert_null(b.data);
    buf_close(&b);
    buf_close(NULL);
}

static void cuts_what_was_lent(void **state)
{
    char memory[9] = "........|";
    struct buf b = buf_over(memory, 8);

    (void)state;
    buf_put(&b, STR("01234567"));
    assert_false(b.failed);
    holds(&b, "01234567");
    buf_put(&b, STR(""));
    assert_false(b.failed);
    buf_put_char(&b, '8');
    assert_true(b.failed);
    holds(&b, "01234567");

    buf_reset(&b);
    buf_put(&b, STR("abcdefghijk"));
    assert_true(b.failed);
    holds(&b, "abcdefgh");
    assert_int_equal(memory[8], '|');
    buf_close(&b);
}

static void nothing_follows_a_cut(void **state)
{
    char memory[8];
    struct buf b = buf_over(memory, sizeof(memory));

    (void)state;
    buf_put_html(&b, STR("abcdef<"));
    assert_true(b.failed);
    buf_put(&b, STR("x"));
    buf_put_char(&b, 'x');
    buf_put_number(&b, 1);
    buf_printf(&b, "x");
    holds(&b, "abcdef");
}

static void reserves(void **state)
{
    char memory[8];
    struct buf lent = buf_over(memory, sizeof(memory));
    struct buf own = {0};

    (void)state;
    assert_true(buf_reserve(&lent, 8));
    assert_false(buf_reserve(&lent, 9));
    assert_true(lent.failed);
    assert_true(buf_reserve(&own, 5000));
    assert_true(own.room >= 5000);
    buf_put_char(&own, 'x');
    assert_false(buf_reserve(&own, SIZE_MAX));
    assert_true(own.failed);
    buf_reset(&own);
    assert_false(buf_reserve(&own, SIZE_MAX / 2 + 2));
    buf_close(&own);
}

static void prints(void **state)
{
    char memory[9] = "........|";
    struct buf lent = buf_over(memory, 8);
    struct buf own = {0};

    (void)state;
    buf_printf(&own, "%s-%d", "a", 7);
    buf_printf(&own, "%0100d", 5);
    assert_false(own.failed);
    assert_int_equal(own.len, 103);
    assert_memory_equal(own.data, "a-70000", 7);
    assert_int_equal(own.data[102], '5');
    buf_close(&own);

    buf_printf(&lent, "%s", "1234567");
    buf_printf(&lent, "%s", "8"); /* just fits: no room for a NUL */
    assert_false(lent.failed);
    holds(&lent, "12345678");
    buf_printf(&lent, "%s", "");
    assert_false(lent.failed);
    buf_printf(&lent, "%s", "9");
    assert_true(lent.failed);
    buf_reset(&lent);
    buf_printf(&lent, "%s", "123456789");
    assert_true(lent.failed);
    holds(&lent, "12345678");
    assert_int_equal(memory[8], '|');
}

static void puts_numbers(void **state)
{
    static const struct {
        uint64_t n;
        const char *text;
    } cases[] = {
        {0, "0"},
        {9, "9"},
        {10, "10"},
        {1234567890, "1234567890"},
        {UINT64_MAX, "18446744073709551615"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct buf b = {0};

        buf_put_number(&b, cases[i].n);
        holds(&b, cases[i].text);
        buf_close(&b);
    }
}

static void escapes(void **state)
{
    static const struct {
        const char *text, *escaped, *html;
    } cases[] = {
        {"", "", ""},
        {"plain ~", "plain ~", "plain ~"},
        {"a\"b\\c", "a\\\"b\\\\c", "a&quot;b\\c"},
        {"\n\x7f\xff", "\\x0a\\x7f\\xff", "\n\x7f\xff"},
        {"<a href='&'>", "<a href='&'>", "&lt;a href=&#39;&amp;&#39;&gt;"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct buf b = {0};

        buf_put_escaped(&b, str_of(cases[i].text));
        holds(&b, cases[i].escaped);
        buf_reset(&b);
        buf_put_html(&b, str_of(cases[i].text));
        holds(&b, cases[i].html);
        buf_close(&b);
    }
}

static void never_cuts_an_escape(void **state)
{
    char memory[4];
    struct buf b = buf_over(memory, sizeof(memory));

    (void)state;
    buf_put_escaped(&b, STR("a\n"));
    assert_true(b.failed);
    holds(&b, "a");
    buf_reset(&b);
    buf_put_escaped(&b, (struct str){"\0", 1});
    assert_false(b.failed);
    holds(&b, "\\x00");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(grows),
        cmocka_unit_test(cuts_what_was_lent),
        cmocka_unit_test(nothing_follows_a_cut),
        cmocka_unit_test(reserves),
        cmocka_unit_test(prints),
        cmocka_unit_test(puts_numbers),
        cmocka_unit_test(escapes),
        cmocka_unit_test(never_cuts_an_escape),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
