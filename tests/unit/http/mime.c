/* mime.c - the cases of http/mime */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/attr.h"
#include "http/mime.h"

static void finds_extensions(void **state)
{
    static const struct {
        const char *path, *extension;
    } cases[] = {
        {"/a.html", "html"},
        {"/a.tar.gz", "gz"},
        {"/a", ""},
        {"/a.b/c", ""},
        {"/.profile", ""},
        {"/a/.profile", ""},
        {"/.a.txt", "txt"},
        {"/a.", ""},
        {"a.js", "js"},
        {".js", ""},
        {"", ""},
        {"/", ""},
        {"/a..js", "js"},
        {"/..js", "js"},
        {"/a.b/", ""},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        assert_true(str_equals(mime_extension(str_of(cases[i].path)),
                               str_of(cases[i].extension)));
}

static void finds_types(void **state)
{
    struct arena arena = {0};
    struct mime mime = {0};
    struct str previous = STR("x");

    (void)state;
    assert_null(mime_find(&mime, STR("/a.html")).at);
    assert_int_equal(
        mime_add(&mime, &arena, STR("Html"), STR("text/html"), &previous), 0);
    assert_int_equal(previous.len, 0);
    assert_true(str_equals(mime_find(&mime, STR("/a.hTmL")), STR("text/html")));
    assert_null(mime_find(&mime, STR("/a.htm")).at);
    assert_null(mime_find(&mime, STR("/html")).at);
    assert_null(mime_find(&mime, STR("/a.")).at);
    assert_int_equal(
        mime_add(&mime, &arena, STR("HTML"), STR("a/b"), &previous), 0);
    assert_true(str_equals(previous, STR("text/html")));
    assert_true(str_equals(mime_find(&mime, STR("/a.html")), STR("a/b")));
    assert_int_equal(mime.count, 1);
    arena_close(&arena);
}

static void grows(void **state)
{
    struct arena arena = {0};
    struct mime mime = {0};

    (void)state;
    for (int i = 0; i < 1000; i++) {
        struct str extension = arena_printf(&arena, "E%d", i);
        struct str type = arena_printf(&arena, "type/%d", i);

        assert_int_equal(mime_add(&mime, &arena, extension, type, NULL), 0);
    }
    assert_int_equal(mime.count, 1000);
    for (int i = 0; i < 1000; i++) {
        struct str path = arena_printf(&arena, "/dir.x/file.e%d", i);
        struct str type = arena_printf(&arena, "type/%d", i);

        assert_true(str_equals(mime_find(&mime, path), type));
    }
    assert_null(mime_find(&mime, STR("/a.e1000")).at);
    arena_close(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_extensions),
        cmocka_unit_test(finds_types),
        cmocka_unit_test(grows),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
