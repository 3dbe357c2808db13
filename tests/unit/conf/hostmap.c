/* hostmap.c - the cases of conf/hostmap */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/attr.h"
#include "conf/hostmap.h"

static void finds(void **state)
{
    static const char *const names[] = {
        "Example.com", "*.example.com", "*.sub.example.com", "www.*",
        "www.a.*",     ".dot.org",      "www.exact.net",     "*.net",
    };
    static const struct {
        const char *name, *found;
    } cases[] = {
        {"example.com", "Example.com"},
        {"a.example.com", "*.example.com"},
        {"a.b.example.com", "*.example.com"},
        {"x.sub.example.com", "*.sub.example.com"},
        {"sub.example.com", "*.example.com"},
        {"notexample.com", NULL},
        {"www.com", "www.*"},
        {"www.a.com", "www.a.*"},
        {"www.b.com", "www.*"},
        {"www", NULL},
        {"dot.org", ".dot.org"},
        {"a.dot.org", ".dot.org"},
        {"www.exact.net", "www.exact.net"},
        {"www.other.net", "*.net"},
        {"", NULL},
    };
    struct arena arena = {0};
    struct hostmap m = {0};

    (void)state;
    assert_true(hostmap_is_empty(&m));
    assert_null(hostmap_find(&m, STR("a")));
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        assert_int_equal(hostmap_add(&m, &arena, str_of(names[i]),
                                     (void *)(uintptr_t)names[i]),
                         0);
    assert_false(hostmap_is_empty(&m));
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const char *found = hostmap_find(&m, str_of(cases[i].name));

        if (cases[i].found)
            assert_string_equal(found, cases[i].found);
        else
            assert_null(found);
    }
    arena_close(&arena);
}

static void refuses(void **state)
{
    static const struct {
        const char *name;
        int verdict;
    } cases[] = {
        {"a", 0},          {"A", -EEXIST},   {".a", -EEXIST},
        {"*.a", 0},        {"*.A", -EEXIST}, {"a.*", 0},
        {"A.*", -EEXIST},  {"", 0},          {"a*", -EINVAL},
        {"*a", -EINVAL},   {"*", -EINVAL},   {"*.b.*", -EINVAL},
        {"a..b", -EINVAL}, {"..b", -EINVAL}, {"a.*.b", -EINVAL},
        {".c", 0},         {"c", -EEXIST},   {"*.c", -EEXIST},
    };
    struct arena arena = {0};
    struct hostmap m = {0};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        if (hostmap_add(&m, &arena, str_of(cases[i].name), &m) !=
            cases[i].verdict)
            fail_msg("\"%s\"", cases[i].name);
    }
    arena_close(&arena);
}

static void takes_texts_as_they_are(void **state)
{
    struct arena arena = {0};
    struct hostmap m = {0};

    (void)state;
    assert_int_equal(hostmap_add_exact(&m, &arena, STR("*.A"), &m), 0);
    assert_int_equal(hostmap_add_exact(&m, &arena, STR("*.a"), &m), -EEXIST);
    assert_int_equal(hostmap_add_exact(&m, &arena, STR("**"), &m), 0);
    assert_ptr_equal(hostmap_find(&m, STR("*.a")), &m);
    assert_null(hostmap_find(&m, STR("b.a")));
    arena_close(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds),
        cmocka_unit_test(refuses),
        cmocka_unit_test(takes_texts_as_they_are),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
