/* host.c - the cases of http/host */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/attr.h"
#include "http/host.h"

static void parses(void **state)
{
    static const struct {
        const char *authority;
        const char *host; /* NULL: 400 */
        uint16_t port;
    } cases[] = {
        {"a", "a", 0},
        {"www.example.org", "www.example.org", 0},
        {"WWW.Example.ORG:8080", "www.example.org", 8080},
        {"azAZ09", "azaz09", 0},
        {"A", "a", 0},
        {"Z", "z", 0},
        {"a.", "a", 0},
        {"a.:80", "a", 80},
        {"a:", "a", 0},
        {"a:65535", "a", 65535},
        {"a:0", "a", 0},
        {"127.0.0.1:80", "127.0.0.1", 80},
        {"[::1]", "[::1]", 0},
        {"[2001:DB8::1]:443", "[2001:db8::1]", 443},
        {"[::ffff:1.2.3.4]:", "[::ffff:1.2.3.4]", 0},
        {"a_b-c~d", "a_b-c~d", 0},
        {"%41.example", "%41.example", 0},
        {"a!$&'()*+,;=b", "a!$&'()*+,;=b", 0},
        {"", NULL, 0},
        {":80", NULL, 0},
        {".", NULL, 0},
        {".a", NULL, 0},
        {"a..b", NULL, 0},
        {"a..", NULL, 0},
        {"a:65536", NULL, 0},
        {"a:99999999999999999999", NULL, 0},
        {"a:8x", NULL, 0},
        {"a:-1", NULL, 0},
        {"a:b:80", NULL, 0},
        {"::1", NULL, 0},
        {"[::1", NULL, 0},
        {"::1]", NULL, 0},
        {"[]", NULL, 0},
        {"[abcd]", NULL, 0},
        {"[::1]a", NULL, 0},
        {"[::1]:x", NULL, 0},
        {"[::1%eth0]", NULL, 0},
        {"[::g]", NULL, 0},
        {"[[::1]]", NULL, 0},
        {"a b", NULL, 0},
        {"a/b", NULL, 0},
        {"a?b", NULL, 0},
        {"a#b", NULL, 0},
        {"u@a", NULL, 0},
        {"a\\b", NULL, 0},
        {"a\"b", NULL, 0},
        {"<a>", NULL, 0},
        {"a\rb", NULL, 0},
        {"a\nb", NULL, 0},
        {"a\x7f", NULL, 0},
        {"\xc3\xa4", NULL, 0},
        {"%", NULL, 0},
        {"%4", NULL, 0},
        {"%4g", NULL, 0},
        {"a, b", NULL, 0},
        {" a", NULL, 0},
    };
    struct arena arena = {0};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct str host = STR("untouched");
        uint16_t port = 7;
        enum http_status status =
            host_parse(str_of(cases[i].authority), &arena, &host, &port);

        if (status != (cases[i].host ? HTTP_NONE : HTTP_BAD_REQUEST))
            fail_msg("%s: %d", cases[i].authority, (int)status);
        assert_int_equal(port, cases[i].host ? cases[i].port : 7);
        assert_true(str_equals(
            host, str_of(cases[i].host ? cases[i].host : "untouched")));
    }
    assert_int_equal(host_parse((struct str){"a\0b", 3}, &arena,
                                &(struct str){0}, &(uint16_t){0}),
                     HTTP_BAD_REQUEST);
    arena_close(&arena);
}

/* Only upper case costs memory. */
static void copies_only_what_changes(void **state)
{
    struct str authority = STR("example.org:80");
    struct arena arena = {0};
    struct str host;
    uint16_t port;

    (void)state;
    assert_int_equal(host_parse(authority, &arena, &host, &port), HTTP_NONE);
    assert_ptr_equal(host.at, authority.at);
    assert_null(arena.chunks);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parses),
        cmocka_unit_test(copies_only_what_changes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
