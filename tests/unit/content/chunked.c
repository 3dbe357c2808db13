/* chunked.c - the cases of content/chunked */
#include "content/chunked.h"

#include "fixture.h"

static void request_of(struct fixture *f, const char *line)
{
    static char text[128];

    snprintf(text, sizeof(text), "%s\r\nHost: a\r\n\r\n", line);
    assert_int_equal(fixture_request(f, text), HTTP_NONE);
    f->x.location = &f->server.whole;
    f->x.method = f->x.request.method;
    f->x.response.status = HTTP_OK;
    f->x.response.keep_alive = true;
}

static void says_the_end(void **state)
{
    static const struct {
        const char *line;
        bool on;
        unsigned status;
        int64_t length;
        bool chunked, keep_alive;
    } cases[] = {
        {"GET / HTTP/1.1", true, 200, 5, false, true},
        {"GET / HTTP/1.1", true, 200, -1, true, true},
        {"GET / HTTP/1.0", true, 200, -1, false, false},
        {"GET / HTTP/1.0", true, 200, 5, false, true},
        {"GET / HTTP/1.1", false, 200, -1, false, false},
        {"GET / HTTP/1.1", true, 204, -1, false, true},
        {"GET / HTTP/1.1", true, 304, -1, false, true},
        {"GET / HTTP/1.1", true, 404, -1, true, true},
        {"HEAD / HTTP/1.1", true, 200, -1, false, true},
    };
    struct fixture *f = fixture_new();

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        f->server.whole.settings.chunked_transfer_encoding.on = cases[i].on;
        request_of(f, cases[i].line);
        f->x.response.status = cases[i].status;
        f->x.response.content_length = cases[i].length;
        assert_true(chunked_apply(&f->x));
        if (f->x.response.is_chunked != cases[i].chunked ||
            f->x.response.keep_alive != cases[i].keep_alive)
            fail_msg("case %zu", i);
    }
    fixture_free(f);
}

static void check_body(struct fixture *f, const char *wanted)
{
    struct buf body = {0};

    f->x.response.content_length = -1;
    assert_true(chunked_apply(&f->x));
    fixture_body(f, &body);
    buf_put_char(&body, '\0');
    assert_string_equal(body.data, wanted);
    buf_close(&body);
}

static void cuts(void **state)
{
    struct fixture *f = fixture_new();

    (void)state;
    f->server.whole.settings.chunked_transfer_encoding.on = true;
    request_of(f, "GET / HTTP/1.1");
    check_body(f, "0\r\n\r\n");
    request_of(f, "GET / HTTP/1.1");
    body_memory(&f->x, STR("0123456789abcdefg"));
    check_body(f, "11\r\n0123456789abcdefg\r\n0\r\n\r\n");
    fixture_free(f);
}

static void cuts_files(void **state)
{
    struct range_set set = {2, {{0, 20000}, {30000, 5}}};
    static char text[40000];
    struct fixture *f = fixture_new();
    struct buf body = {0};
    enum file_kind kind;

    (void)state;
    memset(text, 'x', sizeof(text));
    fixture_write(f, "/a", text, sizeof(text), 1);
    f->server.whole.settings.chunked_transfer_encoding.on = true;
    request_of(f, "GET / HTTP/1.1");
    assert_int_equal(file_open(&f->x.file, fixture_path(f, "/a"), true, &kind),
                     0);
    assert_int_equal(body_multipart(&f->x, &set, STR("text/plain")), 0);
    f->x.response.content_length = -1;
    assert_true(chunked_apply(&f->x));
    fixture_body(f, &body);
    assert_true(fixture_has(buf_str(&body), "\r\n4e20\r\nxxx"));
    assert_true(fixture_has(buf_str(&body), "\r\n5\r\nxxxxx\r\n"));
    assert_true(str_ends_with(buf_str(&body), STR("--\r\n\r\n0\r\n\r\n")));
    buf_close(&body);
    fixture_free(f);
}

static void puts_trailers(void **state)
{
    struct conf_field rows[] = {
        {.name = STR("X-A"), .always = true},
        {.name = STR("X-B")},
        {.name = STR("X-Empty"), .always = true},
    };
    struct conf_field outer = {.name = STR("X-C"), .always = true};
    struct conf_fields more = {&outer, 1, NULL};
    struct conf_fields list = {rows, ARRAY_LEN(rows), &more};
    struct fixture *f = fixture_new();

    (void)state;
    rows[0].value = fixture_text(f, "a\r\nX-Evil: x");
    rows[1].value = fixture_text(f, "b");
    outer.value = fixture_text(f, "c");
    f->server.whole.settings.chunked_transfer_encoding.on = true;
    f->server.whole.settings.trailers = &list;
    request_of(f, "GET / HTTP/1.1");
    body_memory(&f->x, STR("x"));
    f->x.response.content_length = 1;
    assert_true(chunked_apply(&f->x));
    assert_int_equal(f->x.response.content_length, -1);
    request_of(f, "GET / HTTP/1.1");
    body_memory(&f->x, STR("x"));
    check_body(f,
               "1\r\nx\r\n0\r\nX-A: a  X-Evil: x\r\nX-B: b\r\nX-C: c\r\n\r\n");
    request_of(f, "GET / HTTP/1.1");
    f->x.response.status = HTTP_NOT_FOUND;
    check_body(f, "0\r\nX-A: a  X-Evil: x\r\nX-C: c\r\n\r\n");
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_the_end),
        cmocka_unit_test(cuts),
        cmocka_unit_test(cuts_files),
        cmocka_unit_test(puts_trailers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
