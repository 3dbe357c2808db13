/* path.c - the cases of http/path */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/attr.h"
#include "http/path.h"

static void cleans(void **state)
{
    static const struct {
        const char *raw;
        const char *merged; /* NULL: 400 */
        const char *kept;   /* with merge_slashes off; NULL: the same */
    } cases[] = {
        {"/", "/", NULL},
        {"/a/b.html", "/a/b.html", NULL},
        {"//", "/", "//"},
        {"///a//b/", "/a/b/", "///a//b/"},
        {"/%2f/a", "/a", "///a"},
        {"/%2Fa", "/a", "//a"},
        {"/a%2fb", "/a/b", NULL},
        {"/%61%C3%a4", "/a\xc3\xa4", NULL},
        {"/%2561", "/%61", NULL},
        {"/a%3fb%23c", "/a?b#c", NULL},
        {"/a+b", "/a+b", NULL},
        {"/.", "/", NULL},
        {"/./", "/", NULL},
        {"/a/.", "/a/", NULL},
        {"/a/./b", "/a/b", NULL},
        {"/a/..", "/", NULL},
        {"/a/../", "/", NULL},
        {"/a/b/..", "/a/", NULL},
        {"/a/b/../c", "/a/c", NULL},
        {"/a/b/../../c", "/c", NULL},
        {"/a//../b", "/b", "/a/b"},
        {"/a/b//..", "/a/", "/a/b/"},
        {"/%2e%2E/a", NULL, NULL},
        {"/a/%2e%2e/b", "/b", NULL},
        {"/a/.%2e/b", "/b", NULL},
        {"/a/..%2fb", "/b", NULL},
        {"/a/%2e", "/a/", NULL},
        {"/...", "/...", NULL},
        {"/a/.../b", "/a/.../b", NULL},
        {"/..a", "/..a", NULL},
        {"/.a", "/.a", NULL},
        {"/a.", "/a.", NULL},
        {"/a..", "/a..", NULL},
        {"/a../b", "/a../b", NULL},
        {"/%2e%2ea", "/..a", NULL},
        {"/a%2e%2e/b", "/a../b", NULL},
        {"/%252e%252e/", "/%2e%2e/", NULL},
        {"/..", NULL, NULL},
        {"/../", NULL, NULL},
        {"/../a", NULL, NULL},
        {"/a/../..", NULL, NULL},
        {"/a/../../b", NULL, NULL},
        {"/./..", NULL, NULL},
        {"/%00", NULL, NULL},
        {"/a%00.html", NULL, NULL},
        {"/%", NULL, NULL},
        {"/%2", NULL, NULL},
        {"/%2g", NULL, NULL},
        {"/%g2", NULL, NULL},
        {"/%%41", NULL, NULL},
        {"/% 41", NULL, NULL},
        {"", NULL, NULL},
        {"*", NULL, NULL},
        {"a", NULL, NULL},
        {"%2fa", NULL, NULL},
    };
    struct arena arena = {0};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases) * 2; i++) {
        bool merge = i % 2 == 0;
        const char *raw = cases[i / 2].raw;
        const char *want = merge || !cases[i / 2].kept ? cases[i / 2].merged
                                                       : cases[i / 2].kept;
        struct str path = STR("untouched");
        enum http_status status = path_clean(str_of(raw), merge, &arena, &path);

        if (status != (want ? HTTP_NONE : HTTP_BAD_REQUEST) ||
            !str_equals(path, str_of(want ? want : "untouched")))
            fail_msg("%s, merge %d: %d %.*s", raw, merge, (int)status,
                     STR_ARG(path));
        assert_int_equal(path.at[path.len], '\0');
    }
    arena_close(&arena);
}

/* "//../" with slashes kept: ".." takes the empty segment away, as in nginx. */
static void climbs_over_empty_segments(void **state)
{
    struct arena arena = {0};
    struct str path;

    (void)state;
    assert_int_equal(path_clean(STR("//.."), false, &arena, &path), HTTP_NONE);
    assert_true(str_equals(path, STR("/")));
    assert_int_equal(path_clean(STR("//.."), true, &arena, &path),
                     HTTP_BAD_REQUEST);
    assert_int_equal(path_clean((struct str){"/a\0b", 4}, true, &arena, &path),
                     HTTP_BAD_REQUEST);
    arena_close(&arena);
}

static void splits(void **state)
{
    static const struct {
        const char *target, *path, *args;
    } cases[] = {
        {"/a", "/a", NULL},    {"/a?", "/a", ""},
        {"/a?b", "/a", "b"},   {"/a?b?c", "/a", "b?c"},
        {"/a#b", "/a", NULL},  {"/a#b?c", "/a", NULL},
        {"/a?b#c", "/a", "b"}, {"/a?#c", "/a", ""},
        {"?b", "", "b"},       {"#", "", NULL},
        {"", "", NULL},        {"/%3fa?%23", "/%3fa", "%23"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct str path, args;

        path_split(str_of(cases[i].target), &path, &args);
        assert_true(str_equals(path, str_of(cases[i].path)));
        assert_int_equal(args.at != NULL, cases[i].args != NULL);
        assert_true(str_equals(args, str_of(cases[i].args)));
    }
}

static void escapes(void **state)
{
    static const struct {
        struct str text;
        const char *path, *segment, *args;
    } cases[] = {
#define TEXT(text) {text, sizeof(text) - 1}
        {TEXT(""), "", "", ""},
        {TEXT("/a/b-._~1"), "/a/b-._~1", "%2Fa%2Fb-._~1", "/a/b-._~1"},
        {TEXT("azAZ09@[`{"), "azAZ09@%5B%60%7B", "azAZ09@%5B%60%7B",
         "azAZ09@[%60%7B"},
        {TEXT("a b"), "a%20b", "a%20b", "a%20b"},
        {TEXT("a\r\nb"), "a%0D%0Ab", "a%0D%0Ab", "a%0D%0Ab"},
        {TEXT("\0\x7f\xff"), "%00%7F%FF", "%00%7F%FF", "%00%7F%FF"},
        {TEXT("?#%"), "%3F%23%25", "%3F%23%25", "?#%"},
        {TEXT("a:b&c'd"), "a:b&c'd", "a%3Ab%26c%27d", "a:b&c'd"},
        {TEXT("!$()*+,;=@"), "!$()*+,;=@", "!$()*+,;=@", "!$()*+,;=@"},
        {TEXT("\"<>\\^`{|}"), "%22%3C%3E%5C%5E%60%7B%7C%7D",
         "%22%3C%3E%5C%5E%60%7B%7C%7D", "%22%3C%3E%5C%5E%60%7B%7C%7D"},
        {TEXT("[]"), "%5B%5D", "%5B%5D", "[]"},
        {TEXT("//evil/"), "/%2Fevil/", "%2F%2Fevil%2F", "//evil/"},
        {TEXT("///evil"), "/%2F/evil", "%2F%2F%2Fevil", "///evil"},
        {TEXT("/\\evil"), "/%5Cevil", "%2F%5Cevil", "/%5Cevil"},
#undef TEXT
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct buf buf = {0};

        path_put_escaped(&buf, cases[i].text);
        assert_true(str_equals(buf_str(&buf), str_of(cases[i].path)));
        buf_reset(&buf);
        path_put_segment(&buf, cases[i].text);
        assert_true(str_equals(buf_str(&buf), str_of(cases[i].segment)));
        buf_reset(&buf);
        path_put_args(&buf, cases[i].text);
        assert_true(str_equals(buf_str(&buf), str_of(cases[i].args)));
        buf_close(&buf);
    }
}

/* What is escaped and cleaned again is what it was, whatever its bytes. */
static void escapes_for_any_path(void **state)
{
    struct arena arena = {0};
    struct buf buf = {0};
    struct str path;
    char text[256] = "/";

    (void)state;
    for (int i = 1; i < 255; i++)
        text[i] = (char)(i == '/' ? 'x' : i);
    path_put_escaped(&buf, (struct str){text, 255});
    assert_int_equal(path_clean(buf_str(&buf), true, &arena, &path), HTTP_NONE);
    assert_true(str_equals(path, (struct str){text, 255}));
    buf_close(&buf);
    arena_close(&arena);
}

static void knows_hidden_files(void **state)
{
    static const struct {
        const char *path;
        bool hidden;
    } cases[] = {
        {"/", false},
        {"/a.b", false},
        {"/.a", true},
        {"/a/.b", true},
        {"/a/.b/c", true},
        {"/.git/config", true},
        {"/.well-known/a", false},
        {"/.well-known/", false},
        {"/.well-known", false},
        {"/.well-known/.a", true},
        {"/.well-knownx/a", true},
        {"/a/.well-known/b", true},
        {"/.well-known/.well-known/b", true},
        {"//.a", true},
        {"", false},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        assert_int_equal(path_is_hidden(str_of(cases[i].path)),
                         cases[i].hidden);
}

static void escapes_values_and_redirects(void **state)
{
    static const struct {
        const char *text, *value, *redirect;
    } cases[] = {
        {"", "", ""},
        {"a/b~", "a/b~", "a/b~"},
        {" #%&+;?", "%20%23%25%26%2B%3B%3F", " #%&+;?"},
        {"\x01\x7f\xff", "%01%7F%FF", "\x01\x7f\xff"},
        {"%41%7e%20%25%zz%4", "%2541%257e%2520%2525%25zz%254", "A~%20%25%zz%4"},
        {"%41?%41", "%2541%3F%2541", "A?%41"},
        {"%3f%41", "%253f%2541", "?%41"},
        {"%7f%80%0a", "%257f%2580%250a", "%7f%80%0a"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct buf buf = {0};

        path_put_value(&buf, str_of(cases[i].text));
        assert_true(str_equals(buf_str(&buf), str_of(cases[i].value)));
        buf_reset(&buf);
        path_put_redirect(&buf, str_of(cases[i].text));
        assert_true(str_equals(buf_str(&buf), str_of(cases[i].redirect)));
        buf_close(&buf);
    }
}

static void sees_ways_upward(void **state)
{
    static const char *const up[] = {"..", "/..", "../a", "/a/../b", "a/.."};
    static const char *const not_up[] = {"",     "/",    "/a",      "/..a",
                                         "/a..", "/...", "/a/..b/c"};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(up); i++)
        assert_true(path_climbs(str_of(up[i])));
    for (size_t i = 0; i < ARRAY_LEN(not_up); i++)
        assert_false(path_climbs(str_of(not_up[i])));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cleans),
        cmocka_unit_test(climbs_over_empty_segments),
        cmocka_unit_test(splits),
        cmocka_unit_test(escapes),
        cmocka_unit_test(escapes_for_any_path),
        cmocka_unit_test(knows_hidden_files),
        cmocka_unit_test(escapes_values_and_redirects),
        cmocka_unit_test(sees_ways_upward),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
