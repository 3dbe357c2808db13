/* address.c - the cases of base/address */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/un.h>

#include <cmocka.h>

#include "base/address.h"
#include "base/attr.h"

static void prints(const struct address *a, const char *whole, const char *host)
{
    struct buf b = {0};

    address_print(&b, a);
    buf_put_char(&b, '\0');
    assert_string_equal(b.data, whole);
    buf_reset(&b);
    address_print_host(&b, a);
    buf_put_char(&b, '\0');
    assert_string_equal(b.data, host);
    buf_close(&b);
}

static void parses(void **state)
{
    static const struct {
        const char *text;
        int err;
        const char *whole, *host;
    } cases[] = {
        {"127.0.0.1", 0, "127.0.0.1:80", "127.0.0.1"},
        {"0.0.0.0", 0, "0.0.0.0:80", "0.0.0.0"},
        {"::1", 0, "[::1]:80", "::1"},
        {"[::1]", 0, "[::1]:80", "::1"},
        {"2001:DB8::", 0, "[2001:db8::]:80", "2001:db8::"},
        {"::ffff:1.2.3.4", 0, "[::ffff:1.2.3.4]:80", "::ffff:1.2.3.4"},
        {"ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255", 0,
         "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:80",
         "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
        {"", -EINVAL, NULL, NULL},
        {"[]", -EINVAL, NULL, NULL},
        {"[", -EINVAL, NULL, NULL},
        {"[127.0.0.1]", -EINVAL, NULL, NULL},
        {"[::1", -EINVAL, NULL, NULL},
        {"127.0.0.1:80", -EINVAL, NULL, NULL},
        {"127.0.0", -EINVAL, NULL, NULL},
        {"127.0.0.256", -EINVAL, NULL, NULL},
        {"127.0.0.1 ", -EINVAL, NULL, NULL},
        {"fe80::1%lo", -EINVAL, NULL, NULL},
        {"localhost", -EINVAL, NULL, NULL},
        {"1111:2222:3333:4444:5555:6666:7777:8888:9999:0000:1111", -EINVAL,
         NULL, NULL},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct address a = {.len = 77};
        struct str text = str_of(cases[i].text);

        assert_int_equal(address_parse(&a, text, 80), cases[i].err);
        if (cases[i].err == 0) {
            prints(&a, cases[i].whole, cases[i].host);
            assert_int_equal(address_port(&a), 80);
        } else {
            assert_int_equal(a.len, 77); /* written only on success */
        }
    }
    assert_int_equal(
        address_parse(&(struct address){0}, (struct str){"::1\0", 4}, 80),
        -EINVAL);
}

static void knows_unix_sockets(void **state)
{
    char path[109];
    struct address a, b;
    struct sockaddr_un *name = (struct sockaddr_un *)(void *)&a.name;

    (void)state;
    assert_int_equal(address_unix(&a, STR("/run/x.sock")), 0);
    prints(&a, "unix:/run/x.sock", "unix:/run/x.sock");
    assert_int_equal(address_port(&a), 0);
    address_set_port(&a, 80);
    prints(&a, "unix:/run/x.sock", "unix:/run/x.sock");
    assert_false(address_is_any(&a));

    /* The kernel may count the NUL or not, and give back the whole array. */
    b = a;
    b.len--;
    assert_true(address_equals(&a, &b));
    b.len = sizeof(struct sockaddr_un);
    assert_true(address_equals(&a, &b));
    assert_int_equal(address_unix(&b, STR("/run/y.sock")), 0);
    assert_false(address_equals(&a, &b));

    memset(path, 'x', sizeof(path));
    assert_int_equal(address_unix(&a, (struct str){path, 108}), -ENAMETOOLONG);
    assert_int_equal(address_unix(&a, (struct str){path, 107}), 0);
    assert_int_equal(a.len, sizeof(struct sockaddr_un));
    assert_int_equal(address_unix(&a, STR("")), -EINVAL);
    assert_int_equal(address_unix(&a, (struct str){"a\0b", 3}), -EINVAL);

    a = (struct address){.name.ss_family = AF_UNIX, .len = sizeof(sa_family_t)};
    prints(&a, "unix:", "unix:");
    memcpy(name->sun_path, "\0ab\n", 4);
    a.len = sizeof(sa_family_t) + 4;
    prints(&a, "unix:@ab\\x0a", "unix:@ab\\x0a");
}

static void knows_any(void **state)
{
    static const struct {
        const char *text;
        bool any;
    } cases[] = {
        {"0.0.0.0", true}, {"::", true},   {"0.0.0.1", false},
        {"::1", false},    {"1::", false}, {"::ffff:0.0.0.0", false},
    };
    struct address a = address_any(AF_INET, 80);
    struct address unspec = {0};

    (void)state;
    prints(&a, "0.0.0.0:80", "0.0.0.0");
    a = address_any(AF_INET6, 8080);
    prints(&a, "[::]:8080", "::");
    assert_false(address_is_any(&unspec));
    prints(&unspec, "", "");
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        assert_int_equal(address_parse(&a, str_of(cases[i].text), 0), 0);
        assert_int_equal(address_is_any(&a), cases[i].any);
    }
}

static void compares(void **state)
{
    struct address a, b;

    (void)state;
    assert_int_equal(address_parse(&a, STR("10.0.0.1"), 80), 0);
    assert_int_equal(address_parse(&b, STR("10.0.0.1"), 80), 0);
    assert_true(address_equals(&a, &b));
    address_set_port(&b, 81);
    assert_int_equal(address_port(&b), 81);
    assert_false(address_equals(&a, &b));
    assert_int_equal(address_parse(&b, STR("10.0.0.2"), 80), 0);
    assert_false(address_equals(&a, &b));
    assert_int_equal(address_parse(&b, STR("::ffff:10.0.0.1"), 80), 0);
    assert_false(address_equals(&a, &b));
    assert_int_equal(address_parse(&a, STR("::ffff:a00:1"), 80), 0);
    assert_true(address_equals(&a, &b));
}

static void parses_networks(void **state)
{
    static const struct {
        const char *text;
        int err;
        const char *base;
        unsigned bits;
        bool cleared;
    } cases[] = {
        {"10.0.0.0/8", 0, "10.0.0.0", 8, false},
        {"10.1.2.3/8", 0, "10.0.0.0", 8, true},
        {"10.1.2.255/25", 0, "10.1.2.128", 25, true},
        {"10.1.2.3", 0, "10.1.2.3", 32, false},
        {"10.1.2.3/32", 0, "10.1.2.3", 32, false},
        {"1.2.3.4/0", 0, "0.0.0.0", 0, true},
        {"2001:db8::/32", 0, "2001:db8::", 32, false},
        {"2001:db8:8000::/33", 0, "2001:db8:8000::", 33, false},
        {"2001:db8::1/127", 0, "2001:db8::", 127, true},
        {"::1", 0, "::1", 128, false},
        {"10.0.0.0/33", -EINVAL, NULL, 0, false},
        {"::/129", -EINVAL, NULL, 0, false},
        {"10.0.0.0/", -EINVAL, NULL, 0, false},
        {"10.0.0.0/x", -EINVAL, NULL, 0, false},
        {"10.0.0.0/8/8", -EINVAL, NULL, 0, false},
        {"10.0.0.0/-1", -EINVAL, NULL, 0, false},
        {"10.0.0.0/18446744073709551624", -EINVAL, NULL, 0, false},
        {"/8", -EINVAL, NULL, 0, false},
        {"", -EINVAL, NULL, 0, false},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct network n = {.bits = 77};
        bool cleared = !cases[i].cleared;

        assert_int_equal(network_parse(&n, str_of(cases[i].text), &cleared),
                         cases[i].err);
        if (cases[i].err < 0) {
            assert_int_equal(n.bits, 77);
            continue;
        }
        assert_int_equal(network_parse(&n, str_of(cases[i].text), NULL), 0);
        assert_int_equal(n.bits, cases[i].bits);
        assert_int_equal(cleared, cases[i].cleared);
        assert_true(address_equals(&n.base,
                                   &(struct address){n.base.name, n.base.len}));
        {
            struct buf b = {0};

            address_print_host(&b, &n.base);
            assert_true(str_equals(buf_str(&b), str_of(cases[i].base)));
            buf_close(&b);
        }
    }
}

static void networks_hold(void **state)
{
    static const struct {
        const char *network, *address;
        bool holds;
    } cases[] = {
        {"10.0.0.0/8", "10.255.0.1", true},
        {"10.0.0.0/8", "11.0.0.1", false},
        {"10.0.0.128/25", "10.0.0.129", true},
        {"10.0.0.128/25", "10.0.0.127", false},
        {"10.0.0.1", "10.0.0.1", true},
        {"10.0.0.1", "10.0.0.2", false},
        {"0.0.0.0/0", "255.255.255.255", true},
        {"0.0.0.0/0", "::1", false},
        {"10.0.0.0/8", "::ffff:10.0.0.1", true},
        {"10.0.0.0/8", "::ffff:11.0.0.1", false},
        {"10.0.0.0/8", "::10.0.0.1", false},
        {"::ffff:10.0.0.0/104", "::ffff:10.0.0.1", true},
        {"::ffff:10.0.0.0/104", "10.0.0.1", false},
        {"2001:db8::/33", "2001:db8:7fff::1", true},
        {"2001:db8::/33", "2001:db8:8000::1", false},
        {"::/0", "fe80::1", true},
        {"::/0", "10.0.0.1", false},
        {"::1", "::1", true},
        {"::1", "::2", false},
    };
    struct address path, unspec = {0};
    struct network all;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct network n;
        struct address a;

        assert_int_equal(network_parse(&n, str_of(cases[i].network), NULL), 0);
        assert_int_equal(address_parse(&a, str_of(cases[i].address), 80), 0);
        assert_int_equal(network_holds(&n, &a), cases[i].holds);
    }
    assert_int_equal(network_parse(&all, STR("0.0.0.0/0"), NULL), 0);
    assert_int_equal(address_unix(&path, STR("/run/x.sock")), 0);
    assert_false(network_holds(&all, &path));
    assert_false(network_holds(&all, &unspec));
    assert_false(network_holds(&(struct network){0}, &unspec));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parses),          cmocka_unit_test(knows_unix_sockets),
        cmocka_unit_test(knows_any),       cmocka_unit_test(compares),
        cmocka_unit_test(parses_networks), cmocka_unit_test(networks_hold),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
