/* variable.c - the cases of content/variable */
#include "content/variable.h"
#include "fixture.h"

static const char HEAD[] = "GET /p%20q?a=1&B=2&empty=&a=3 HTTP/1.1\r\n"
                           "Host: Site.Test:8080\r\n"
                           "User-Agent: some \"agent\"\r\n"
                           "X-Several: one\r\n"
                           "x-several: two\r\n"
                           "X_Under: u\r\n"
                           "Cookie: a=b\r\n"
                           "Cookie: c=d; e=f\r\n"
                           "Content-Type: text/x\r\n"
                           "Content-Length: 0\r\n"
                           "X-Empty:\r\n\r\n";

static void prepare(struct fixture *f)
{
    struct exchange *x = &f->x;

    assert_int_equal(fixture_request(f, HEAD), HTTP_NONE);
    x->server = &f->server;
    x->location = &f->server.whole;
    x->path = STR("/p q");
    x->args = x->request.args;
    x->filename = STR("/root/p q");
    x->response.status = 200;
    x->phase = PHASE_SETTLED;
    x->response.content_type = STR("text/html");
    x->response.content_length = 7;
    x->response.last_modified = 1000000000;
    x->started_us = 1000000;
    x->ended_us = 3004567;
    x->request_bytes = 123;
    x->sent_bytes = 456;
    x->body_sent_bytes = 7;
    x->completed = true;
    x->response.allow = STR("GET");
    x->response.fields = f->fields;
    x->response.field_count = 2;
    f->fields[0] = (struct head_field){STR("X-Two"), STR("1")};
    f->fields[1] = (struct head_field){STR("x-two"), STR("2")};
    f->env.now_ms = 5250;
    f->peer.opened_ms = 4000;
    f->env.wall.tv_nsec = 45678901;
}

static struct str value_of(struct fixture *f, enum variable v, const char *rest,
                           struct buf *into)
{
    struct template_part part = {true, v, str_of(rest), 0};

    buf_reset(into);
    variable_put(into, &f->x, &part);
    return buf_str(into);
}

static void knows_every_value(void **state)
{
    static const struct {
        enum variable variable;
        const char *rest;
        const char *value;
    } cases[] = {
        {VARIABLE_args, "", "a=1&B=2&empty=&a=3"},
        {VARIABLE_query_string, "", "a=1&B=2&empty=&a=3"},
        {VARIABLE_is_args, "", "?"},
        {VARIABLE_ARG, "a", "1"},
        {VARIABLE_ARG, "b", "2"},
        {VARIABLE_ARG, "empty", ""},
        {VARIABLE_ARG, "none", ""},
        {VARIABLE_body_bytes_sent, "", "7"},
        {VARIABLE_bytes_sent, "", "456"},
        {VARIABLE_connection, "", "5"},
        {VARIABLE_connection_requests, "", "1"},
        {VARIABLE_content_length, "", "0"},
        {VARIABLE_content_type, "", "text/x"},
        {VARIABLE_document_uri, "", "/p q"},
        {VARIABLE_uri, "", "/p q"},
        {VARIABLE_host, "", "site.test"},
        {VARIABLE_hostname, "", "machine"},
        {VARIABLE_https, "", ""},
        {VARIABLE_scheme, "", "http"},
        {VARIABLE_msec, "", "1700000000.045"},
        {VARIABLE_nginx_version, "", "1.31.5"},
        {VARIABLE_pipe, "", "."},
        {VARIABLE_remote_addr, "", "192.0.2.7"},
        {VARIABLE_remote_port, "", "40000"},
        {VARIABLE_remote_user, "", ""},
        {VARIABLE_request, "", "GET /p%20q?a=1&B=2&empty=&a=3 HTTP/1.1"},
        {VARIABLE_request_completion, "", "OK"},
        {VARIABLE_request_length, "", "123"},
        {VARIABLE_request_method, "", "GET"},
        {VARIABLE_request_time, "", "2.004"},
        {VARIABLE_request_uri, "", "/p%20q?a=1&B=2&empty=&a=3"},
        {VARIABLE_server_addr, "", "192.0.2.1"},
        {VARIABLE_server_port, "", "8080"},
        {VARIABLE_server_name, "", "site.test"},
        {VARIABLE_server_protocol, "", "HTTP/1.1"},
        {VARIABLE_status, "", "200"},
        {VARIABLE_time_local, "", "14/Nov/2023:22:13:20 +0000"},
        {VARIABLE_time_iso8601, "", "2023-11-14T22:13:20+00:00"},
        {VARIABLE_HTTP, "user_agent", "some \"agent\""},
        {VARIABLE_HTTP, "host", "Site.Test:8080"},
        {VARIABLE_HTTP, "x_several", "one, two"},
        {VARIABLE_HTTP, "cookie", "a=b; c=d; e=f"},
        {VARIABLE_HTTP, "x_empty", ""},
        {VARIABLE_HTTP, "none", ""},
        {VARIABLE_SENT_HTTP, "content_type", "text/html"},
        {VARIABLE_SENT_HTTP, "content_length", "7"},
        {VARIABLE_SENT_HTTP, "last_modified", "Sun, 09 Sep 2001 01:46:40 GMT"},
        {VARIABLE_SENT_HTTP, "connection", "close"},
        {VARIABLE_SENT_HTTP, "etag", ""},
        {VARIABLE_SENT_HTTP, "allow", "GET"},
        {VARIABLE_SENT_HTTP, "x_two", "1, 2"},
        {VARIABLE_SENT_HTTP, "accept_ranges", ""},
        {VARIABLE_SENT_HTTP, "keep_alive", ""},
        {VARIABLE_SENT_TRAILER, "x", ""},
        {VARIABLE_COOKIE, "a", "b"},
        {VARIABLE_COOKIE, "e", "f"},
        {VARIABLE_COOKIE, "none", ""},
        {VARIABLE_PROXY_PROTOCOL_TLV, "ssl", ""},
        {VARIABLE_connection_time, "", "1.250"},
        {VARIABLE_connections_active, "", "0"},
        {VARIABLE_connections_reading, "", "0"},
        {VARIABLE_connections_writing, "", "0"},
        {VARIABLE_connections_waiting, "", "0"},
        {VARIABLE_date_gmt, "", "Tuesday, 14-Nov-2023 22:13:20 GMT"},
        {VARIABLE_gzip_ratio, "", ""},
        {VARIABLE_invalid_referer, "", ""},
        {VARIABLE_is_request_port, "", ":"},
        {VARIABLE_request_port, "", "8080"},
        {VARIABLE_limit_conn_status, "", ""},
        {VARIABLE_limit_req_status, "", ""},
        {VARIABLE_limit_rate, "", "0"},
        {VARIABLE_modern_browser, "", ""},
        {VARIABLE_msie, "", ""},
        {VARIABLE_proxy_protocol_addr, "", ""},
        {VARIABLE_realip_remote_addr, "", "192.0.2.7"},
        {VARIABLE_realip_remote_port, "", "40000"},
        {VARIABLE_request_body, "", ""},
        {VARIABLE_request_body_file, "", ""},
        {VARIABLE_tcpinfo_rtt, "", ""},
        {VARIABLE_EMPTY, "upstream_addr", ""},
    };
    struct fixture *f = fixture_new();
    struct buf text = {0};

    (void)state;
    prepare(f);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct str v = value_of(f, cases[i].variable, cases[i].rest, &text);

        if (!str_equals(v, str_of(cases[i].value)))
            fail_msg("%s: \"%.*s\"", cases[i].value, STR_ARG(v));
    }
    assert_true(str_equals(value_of(f, VARIABLE_document_root, "", &text),
                           str_of(f->root)));
    assert_true(str_equals(value_of(f, VARIABLE_request_filename, "", &text),
                           str_of(fixture_path(f, "/p q"))));
    assert_true(value_of(f, VARIABLE_pid, "", &text).len > 0);
    buf_close(&text);
    fixture_free(f);
}

static void sees_underscores_where_they_are_usual(void **state)
{
    struct fixture *f = fixture_new();
    struct buf b = {0};

    (void)state;
    prepare(f);
    assert_int_equal(value_of(f, VARIABLE_HTTP, "x_under", &b).len, 0);
    f->server.settings.underscores_in_headers.on = true;
    assert_true(
        str_equals(value_of(f, VARIABLE_HTTP, "x_under", &b), STR("u")));
    buf_close(&b);
    fixture_free(f);
}

static void knows_the_path_of_an_absolute_target(void **state)
{
    static const struct {
        const char *head;
        const char *uri;
    } cases[] = {
        {"GET http://h/x?y=1 HTTP/1.1\r\nHost: h\r\n\r\n", "/x?y=1"},
        {"GET http://h HTTP/1.1\r\nHost: h\r\n\r\n", "/"},
        {"OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n", "*"},
    };
    struct fixture *f = fixture_new();
    struct buf text = {0};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        assert_int_equal(fixture_request(f, cases[i].head), HTTP_NONE);
        assert_true(str_equals(value_of(f, VARIABLE_request_uri, "", &text),
                               str_of(cases[i].uri)));
    }
    buf_close(&text);
    fixture_free(f);
}

/* A refusal before anything was parsed is logged as well. */
static void stands_what_is_not_there(void **state)
{
    struct fixture *f = fixture_new();
    struct buf text = {0};

    (void)state;
    for (int v = 0; v < VARIABLE_EMPTY; v++) {
        struct template_part part = {true, (enum variable)v, STR("name"), 0};
        struct template t = {.parts = &part, .count = 1};

        variable_expand_logged(&text, &f->x, &t, CONF_ESCAPE_DEFAULT);
    }
    assert_false(text.failed);
    buf_close(&text);
    fixture_free(f);
}

static void makes_a_line_for_the_log(void **state)
{
    struct template_part parts[] = {
        {true, VARIABLE_remote_user, STR(""), 0},
        {false, VARIABLE_EMPTY, STR(" \""), 0},
        {true, VARIABLE_HTTP, STR("user_agent"), 0},
        {false, VARIABLE_EMPTY, STR("\" "), 0},
        {true, VARIABLE_HTTP, STR("x_empty"), 0},
    };
    struct template t = {.parts = parts, .count = ARRAY_LEN(parts)};
    static const struct {
        enum conf_escape escape;
        const char *line;
    } cases[] = {
        {CONF_ESCAPE_DEFAULT, "- \"some \\x22agent\\x22\" "},
        {CONF_ESCAPE_JSON, " \"some \\\"agent\\\"\" "},
        {CONF_ESCAPE_NONE, " \"some \"agent\"\" "},
    };
    struct fixture *f = fixture_new();
    struct buf text = {0};

    (void)state;
    prepare(f);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        buf_reset(&text);
        variable_expand_logged(&text, &f->x, &t, cases[i].escape);
        assert_true(str_equals(buf_str(&text), str_of(cases[i].line)));
    }
    buf_close(&text);
    fixture_free(f);
}

static void makes_a_text_of_a_template(void **state)
{
    struct fixture *f = fixture_new();
    struct template constant = fixture_text(f, "plain");
    struct template t;
    struct template_scope scope = {.arena = &f->arena};

    (void)state;
    prepare(f);
    assert_ptr_equal(variable_text(&f->x, &constant).at,
                     constant.parts->text.at);
    assert_int_equal(template_parse(&t, STR("/x/${uri}-$status"), &scope), 0);
    assert_string_equal(variable_text(&f->x, &t).at, "/x//p q-200");
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_every_value),
        cmocka_unit_test(sees_underscores_where_they_are_usual),
        cmocka_unit_test(knows_the_path_of_an_absolute_target),
        cmocka_unit_test(stands_what_is_not_there),
        cmocka_unit_test(makes_a_line_for_the_log),
        cmocka_unit_test(makes_a_text_of_a_template),
    };

    setenv("TZ", "UTC", 1);
    tzset();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
