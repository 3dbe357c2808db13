/* question.c - the cases of content/question */
#include "content/question.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/attr.h"

struct head_row {
    const char *method;
    const char *url;
    const char *field; /* NULL: none */
    const char *head;  /* NULL: refused */
};

static void check_head(const struct head_row *row)
{
    struct question q = {.method = str_of(row->method),
                         .url = str_of(row->url)};
    struct buf head = {0};
    const char *why = NULL;
    int err;

    if (row->field)
        q.fields[q.field_count++] = str_of(row->field);
    err = question_head(&q, &head, &why);
    assert_int_equal(err, row->head ? 0 : -EINVAL);
    buf_put_char(&head, '\0');
    if (row->head)
        assert_string_equal(head.data, row->head);
    else
        assert_non_null(why);
    buf_close(&head);
}

static void heads(void **state)
{
    static const struct head_row rows[] = {
        {"", "/a?b", NULL, "GET /a?b HTTP/1.1\r\nHost: localhost\r\n\r\n"},
        {"HEAD", "http://a.test", NULL,
         "HEAD / HTTP/1.1\r\nHost: a.test\r\n\r\n"},
        {"", "HTTPS://a.test:81/b%20c", NULL,
         "GET /b%20c HTTP/1.1\r\nHost: a.test:81\r\n\r\n"},
        {"", "a.test/b", NULL, "GET /b HTTP/1.1\r\nHost: a.test\r\n\r\n"},
        {"", "http://[::1]:8080/", NULL,
         "GET / HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n"},
        {"", "http://[::1]/", NULL, "GET / HTTP/1.1\r\nHost: [::1]\r\n\r\n"},
        {"OPTIONS", "*", NULL, "OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n"},
        {"", "/../x", "Range: bytes=0-1",
         "GET /../x HTTP/1.1\r\nRange: bytes=0-1\r\nHost: localhost\r\n\r\n"},
        {"", "http://a/", "host: b", "GET / HTTP/1.1\r\nhost: b\r\n\r\n"},
        {"", "http://", NULL, NULL},
        {"", "http:///a", NULL, NULL},
        {"", "", NULL, NULL},
        {"", "/a b", NULL, NULL},
        {"", "/a\r\nX: y", NULL, NULL},
        {"", "http://a:0/", NULL, NULL},
        {"", "http://a:65536/", NULL, NULL},
        {"", "http://a:b/", NULL, NULL},
        {"", "/", "no colon", NULL},
        {"", "/", "A: b\nC: d", NULL},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        check_head(&rows[i]);
}

/* Three sockets: any IPv4 address at 80, one address at 80, IPv6 at 81. */
struct site {
    struct conf conf;
    struct server server;
    struct endpoint any[2];
    struct endpoint v6;
    struct conf_listener listeners[2];
    struct conf_listener *list[2];
};

static void site_open(struct site *s)
{
    *s = (struct site){0};
    s->any[0].address = address_any(AF_INET, 80);
    address_parse(&s->any[1].address, STR("10.0.0.1"), 80);
    s->v6.address = address_any(AF_INET6, 81);
    s->listeners[0] =
        (struct conf_listener){.endpoints = s->any, .endpoint_count = 2};
    s->listeners[1] =
        (struct conf_listener){.endpoints = &s->v6, .endpoint_count = 1};
    s->list[0] = &s->listeners[0];
    s->list[1] = &s->listeners[1];
    s->conf.listeners = s->list;
    s->conf.listener_count = 2;
}

struct peer_row {
    const char *url;
    const char *at;
    const char *from;
    const char *local; /* NULL: refused */
    const char *client;
};

static void check_address(const struct address *a, const char *wanted)
{
    char text[80];
    struct buf b = buf_over(text, sizeof(text) - 1);

    address_print(&b, a);
    text[b.len] = '\0';
    assert_string_equal(text, wanted);
}

static void check_peer(const struct peer_row *row)
{
    struct question q = {.url = str_of(row->url),
                         .at = str_of(row->at),
                         .from = str_of(row->from)};
    struct peer peer = {0};
    const char *why = NULL;
    struct site s;

    site_open(&s);
    if (!row->local) {
        assert_int_equal(question_peer(&q, &s.conf, &peer, &why), -EINVAL);
        assert_non_null(why);
        return;
    }
    assert_int_equal(question_peer(&q, &s.conf, &peer, &why), 0);
    check_address(&peer.local, row->local);
    check_address(&peer.client, row->client);
    assert_non_null(peer.endpoint);
}

static void peers(void **state)
{
    static const struct peer_row rows[] = {
        {"/", "", "", "127.0.0.1:80", "127.0.0.1:0"},
        {"http://a.test/", "", "", "127.0.0.1:80", "127.0.0.1:0"},
        {"http://10.0.0.1/", "", "", "10.0.0.1:80", "127.0.0.1:0"},
        {"http://10.0.0.1:80/", "", "", "10.0.0.1:80", "127.0.0.1:0"},
        {"http://10.0.0.2:80/", "", "", "10.0.0.2:80", "127.0.0.1:0"},
        {"http://a.test:81/", "", "", "[::1]:81", "127.0.0.1:0"},
        {"http://[::2]:81/", "", "", "[::2]:81", "127.0.0.1:0"},
        {"", "10.0.0.1:80", "::1", "10.0.0.1:80", "[::1]:0"},
        {"/", "", "192.0.2.1:99", "127.0.0.1:80", "192.0.2.1:99"},
        {"/", "", "[::9]:99", "127.0.0.1:80", "[::9]:99"},
        {"http://a.test:82/", "", "", NULL, NULL},
        {"http://10.0.0.1:81/", "", "", NULL, NULL},
        {"/", "a.test:80", "", NULL, NULL},
        {"/", "", "a.test", NULL, NULL},
        {"/", "", "1.2.3.4:x", NULL, NULL},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        check_peer(&rows[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(heads),
        cmocka_unit_test(peers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
