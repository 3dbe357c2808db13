/* geo.c - the cases of conf/geo */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/attr.h"
#include "conf/geo.h"

static struct str find(const struct geo *g, const char *text)
{
    struct address a;

    assert_int_equal(address_parse(&a, str_of(text), 80), 0);
    return geo_find(g, &a);
}

static const struct str *add(struct geo *g, struct arena *arena,
                             const char *text, const char *value)
{
    struct network n;
    struct str *kept = arena_alloc(arena, sizeof(*kept));
    const struct str *old;

    *kept = str_of(value);
    assert_int_equal(network_parse(&n, str_of(text), NULL), 0);
    assert_int_equal(geo_add(g, arena, &n, kept, &old), 0);
    return old;
}

static bool delete (struct geo *g, const char *text)
{
    struct network n;

    assert_int_equal(network_parse(&n, str_of(text), NULL), 0);
    return geo_delete(g, &n);
}

static void finds_the_longest_prefix(void **state)
{
    static const struct {
        const char *address, *value;
    } cases[] = {
        {"10.0.0.0", "ten"},
        {"10.255.255.255", "ten"},
        {"9.255.255.255", "all"},
        {"11.0.0.0", "all"},
        {"10.1.0.0", "ten-one"},
        {"10.1.255.255", "ten-one"},
        {"10.2.0.0", "ten"},
        {"10.1.2.3", "host"},
        {"10.1.2.4", "ten-one"},
        {"10.1.2.2", "ten-one"},
        {"0.0.0.0", "all"},
        {"255.255.255.255", "last"},
        {"255.255.255.254", "all"},
        {"::ffff:10.1.2.3", "host"},
        {"::", ""},
        {"2001:db8::1", "doc"},
        {"2001:db9::", ""},
        {"2001:db8:1::", "doc1"},
        {"2001:db8:2::", "doc"},
        {"ffff::", "top"},
        {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "top"},
        {"172.16.5.5", "all"},
    };
    struct arena arena = {0};
    struct geo g = {0};

    (void)state;
    add(&g, &arena, "10.1.2.3", "host");
    add(&g, &arena, "10.0.0.0/8", "ten");
    add(&g, &arena, "0.0.0.0/0", "all");
    add(&g, &arena, "10.1.0.0/16", "ten-one");
    add(&g, &arena, "255.255.255.255", "last");
    add(&g, &arena, "172.16.0.0/12", "gone");
    add(&g, &arena, "2001:db8::/32", "doc");
    add(&g, &arena, "2001:db8:1::/48", "doc1");
    add(&g, &arena, "8000::/1", "high");
    assert_true(delete (&g, "8000::/1"));
    add(&g, &arena, "ffff::/16", "top");
    assert_true(delete (&g, "172.16.0.0/12"));
    assert_false(delete (&g, "172.16.0.0/12"));
    assert_false(delete (&g, "172.16.0.0/13"));
    assert_int_equal(geo_settle(&g, &arena), 0);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct str value = find(&g, cases[i].address);

        if (!str_equals(value, str_of(cases[i].value)))
            fail_msg("%s: %.*s", cases[i].address, STR_ARG(value));
    }
    arena_close(&arena);
}

static void replaces(void **state)
{
    struct arena arena = {0};
    struct geo g = {0};
    const struct str *old;

    (void)state;
    assert_null(add(&g, &arena, "10.0.0.0/8", "a"));
    assert_null(add(&g, &arena, "10.0.0.0/9", "b"));
    old = add(&g, &arena, "10.0.0.0/8", "c");
    assert_non_null(old);
    assert_true(str_equals(*old, STR("a")));
    assert_int_equal(geo_settle(&g, &arena), 0);
    assert_true(str_equals(find(&g, "10.1.0.0"), STR("b")));
    assert_true(str_equals(find(&g, "10.200.0.0"), STR("c")));
    arena_close(&arena);
}

static void without_any_there_is_none(void **state)
{
    struct arena arena = {0};
    struct geo g = {0};

    (void)state;
    assert_int_equal(geo_settle(&g, &arena), 0);
    assert_int_equal(find(&g, "1.2.3.4").len, 0);
    assert_int_equal(find(&g, "::1").len, 0);
    g.ranges = true;
    assert_int_equal(find(&g, "1.2.3.4").len, 0);
    arena_close(&arena);
}

/* A search by halving against the simplest that there is. */
static void agrees_with_a_plain_search(void **state)
{
    static struct network networks[300];
    static char names[300][8];
    struct arena arena = {0};
    struct geo g = {0};

    (void)state;
    srand(1);
    for (size_t i = 0; i < 300; i++) {
        char text[32];

        snprintf(text, sizeof(text), "10.0.%d.%d/%d", rand() % 4, rand() % 256,
                 rand() % 17 + 16);
        snprintf(names[i], sizeof(names[i]), "%zu", i);
        assert_int_equal(network_parse(&networks[i], str_of(text), NULL), 0);
        add(&g, &arena, text, names[i]);
    }
    assert_int_equal(geo_settle(&g, &arena), 0);
    for (unsigned n = 0; n < 4 * 256; n++) {
        char text[32];
        struct address a;
        const char *best = "";
        unsigned bits = 0;

        snprintf(text, sizeof(text), "10.0.%u.%u", n >> 8, n & 255);
        assert_int_equal(address_parse(&a, str_of(text), 0), 0);
        for (size_t i = 0; i < 300; i++) {
            if (network_holds(&networks[i], &a) && networks[i].bits >= bits) {
                bits = networks[i].bits;
                best = names[i];
            }
        }
        assert_true(str_equals(geo_find(&g, &a), str_of(best)));
    }
    arena_close(&arena);
}

static int add_range(struct geo *g, struct arena *arena, uint32_t start,
                     uint32_t end, const char *value)
{
    struct geo_bounds bounds = {start, end};
    struct str *kept = arena_alloc(arena, sizeof(*kept));
    const struct str *old;

    *kept = str_of(value);
    return geo_add_range(g, arena, &bounds, kept, &old);
}

static void finds_ranges(void **state)
{
    static const struct str fallback = {"none", 4};
    static const struct {
        const char *address, *value;
    } cases[] = {
        {"10.0.0.0", "a"},           {"10.0.0.9", "a"},
        {"10.0.0.10", "b"},          {"10.0.0.20", "b"},
        {"10.0.0.21", "a"},          {"10.0.0.255", "e"},
        {"10.0.1.0", "a"},           {"10.0.1.255", "none"},
        {"10.1.0.0", "none"},        {"11.0.0.0", "c"},
        {"11.5.0.0", "c"},           {"11.255.255.255", "c"},
        {"12.0.0.0", "none"},        {"::1", "last"},
        {"255.255.255.255", "last"},
    };
    struct arena arena = {0};
    struct geo g = {.ranges = true, .fallback = &fallback};

    (void)state;
    assert_int_equal(add_range(&g, &arena, 0x0a000000, 0x0a0001fe, "a"), 0);
    assert_int_equal(add_range(&g, &arena, 0x0a00000a, 0x0a000014, "b"), 0);
    assert_int_equal(add_range(&g, &arena, 0x0b000000, 0x0bffffff, "x"), 0);
    assert_int_equal(add_range(&g, &arena, 0x0b000000, 0x0bffffff, "c"), 0);
    assert_int_equal(add_range(&g, &arena, 0x0a0000ff, 0x0a0000ff, "e"), 0);
    assert_int_equal(add_range(&g, &arena, 0xffffffff, 0xffffffff, "last"), 0);
    assert_int_equal(add_range(&g, &arena, 0x0d000000, 0x0d00000f, "gone"), 0);
    assert_true(
        geo_delete_range(&g, (struct geo_bounds){0x0d000000, 0x0d00000f}));
    assert_false(
        geo_delete_range(&g, (struct geo_bounds){0x0d000000, 0x0d00000f}));
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct str value = find(&g, cases[i].address);

        if (!str_equals(value, str_of(cases[i].value)))
            fail_msg("%s: %.*s", cases[i].address, STR_ARG(value));
    }
    arena_close(&arena);
}

static void refuses_what_overlaps(void **state)
{
    struct arena arena = {0};
    struct geo g = {.ranges = true};

    (void)state;
    assert_int_equal(add_range(&g, &arena, 100, 200, "a"), 0);
    assert_int_equal(add_range(&g, &arena, 50, 100, "b"), -EEXIST);
    assert_int_equal(add_range(&g, &arena, 200, 300, "b"), -EEXIST);
    assert_int_equal(add_range(&g, &arena, 50, 300, "b"), -EEXIST);
    assert_int_equal(add_range(&g, &arena, 50, 99, "b"), 0);
    assert_int_equal(add_range(&g, &arena, 201, 300, "b"), 0);
    assert_int_equal(add_range(&g, &arena, 100, 150, "c"), 0);
    assert_int_equal(add_range(&g, &arena, 151, 200, "d"), 0);
    assert_true(str_equals(find(&g, "0.0.0.150"), STR("c")));
    assert_true(str_equals(find(&g, "0.0.0.151"), STR("d")));
    arena_close(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_the_longest_prefix),
        cmocka_unit_test(replaces),
        cmocka_unit_test(without_any_there_is_none),
        cmocka_unit_test(agrees_with_a_plain_search),
        cmocka_unit_test(finds_ranges),
        cmocka_unit_test(refuses_what_overlaps),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
