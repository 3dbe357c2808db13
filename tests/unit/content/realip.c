/* realip.c - the cases of content/realip */
#include "content/realip.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/buf.h"
#include "conf/conf.h"
#include "conf/hosts.h"
#include "net/proxyproto.h"

static void parses(void **state)
{
    static const struct {
        const char *text, *printed; /* NULL: refused */
    } rows[] = {
        {"1.2.3.4", "1.2.3.4:0"},
        {"1.2.3.4:80", "1.2.3.4:80"},
        {"1.2.3.4:65535", "1.2.3.4:65535"},
        {"::1", "[::1]:0"},
        {"[::1]", "[::1]:0"},
        {"[2001:db8::1]:443", "[2001:db8::1]:443"},
        {"2001:db8::1:443", "[2001:db8::1:443]:0"},
        {"", NULL},
        {":", NULL},
        {":80", NULL},
        {"1.2.3.4:", NULL},
        {"1.2.3.4:0", NULL},
        {"1.2.3.4:65536", NULL},
        {"1.2.3.4:+1", NULL},
        {"1.2.3.4:1:2", NULL},
        {"[::1", NULL},
        {"[::1]80", NULL},
        {"1.2.3.256", NULL},
        {"localhost", NULL},
        {"unix:", NULL},
        {"unknown", NULL},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct address a = {0};
        char memory[80];
        struct buf text = buf_over(memory, sizeof(memory));
        int err = realip_parse(&a, str_of(rows[i].text));

        if (err != (rows[i].printed ? 0 : -EINVAL))
            fail_msg("\"%s\": %d", rows[i].text, err);
        address_print(&text, &a);
        if (rows[i].printed &&
            !str_equals(buf_str(&text), str_of(rows[i].printed)))
            fail_msg("\"%s\": %.*s", rows[i].text, STR_ARG(buf_str(&text)));
        if (!rows[i].printed)
            assert_int_equal(a.len, 0);
    }
}

/* 10.0.0.0/8, everything by a unix socket, and proxy.test (192.0.2.1). */
static struct settings settings_of(struct conf_trusted trusted[3],
                                   struct conf_host *host,
                                   struct address *address)
{
    assert_int_equal(address_parse(address, STR("192.0.2.1"), 0), 0);
    *host = (struct conf_host){.addresses = address, .count = 1};
    trusted[0] = (struct conf_trusted){.kind = CONF_TRUSTED_NETWORK};
    assert_int_equal(
        network_parse(&trusted[0].network, STR("10.0.0.0/8"), NULL), 0);
    trusted[1] = (struct conf_trusted){.kind = CONF_TRUSTED_UNIX};
    trusted[2] = (struct conf_trusted){.kind = CONF_TRUSTED_HOST, .host = host};
    return (struct settings){
        .trusted = trusted,
        .trusted_count = 3,
        .real_ip_header = {{0}, CONF_REAL_IP_LIST, STR("X-Forwarded-For")}};
}

struct row {
    const char *from, *head;
    bool recursive;
    const char *client; /* NULL: who connected */
};

#define XFF "x-forwarded-for: "

/* clang-format off */
static const struct row ROWS[] = {
    {"10.0.0.1", XFF "1.1.1.1\r\n", false, "1.1.1.1:0"},
    {"10.0.0.1", XFF "1.1.1.1:77\r\n", false, "1.1.1.1:77"},
    {"192.0.2.1", XFF "1.1.1.1\r\n", false, "1.1.1.1:0"},
    {"unix:", XFF "1.1.1.1\r\n", false, "1.1.1.1:0"},
    {"192.0.2.2", XFF "1.1.1.1\r\n", false, NULL},
    {"11.0.0.1", XFF "1.1.1.1\r\n", true, NULL},
    {"10.0.0.1", "", true, NULL},
    {"10.0.0.1", XFF "\r\n", true, NULL},
    {"10.0.0.1", XFF "unknown\r\n", true, NULL},
    {"10.0.0.1", XFF "1.1.1.1, unknown\r\n", true, NULL},
    {"10.0.0.1", XFF "1.1.1.1, 10.0.0.2\r\n", false, "10.0.0.2:0"},
    {"10.0.0.1", XFF "1.1.1.1, 10.0.0.2\r\n", true, "1.1.1.1:0"},
    {"10.0.0.1", XFF "9.9.9.9, 1.1.1.1,10.0.0.2 10.0.0.3 ,\r\n", true, "1.1.1.1:0"},
    {"10.0.0.1", XFF "10.0.0.3, 10.0.0.2\r\n", true, "10.0.0.3:0"},
    {"10.0.0.1", XFF "what, 10.0.0.2\r\n", true, "10.0.0.2:0"},
    {"10.0.0.1", XFF "1.1.1.1\r\n" XFF "10.0.0.2\r\n", true, "1.1.1.1:0"},
    {"10.0.0.1", XFF "1.1.1.1\r\n" XFF "10.0.0.2\r\n", false, "10.0.0.2:0"},
    {"10.0.0.1", XFF "[2001:db8::1]:8, 192.0.2.1\r\n", true, "[2001:db8::1]:8"},
};
/* clang-format on */

static struct address address_from(const char *text)
{
    struct address a;

    if (text[0] == 'u') {
        assert_int_equal(address_unix(&a, STR("/x")), 0);
        return a;
    }
    assert_int_equal(address_parse(&a, str_of(text), 9), 0);
    return a;
}

static void apply(struct exchange *x, const struct row *row,
                  const struct settings *s, const struct peer *peer)
{
    char memory[300];
    struct buf head = buf_over(memory, sizeof(memory));

    buf_printf(&head, "GET / HTTP/1.1\r\nhost: a\r\n%s\r\n", row->head);
    x->request.head = buf_str(&head);
    assert_int_equal(realip_apply(x, s), HTTP_NONE);
    if (!row->client) {
        assert_ptr_equal(x->peer, peer);
        return;
    }
    assert_ptr_equal(x->peer->connection, peer);
    head = buf_over(memory, sizeof(memory));
    address_print(&head, &x->peer->client);
    if (!str_equals(buf_str(&head), str_of(row->client)))
        fail_msg("%s: %.*s", row->head, STR_ARG(buf_str(&head)));
}

static void follows(void **state)
{
    struct conf_trusted trusted[3];
    struct conf_host host;
    struct address address;
    struct settings s = settings_of(trusted, &host, &address);

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(ROWS); i++) {
        struct peer peer = {.client = address_from(ROWS[i].from)};
        struct exchange x = {.peer = &peer};

        s.real_ip_recursive.on = ROWS[i].recursive;
        apply(&x, &ROWS[i], &s, &peer);
        arena_close(&x.arena);
    }
}

/* Only once, so that a second location trusts nobody who was named. */
static void believes_once(void **state)
{
    static const struct row first = {"10.0.0.1", XFF "10.0.0.5\r\n", false,
                                     "10.0.0.5:0"};
    struct conf_trusted trusted[3];
    struct conf_host host;
    struct address address;
    struct settings s = settings_of(trusted, &host, &address);
    struct peer peer = {.client = address_from(first.from)};
    struct exchange x = {.peer = &peer};

    (void)state;
    apply(&x, &first, &s, &peer);
    x.request.head = STR("GET / HTTP/1.1\r\nx-forwarded-for: 1.1.1.1\r\n\r\n");
    assert_int_equal(realip_apply(&x, &s), HTTP_NONE);
    assert_int_equal(address_port(&x.peer->client), 0);
    assert_ptr_equal(x.peer->connection, &peer);
    arena_close(&x.arena);
}

static void believes_the_protocol(void **state)
{
    struct conf_trusted trusted[3];
    struct conf_host host;
    struct address address;
    struct settings s = settings_of(trusted, &host, &address);
    struct proxyproto proxy = {.has_addresses = true};
    struct peer peer = {.client = address_from("10.0.0.1")};
    struct exchange x = {.peer = &peer};

    (void)state;
    s.real_ip_header.kind = CONF_REAL_IP_PROXY_PROTOCOL;
    assert_int_equal(realip_apply(&x, &s), HTTP_NONE);
    assert_ptr_equal(x.peer, &peer);
    proxy.source = address_from("1.2.3.4");
    peer.proxy = &proxy;
    assert_int_equal(realip_apply(&x, &s), HTTP_NONE);
    assert_true(address_equals(&x.peer->client, &proxy.source));
    assert_int_equal(address_port(&x.peer->client), 9);
    arena_close(&x.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parses),
        cmocka_unit_test(follows),
        cmocka_unit_test(believes_once),
        cmocka_unit_test(believes_the_protocol),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
