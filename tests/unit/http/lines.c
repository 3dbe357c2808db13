/* lines.c - the cases of http/lines */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/attr.h"
#include "http/lines.h"

static void scans(void **state)
{
    static const struct {
        const char *text;
        enum lines_verdict verdict;
        size_t at; /* scanned at the end, line_at of what is too long */
    } cases[] = {
        {"", LINES_MORE, 0},
        {"a\r\n\r\n", LINES_END, 5},
        {"a\n\n", LINES_END, 3},
        {"a\r\n\nb\n\n", LINES_END, 4},
        {"a\n\r\nb", LINES_END, 4},
        {"a\r\nb\r\nc\r\n\r\n", LINES_END, 11},
        {"a\n \nb\n\n", LINES_END, 7},
        {"a\n\r\r\n\n", LINES_END, 6},
        {"a\r\n\r", LINES_MORE, 4},
        {"a\r\n", LINES_MORE, 3},
        {"12345678\r\n\r\n", LINES_END, 12},
        {"123456789\r\n\r\n", LINES_TOO_LONG, 0},
        {"1234567890", LINES_MORE, 10},
        {"12345678901", LINES_TOO_LONG, 0},
        {"a\n1234567890", LINES_MORE, 12},
        {"a\n12345678901", LINES_TOO_LONG, 2},
        {"a\n1234567890\n\n", LINES_TOO_LONG, 2},
        {"a\n123456789\n12345\n\n", LINES_END, 19},
        {"a\n123456789\n123456\n\n", LINES_END, 20},
        {"a\n123456789\n1234567\n\n", LINES_TOO_LONG, 20},
        {"a\n123456789\n12345678", LINES_TOO_LONG, 12},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases) * 2; i++) {
        struct str text = str_of(cases[i / 2].text);
        enum lines_verdict verdict = LINES_MORE;
        struct lines l = {0};
        size_t end = i % 2 ? 0 : text.len; /* at once, or byte by byte */

        for (; verdict == LINES_MORE && end <= text.len; end++)
            verdict = lines_scan(&l, (struct str){text.at, end}, 10, 20);
        if (verdict != cases[i / 2].verdict ||
            (verdict == LINES_TOO_LONG ? l.line_at : l.scanned) !=
                cases[i / 2].at)
            fail_msg("case %zu: verdict %d, %zu %zu", i, (int)verdict,
                     l.scanned, l.line_at);
    }
}

static void counts_empty_lines(void **state)
{
    (void)state;
    assert_int_equal(lines_empty(STR("")), 0);
    assert_int_equal(lines_empty(STR("a\r\n")), 0);
    assert_int_equal(lines_empty(STR("\r\na")), 2);
    assert_int_equal(lines_empty(STR("\n\r\n\na")), 4);
    assert_int_equal(lines_empty(STR("\r")), 0);
    assert_int_equal(lines_empty(STR("\r\n\ra")), 2);
    assert_int_equal(lines_empty(STR("\n")), 1);
}

static void finds_the_first_line(void **state)
{
    struct str line;

    (void)state;
    assert_true(lines_first(STR("a b\r\nc\r\n"), &line));
    assert_true(str_equals(line, STR("a b")));
    assert_true(lines_first(STR("a b\nc"), &line));
    assert_true(str_equals(line, STR("a b")));
    assert_false(lines_first(STR("a b\r"), &line));
    assert_true(str_equals(line, STR("a b")));
    assert_false(lines_first(STR(""), &line));
    assert_int_equal(line.len, 0);
}

static void mends_bare_lf(void **state)
{
    static const struct {
        const char *text, *mended;
        bool bare;
    } cases[] = {
        {"", "", false},
        {"a\r\nb\r\n", "a\r\nb\r\n", false},
        {"\n", "\r\n", true},
        {"a\nb\r\n\n", "a\r\nb\r\n\r\n", true},
        {"a\r\r\n", "a\r\r\n", false},
        {"a\rb\n", "a\rb\r\n", true},
    };
    struct arena arena = {0};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct str text = str_of(cases[i].text);

        assert_int_equal(lines_have_bare_lf(text), cases[i].bare);
        assert_true(
            str_equals(lines_rewrite(&arena, text), str_of(cases[i].mended)));
    }
    arena_close(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scans),
        cmocka_unit_test(counts_empty_lines),
        cmocka_unit_test(finds_the_first_line),
        cmocka_unit_test(mends_bare_lf),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
