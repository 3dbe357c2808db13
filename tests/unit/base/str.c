/* str.c - the cases of base/str */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/str.h"

static int sign(int n)
{
    return (n > 0) - (n < 0);
}

static void compares(void **state)
{
    static const struct {
        const char *a, *b;
        int order;
        bool nocase;
    } cases[] = {
        {"", "", 0, true},        {"a", "", 1, false},
        {"abc", "abc", 0, true},  {"abc", "abd", -1, false},
        {"ab", "abc", -1, false}, {"ABC", "abc", -1, true},
        {"[", "{", -1, false},    {"\xc4", "\xe4", -1, false},
        {"@", "`", -1, false},    {"\xff", "a", 1, false},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct str a = str_of(cases[i].a);
        struct str b = str_of(cases[i].b);

        assert_int_equal(sign(str_compare(a, b)), cases[i].order);
        assert_int_equal(sign(str_compare(b, a)), -cases[i].order);
        assert_int_equal(str_equals(a, b), cases[i].order == 0);
        assert_int_equal(str_equals_nocase(a, b), cases[i].nocase);
    }
    assert_true(str_equals((struct str){NULL, 0}, STR("")));
    assert_true(str_equals_nocase((struct str){NULL, 0}, STR("")));
    assert_int_equal(str_compare((struct str){NULL, 0}, STR("")), 0);
    assert_true(str_equals(str_of(NULL), STR("")));
}

static void begins_and_ends(void **state)
{
    (void)state;
    assert_true(str_starts_with(STR("/index"), STR("/")));
    assert_true(str_starts_with(STR("/"), STR("")));
    assert_true(str_starts_with((struct str){NULL, 0}, STR("")));
    assert_false(str_starts_with(STR("/"), STR("/i")));
    assert_false(str_starts_with(STR("Bytes=0"), STR("bytes=")));
    assert_true(str_starts_with_nocase(STR("Bytes=0"), STR("bytes=")));
    assert_false(str_starts_with_nocase(STR("Byte"), STR("bytes=")));
    assert_true(str_ends_with(STR("a.html"), STR(".html")));
    assert_true(str_ends_with(STR(".html"), STR(".html")));
    assert_true(str_ends_with(STR("x"), STR("")));
    assert_false(str_ends_with(STR("html"), STR(".html")));
    assert_false(str_ends_with(STR("a.htm"), STR(".html")));
}

static void finds(void **state)
{
    struct str text = STR("a.b.c");

    (void)state;
    assert_ptr_equal(str_find(text, '.'), text.at + 1);
    assert_ptr_equal(str_find_last(text, '.'), text.at + 3);
    assert_null(str_find(text, 'x'));
    assert_null(str_find_last(text, 'x'));
    assert_null(str_find((struct str){NULL, 0}, '.'));
    assert_null(str_find_last((struct str){NULL, 0}, '.'));
    assert_true(str_equals(str_from(text, 2), STR("b.c")));
    assert_true(str_equals(str_from(text, 5), STR("")));
    assert_int_equal(str_from(text, 6).len, 0);
    assert_null(str_from(text, 6).at);
}

static void trims(void **state)
{
    static const struct {
        const char *text, *trimmed;
    } cases[] = {
        {"", ""},          {" \t ", ""},           {"a", "a"},
        {" a b\t", "a b"}, {"\r a \n", "\r a \n"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        assert_true(str_equals(str_trim(str_of(cases[i].text)),
                               str_of(cases[i].trimmed)));
}

static void cuts(void **state)
{
    static const struct {
        const char *text;
        const char *parts[4];
    } cases[] = {
        {"", {""}},
        {"a", {"a"}},
        {",", {"", ""}},
        {"a,", {"a", ""}},
        {",a", {"", "a"}},
        {"a,b,c", {"a", "b", "c"}},
        {"a,,", {"a", "", ""}},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct str rest = str_of(cases[i].text);
        size_t n = 0;

        while (rest.at) {
            struct str part = str_cut(&rest, ',');

            assert_non_null(cases[i].parts[n]);
            assert_true(str_equals(part, str_of(cases[i].parts[n++])));
        }
        assert_int_equal(rest.len, 0);
        assert_null(cases[i].parts[n]);
    }
}

static void reads_numbers(void **state)
{
    static const struct {
        const char *text;
        bool good;
        uint64_t value;
    } cases[] = {
        {"0", true, 0},
        {"007", true, 7},
        {"18446744073709551615", true, UINT64_MAX},
        {"18446744073709551616", false, 0},
        {"99999999999999999999", false, 0},
        {"184467440737095516150", false, 0},
        {"", false, 0},
        {"-1", false, 0},
        {"+1", false, 0},
        {" 1", false, 0},
        {"1 ", false, 0},
        {"1x", false, 0},
        {"0x1", false, 0},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        uint64_t value = 4711;

        assert_int_equal(str_number(str_of(cases[i].text), &value),
                         cases[i].good);
        assert_int_equal(value, cases[i].good ? cases[i].value : 4711);
    }
}

static void measures_distance(void **state)
{
    static const struct {
        const char *a, *b;
        unsigned limit, distance;
    } cases[] = {
        {"root", "root", 3, 0},
        {"rot", "root", 3, 1},
        {"roto", "root", 3, 2},
        {"kitten", "sitting", 9, 3},
        {"kitten", "sitting", 2, 2},
        {"", "abc", 9, 3},
        {"", "", 3, 0},
        {"a", "abcdef", 3, 3},
        {"listen", "server", 9, 5},
        {"x", "y", 0, 0},
    };
    char longest[100];

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct str a = str_of(cases[i].a);
        struct str b = str_of(cases[i].b);

        assert_int_equal(str_distance(a, b, cases[i].limit), cases[i].distance);
        assert_int_equal(str_distance(b, a, cases[i].limit), cases[i].distance);
    }
    memset(longest, 'x', sizeof(longest));
    assert_int_equal(
        str_distance((struct str){longest, 99}, (struct str){longest, 100}, 3),
        3);
    assert_int_equal(
        str_distance((struct str){longest, 100}, (struct str){longest, 100}, 3),
        0);
    assert_int_equal(
        str_distance((struct str){longest, 63}, (struct str){longest, 64}, 3),
        1);
}

static void reads_hex(void **state)
{
    static const char digits[] = "0123456789abcdef";

    (void)state;
    for (int c = 0; c < 256; c++) {
        const char *at = c ? strchr(digits, str_lower((char)c)) : NULL;

        assert_int_equal(str_hex_value((char)c), at ? (int)(at - digits) : -1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(compares),
        cmocka_unit_test(begins_and_ends),
        cmocka_unit_test(finds),
        cmocka_unit_test(trims),
        cmocka_unit_test(cuts),
        cmocka_unit_test(reads_numbers),
        cmocka_unit_test(measures_distance),
        cmocka_unit_test(reads_hex),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
