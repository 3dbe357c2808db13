/* explain.c - what is kept of a request, and how it is told */
#include "content/explain.h"

#include <errno.h>

#include "fixture.h"

static struct explain *ask(struct fixture *f, const char *head)
{
    struct explain *e = calloc(1, sizeof(*e));

    assert_non_null(e);
    f->server.settings.large_client_header_buffers.value = 4;
    f->server.settings.large_client_header_buffer_size.value = 8192;
    e->conf = &f->conf;
    e->peer = f->peer;
    e->head = str_of(head);
    e->wall.tv_sec = 1700000000;
    assert_int_equal(explain_run(e), 0);
    return e;
}

static void forget(struct explain *e)
{
    explain_close(e);
    free(e);
}

static const struct explain_step *find(const struct explain *e,
                                       enum trace_kind kind)
{
    const struct explain_step *s = e->first;

    while (s && s->event.kind != kind)
        s = s->next;
    return s;
}

static void told(struct explain *e, const char *const *texts, bool json)
{
    struct buf out = {0};

    if (json)
        explain_json(e, &out);
    else
        explain_text(e, &out);
    assert_false(out.failed);
    for (; *texts; texts++)
        if (!fixture_has(buf_str(&out), *texts))
            fail_msg("no %s in:\n%.*s", *texts, STR_ARG(buf_str(&out)));
    buf_close(&out);
}

static void a_file(void **state)
{
    static const char *const text[] = {
        "GET /a.txt HTTP/1.1 at 192.0.2.1:8080 from 192.0.2.7\n",
        "server    site.test",
        "200 OK\n",
        "Content-Type: text/plain",
        "the clock\n",
        NULL};
    static const char *const json[] = {
        "\"status\":200", "{\"kind\":\"file\",\"what\":\"/tmp/",
        "{\"name\":\"Content-Length\",\"value\":\"2\",\"place\":null,"
        "\"origin\":\"the content\"}",
        NULL};
    struct fixture *f = fixture_new();
    struct explain *e;

    (void)state;
    fixture_write(f, "/a.txt", "hi", 2, 1600000000);
    e = ask(f, "GET /a.txt HTTP/1.1\r\nHost: site.test\r\n\r\n");
    assert_int_equal(e->x.response.status, 200);
    assert_non_null(find(e, TRACE_SERVER));
    assert_non_null(find(e, TRACE_FILE));
    told(e, text, false);
    told(e, json, true);
    assert_int_equal(f->logged.len, 0);
    forget(e);
    fixture_free(f);
}

/* What the error log would say is a step; bytes that are no text are shown. */
static void a_file_that_is_missing(void **state)
{
    static const char *const text[] = {"No such file or directory)",
                                       "404 Not Found", "prong's own page",
                                       NULL};
    static const char *const odd[] = {"\\x1B", NULL};
    static const char *const json[] = {"\\\\x1B\\u00ff\\\"", NULL};
    struct fixture *f = fixture_new();
    struct explain *e = ask(f, "GET /x HTTP/1.1\r\nHost: site.test\r\n\r\n");

    (void)state;
    assert_int_equal(e->x.response.status, 404);
    told(e, text, false);
    forget(e);
    e = ask(f, "GET /%1b%ff\" HTTP/1.1\r\nHost: site.test\r\n\r\n");
    told(e, odd, false);
    told(e, json, true);
    forget(e);
    fixture_free(f);
}

static void what_is_no_request(void **state)
{
    struct fixture *f = fixture_new();
    struct explain *e = ask(f, "GET / HTTP/1.1\r\n\r\n");
    struct explain half = {.conf = &f->conf, .peer = f->peer};

    (void)state;
    assert_int_equal(e->x.response.status, 400);
    assert_true(e->field_count > 0);
    forget(e);
    half.head = STR("GET / HTTP/1.1\r\nHost:");
    assert_int_equal(explain_run(&half), -EINVAL);
    explain_close(&half);
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file),
        cmocka_unit_test(a_file_that_is_missing),
        cmocka_unit_test(what_is_no_request),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
