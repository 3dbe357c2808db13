/* names.c - the cases of conf/names */
#include "conf/names.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/attr.h"

static int add(struct server_names *names, struct arena *arena,
               enum server_name_kind kind, const char *name,
               struct server *server)
{
    struct conf_server_name n = {.kind = kind, .name = str_of(name)};

    return names_add(names, arena, &n, server);
}

static void finds_exact_names(void **state)
{
    struct arena arena = {0};
    struct server_names names = {0};
    struct server a = {.number = 1}, b = {.number = 2};
    struct endpoint e = {.default_server = &b};

    (void)state;
    assert_null(names_find(&e, STR("a")));
    e.names = &names;
    assert_null(names_find(&e, STR("a")));
    assert_int_equal(add(&names, &arena, SERVER_NAME_EXACT, "a", &a), 0);
    assert_int_equal(add(&names, &arena, SERVER_NAME_EXACT, "a", &b), -EEXIST);
    assert_null(names_find(&e, STR("")));
    assert_int_equal(add(&names, &arena, SERVER_NAME_EXACT, "", &a), 0);
    assert_ptr_equal(names_find(&e, STR("a")), &a);
    assert_ptr_equal(names_find(&e, STR("")), &a);
    assert_null(names_find(&e, STR("a.")));
    assert_ptr_equal(names_find(&e, (struct str){NULL, 0}), &a);
    arena_close(&arena);
}

/* One row a server, numbered from 1. */
static const struct {
    enum server_name_kind kind;
    const char *name;
} servers[] = {
    {SERVER_NAME_EXACT, "www.x.org"},   {SERVER_NAME_HEAD, "*.x.org"},
    {SERVER_NAME_TAIL, "www.x.*"},      {SERVER_NAME_DOT, "y.org"},
    {SERVER_NAME_HEAD, "*.deep.x.org"}, {SERVER_NAME_TAIL, "www.*"},
    {SERVER_NAME_HEAD, "*.org"},        {SERVER_NAME_EXACT, "_"},
};

static void prefers_as_nginx_does(void **state)
{
    static const struct {
        const char *host;
        size_t number; /* 0: none */
    } cases[] = {
        {"www.x.org", 1},
        {"a.x.org", 2},
        {"a.b.x.org", 2},
        {"x.org", 7},
        {"www.x.com", 3},
        {"www.x.co.uk", 3},
        {"www.x", 6},
        {"y.org", 4},
        {"a.y.org", 4},
        {"a.b.y.org", 4},
        {"ay.org", 7},
        {"deep.x.org", 2},
        {"a.deep.x.org", 5},
        {"www.deep.x.org", 5},
        {"www.z", 6},
        {"www", 0},
        {"org", 0},
        {"_", 8},
        {"a.com", 0},
        {"", 0},
        {".", 0},
        {"..", 0},
        {"awww.x.com", 0},
        {"www.x.org.x", 3},
    };
    struct server all[ARRAY_LEN(servers)];
    struct arena arena = {0};
    struct server_names names = {0};
    struct endpoint e = {.names = &names};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(servers); i++)
        assert_int_equal(
            add(&names, &arena, servers[i].kind, servers[i].name, &all[i]), 0);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const struct server *found = names_find(&e, str_of(cases[i].host));

        assert_ptr_equal(found,
                         cases[i].number ? &all[cases[i].number - 1] : NULL);
    }
    assert_int_equal(add(&names, &arena, SERVER_NAME_HEAD, "*.x.org", all),
                     -EEXIST);
    assert_int_equal(add(&names, &arena, SERVER_NAME_TAIL, "www.*", all),
                     -EEXIST);
    assert_int_equal(add(&names, &arena, SERVER_NAME_DOT, "x.org", all),
                     -EEXIST);
    arena_close(&arena);
}

static void keeps_patterns_in_order(void **state)
{
    struct pattern one = {.text = STR("1")}, two = {.text = STR("2")};
    struct server a = {0}, b = {0};
    struct server_names names = {0};
    struct endpoint e = {.names = &names};
    struct arena arena = {0};
    struct conf_server_name n = {.kind = SERVER_NAME_REGEX, .pattern = &one};

    (void)state;
    assert_int_equal(names_add(&names, &arena, &n, &a), 0);
    n.pattern = &two;
    assert_int_equal(names_add(&names, &arena, &n, &b), 0);
    assert_int_equal(names.regex_count, 2);
    assert_ptr_equal(names.regexes[0].pattern, &one);
    assert_ptr_equal(names.regexes[0].server, &a);
    assert_ptr_equal(names.regexes[1].pattern, &two);
    assert_null(names_find(&e, STR("1")));
    arena_close(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_exact_names),
        cmocka_unit_test(prefers_as_nginx_does),
        cmocka_unit_test(keeps_patterns_in_order),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
