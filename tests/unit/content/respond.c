/* respond.c - the cases of content/respond */
#include "content/respond.h"
#include "fixture.h"
#include "ipc/slot.h"

enum { LARGE = 100000, MTIME = 1600000000 };

#define TAG "\"5f5e1000-a\""
#define SAME "Sun, 13 Sep 2020 12:26:40 GMT"
#define LATER "Mon, 14 Sep 2020 12:26:40 GMT"
#define EARLIER "Sat, 12 Sep 2020 12:26:40 GMT"

/* "Sun, 13 Sep 2020 12:26:40 GMT" is the change of every file. */
static void fill(struct fixture *f)
{
    static char large[LARGE];

    memset(large, 'x', sizeof(large));
    fixture_write(f, "/a.txt", "0123456789", 10, MTIME);
    fixture_write(f, "/empty.txt", "", 0, MTIME);
    fixture_write(f, "/large.html", large, sizeof(large), MTIME);
    fixture_write(f, "/no-extension", "x", 1, MTIME);
    fixture_write(f, "/.htpasswd", "secret", 6, MTIME);
    fixture_write(f, "/with space.txt", "x", 1, MTIME);
    fixture_write(f, "/404.html", "own page", 8, MTIME);
    fixture_mkdir(f, "/dir");
    fixture_mkdir(f, "/bare");
    fixture_mkdir(f, "/dir/.git");
    fixture_mkdir(f, "/.well-known");
    fixture_write(f, "/.well-known/x.txt", "known", 5, MTIME);
    fixture_write(f, "/dir/.git/config", "secret", 6, MTIME);
    fixture_write(f, "/dir/index.html", "index", 5, MTIME);
    assert_int_equal(mkfifo(fixture_path(f, "/fifo"), 0644), 0);
    assert_int_equal(symlink("/dev/zero", fixture_path(f, "/zero")), 0);
    assert_int_equal(symlink("self", fixture_path(f, "/self")), 0);
}

struct answer {
    struct buf head;
    struct buf body;
};

static void ask(struct fixture *f, const char *head, struct answer *a)
{
    enum http_status refused = fixture_request(f, head);

    if (refused != HTTP_NONE)
        respond_refusal(&f->x, refused);
    else
        assert_int_equal(respond(&f->x), RESPOND_DONE);
    assert_non_null(f->x.location);
    buf_reset(&a->head);
    respond_head(&f->x, &a->head);
    assert_false(a->head.failed);
    fixture_body(f, &a->body);
    if (f->x.response.content_length >= 0 && f->x.method != METHOD_HEAD)
        assert_int_equal(a->body.len, f->x.response.content_length);
}

static void forget(struct answer *a)
{
    buf_close(&a->head);
    buf_close(&a->body);
}

/* What a request must be answered with. `has` and `not`: in head or body. */
struct expectation_case {
    const char *request;
    unsigned status;
    const char *has;
    const char *lacks;
};

static bool anywhere(const struct answer *a, const char *text)
{
    return fixture_has(buf_str(&a->head), text) ||
           fixture_has(buf_str(&a->body), text);
}

static void check(struct fixture *f, const struct expectation_case *c)
{
    struct answer a = {0};
    char head[2048];

    snprintf(head, sizeof(head), "%s\r\nHost: site.test\r\n\r\n", c->request);
    ask(f, head, &a);
    if (f->x.response.status != c->status ||
        (c->has && !anywhere(&a, c->has)) ||
        (c->lacks && anywhere(&a, c->lacks)))
        fail_msg("%s: want %u, \"%s\", not \"%s\"; got %.*s%.*s", c->request,
                 c->status, c->has ? c->has : "", c->lacks ? c->lacks : "",
                 STR_ARG(buf_str(&a.head)), STR_ARG(buf_str(&a.body)));
    forget(&a);
}

static void check_all(struct fixture *f, const struct expectation_case *cases,
                      size_t count)
{
    for (size_t i = 0; i < count; i++)
        check(f, &cases[i]);
}

static void finds_files(void **state)
{
    static const struct expectation_case cases[] = {
        {"GET /a.txt HTTP/1.1", 200, "\r\n\r\n", NULL},
        {"GET /a.txt HTTP/1.1", 200, "0123456789", "chunked"},
        {"GET /a.txt HTTP/1.1", 200, "Content-Type: text/plain\r\n", NULL},
        {"GET /a.txt HTTP/1.1", 200, "Content-Length: 10\r\n", NULL},
        {"GET /a.txt HTTP/1.1", 200,
         "Last-Modified: Sun, 13 Sep 2020 12:26:40 GMT\r\n", NULL},
        {"GET /a.txt HTTP/1.1", 200, "ETag: \"5f5e1000-a\"\r\n", NULL},
        {"GET /a.txt HTTP/1.1", 200, "Accept-Ranges: bytes\r\n", NULL},
        {"GET /a.txt HTTP/1.1", 200, "Connection: keep-alive\r\n", NULL},
        {"GET /a.txt HTTP/1.0", 200, "Connection: close\r\n", NULL},
        {"GET /a.txt HTTP/1.1", 200, "Date: Tue, 14 Nov 2023 22:13:20 GMT\r\n",
         NULL},
        {"GET /a.txt HTTP/1.1", 200, "Server: prong/", NULL},
        {"GET /./dir/..//a.txt?x=1 HTTP/1.1", 200, "0123456789", NULL},
        {"GET /%61.txt HTTP/1.1", 200, "0123456789", NULL},
        {"GET http://site.test/a.txt HTTP/1.1", 200, "0123456789", NULL},
        {"GET /with%20space.txt HTTP/1.1", 200, NULL, NULL},
        {"GET /empty.txt HTTP/1.1", 200, "Content-Length: 0\r\n", NULL},
        {"GET /large.html HTTP/1.1", 200, "Content-Type: text/html\r\n", NULL},
        {"GET /no-extension HTTP/1.1", 200, "application/octet-stream", NULL},
        {"GET /dir/ HTTP/1.1", 200, "index", NULL},
        {"GET /dir/ HTTP/1.1", 200, "Content-Type: text/html\r\n", NULL},
        {"GET /.well-known/x.txt HTTP/1.1", 200, "known", NULL},
        {"HEAD /a.txt HTTP/1.1", 200, "Content-Length: 10\r\n", "0123456789"},
        {"HEAD /large.html HTTP/1.1", 200, "Content-Length: 100000", "xxx"},
    };
    struct fixture *f = fixture_new();

    (void)state;
    fill(f);
    check_all(f, cases, ARRAY_LEN(cases));
    fixture_free(f);
}

static void refuses_the_rest(void **state)
{
    static const struct expectation_case cases[] = {
        {"GET /none HTTP/1.1", 404, "<title>404 Not Found</title>", "ETag"},
        {"GET /none HTTP/1.1", 404, "Connection: keep-alive\r\n", "Modified"},
        {"HEAD /none HTTP/1.1", 404, "Content-Length: ", "<title>"},
        {"GET /a.txt/ HTTP/1.1", 404, NULL, NULL},
        {"GET /a.txt/b HTTP/1.1", 404, NULL, NULL},
        {"GET /none/ HTTP/1.1", 404, NULL, NULL},
        {"GET /fifo HTTP/1.1", 404, NULL, NULL},
        {"GET /zero HTTP/1.1", 404, NULL, NULL},
        {"GET /self HTTP/1.1", 403, NULL, NULL},
        {"GET /bare/ HTTP/1.1", 403, "Forbidden", NULL},
        {"GET /../a.txt HTTP/1.1", 400, "Connection: close\r\n", NULL},
        {"GET /%2e%2e/a.txt HTTP/1.1", 400, NULL, NULL},
        {"GET /a%00.txt HTTP/1.1", 400, NULL, NULL},
        {"GET /%zz HTTP/1.1", 400, NULL, NULL},
        {"GET /.htpasswd HTTP/1.1", 404, NULL, "secret"},
        {"GET /dir/.git/config HTTP/1.1", 404, NULL, "secret"},
        {"GET /dir/%2egit/config HTTP/1.1", 404, NULL, "secret"},
        {"POST /a.txt HTTP/1.1", 405, "Allow: GET, HEAD, OPTIONS\r\n", NULL},
        {"POST /none HTTP/1.1", 404, NULL, "Allow"},
        {"POST /dir/ HTTP/1.1", 405, "Allow: ", NULL},
        {"PUT /new HTTP/1.1", 405, "Allow: ", NULL},
        {"DELETE /a.txt HTTP/1.1", 405, "Connection: keep-alive", NULL},
        {"TRACE /a.txt HTTP/1.1", 405, "Allow: ", NULL},
        {"BREW /a.txt HTTP/1.1", 501, "Connection: close\r\n", NULL},
        {"get /a.txt HTTP/1.1", 501, NULL, NULL},
        {"OPTIONS /a.txt HTTP/1.1", 204, "Allow: ", "Content-Length"},
        {"OPTIONS /dir/ HTTP/1.1", 204, "Allow: ", "index"},
        {"OPTIONS /none HTTP/1.1", 404, NULL, NULL},
        {"OPTIONS * HTTP/1.1", 204, "Allow: ", NULL},
        {"GET * HTTP/1.1", 400, NULL, NULL},
        {"GET /a.txt HTTP/1.1\r\nExpect: tea", 417, "Connection: close", NULL},
        {"PUT /a.txt HTTP/1.1\r\nContent-Length: 1048577", 413, "close", NULL},
        {"PUT /a.txt HTTP/1.1\r\nContent-Length: 1048576", 405, NULL, NULL},
    };
    struct fixture *f = fixture_new();

    (void)state;
    fill(f);
    check_all(f, cases, ARRAY_LEN(cases));
    fixture_free(f);
}

static void logs_in_nginx_words(void **state)
{
    static const struct {
        const char *request;
        const char *logged; /* {} stands for the root */
    } cases[] = {
        {"/none", "open() \"{}/none\" failed (2: No such file or directory)"},
        {"/a.txt/b", "open() \"{}/a.txt/b\" failed (20: Not a directory)"},
        {"/bare/", "directory index of \"{}/bare/\" is forbidden, client"},
        {"/none/", "\"{}/none/index.html\" is not found (2: No such file"},
        {"/a.txt/", "\"{}/a.txt/index.html\" is not found (20: Not a dir"},
        {"/fifo", "\"{}/fifo\" is not a regular file"},
        {"/self", "open() \"{}/self\" failed (40: Too many levels of symbo"},
    };
    struct fixture *f = fixture_new();
    struct answer a = {0};
    char text[512];

    (void)state;
    fill(f);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const char *gap = strstr(cases[i].logged, "{}");

        snprintf(text, sizeof(text), "GET %s HTTP/1.0\r\n\r\n",
                 cases[i].request);
        ask(f, text, &a);
        snprintf(text, sizeof(text), "%.*s%s%s", (int)(gap - cases[i].logged),
                 cases[i].logged, f->root, gap + 2);
        if (!fixture_has(buf_str(&f->logged), text))
            fail_msg("no %s in %.*s", text, STR_ARG(buf_str(&f->logged)));
    }
    f->server.whole.settings.log_not_found.on = false;
    ask(f, "GET /none HTTP/1.0\r\n\r\n", &a);
    assert_int_equal(f->logged.len, 0);
    ask(f, "GET /none/ HTTP/1.0\r\n\r\n", &a);
    assert_int_equal(f->logged.len, 0);
    forget(&a);
    fixture_free(f);
}

static void survives_long_names(void **state)
{
    struct fixture *f = fixture_new();
    struct answer a = {0};
    char *head = malloc(8192);

    (void)state;
    assert_non_null(head);
    for (size_t len = 250; len < 8000; len += 1000) {
        int n = snprintf(head, 8192, "GET /");

        memset(head + n, 'n', len);
        snprintf(head + n + len, 64, " HTTP/1.0\r\n\r\n");
        ask(f, head, &a);
        assert_int_equal(f->x.response.status, 404);
    }
    free(head);
    forget(&a);
    fixture_free(f);
}

static void redirects_to_a_directory(void **state)
{
    static const struct {
        const char *request;
        const char *location;
    } cases[] = {
        {"GET /dir HTTP/1.1\r\nHost: site.test", "http://site.test:8080/dir/"},
        {"GET /dir?a=b%20c HTTP/1.1\r\nHost: X.Y:99",
         "http://x.y:8080/dir/?a=b%20c"},
        {"GET //dir HTTP/1.1\r\nHost: h", "http://h:8080/dir/"},
        {"GET /dir HTTP/1.0", "http://site.test:8080/dir/"},
    };
    struct fixture *f = fixture_new();
    struct answer a = {0};
    char text[256];

    (void)state;
    fill(f);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        snprintf(text, sizeof(text), "%s\r\n\r\n", cases[i].request);
        ask(f, text, &a);
        assert_int_equal(f->x.response.status, 301);
        snprintf(text, sizeof(text), "Location: %s\r\n", cases[i].location);
        if (!anywhere(&a, text))
            fail_msg("no %s in %.*s", text, STR_ARG(buf_str(&a.head)));
        assert_true(anywhere(&a, "<title>301 Moved Permanently</title>"));
    }
    forget(&a);
    fixture_free(f);
}

static void redirects_as_it_is_told(void **state)
{
    struct fixture *f = fixture_new();
    struct settings *s = &f->server.whole.settings;

    (void)state;
    fill(f);
    s->port_in_redirect.on = false;
    check(f, &(struct expectation_case){"GET /dir HTTP/1.1", 301,
                                        "Location: http://site.test/dir/\r\n",
                                        NULL});
    s->absolute_redirect.on = false;
    check(f, &(struct expectation_case){"GET /dir HTTP/1.1", 301,
                                        "Location: /dir/\r\n", NULL});
    s->absolute_redirect.on = true;
    s->server_name_in_redirect.on = true;
    f->name.name = STR("first.name");
    check(f, &(struct expectation_case){"GET /dir HTTP/1.1", 301,
                                        "Location: http://first.name/dir/\r\n",
                                        NULL});
    fixture_free(f);
}

static void names_the_server_as_well_as_it_can(void **state)
{
    static const struct {
        const char *request;
        const char *name;
        const char *local; /* NULL: a unix socket */
        bool by_name;
        const char *location;
    } cases[] = {
        {"GET /dir HTTP/1.0\r\n\r\n", "a.b", "192.0.2.1", false,
         "http://a.b:81/dir/"},
        {"GET /dir HTTP/1.0\r\n\r\n", "_", "192.0.2.1", false,
         "http://192.0.2.1:81/dir/"},
        {"GET /dir HTTP/1.0\r\n\r\n", "", "2001:db8::1", false,
         "http://[2001:db8::1]:81/dir/"},
        {"GET /dir HTTP/1.0\r\n\r\n", "", NULL, false, "/dir/"},
        {"GET /dir HTTP/1.0\r\nHost: x\r\n\r\n", "", NULL, false,
         "http://x/dir/"},
        {"GET /dir HTTP/1.0\r\nHost: x\r\n\r\n", "_", "192.0.2.1", true,
         "http://x:81/dir/"},
        {"GET /dir HTTP/1.0\r\nHost: [::1]:9\r\n\r\n", "_", "::1", false,
         "http://[::1]:81/dir/"},
    };
    struct fixture *f = fixture_new();
    struct settings *s = &f->server.whole.settings;
    struct answer a = {0};

    (void)state;
    fill(f);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        f->name.name = str_of(cases[i].name);
        s->server_name_in_redirect.on = cases[i].by_name;
        if (cases[i].local)
            address_parse(&f->peer.local, str_of(cases[i].local), 81);
        else
            address_unix(&f->peer.local, STR("/run/x.sock"));
        ask(f, cases[i].request, &a);
        assert_string_equal(f->x.response.location.at, cases[i].location);
    }
    forget(&a);
    fixture_free(f);
}

static void meets_conditions_in_order(void **state)
{
    static const struct {
        const char *fields;
        unsigned status;
    } cases[] = {
        {"If-None-Match: " TAG, 304},
        {"If-None-Match: W/" TAG, 304},
        {"If-None-Match: *", 304},
        {"If-None-Match: \"other\"", 200},
        {"If-None-Match: \"other\"\r\nIf-None-Match: " TAG, 304},
        {"If-None-Match: \"other\"\r\nIf-Modified-Since: " SAME, 200},
        {"If-Modified-Since: " SAME, 304},
        {"If-Modified-Since: " EARLIER, 200},
        {"If-Modified-Since: yesterday", 200},
        {"If-Match: " TAG, 200},
        {"If-Match: *", 200},
        {"If-Match: W/" TAG, 412},
        {"If-Match: \"other\"", 412},
        {"If-Match: \"other\"\r\nIf-Unmodified-Since: " LATER, 412},
        {"If-Match: " TAG "\r\nIf-Unmodified-Since: " EARLIER, 200},
        {"If-Unmodified-Since: " EARLIER, 412},
        {"If-Unmodified-Since: " SAME, 200},
        {"If-Unmodified-Since: nonsense", 200},
        {"If-Match: \"other\"\r\nIf-None-Match: " TAG, 412},
        {"If-None-Match: " TAG "\r\nRange: bytes=0-1", 304},
    };
    struct fixture *f = fixture_new();
    char request[512];

    (void)state;
    fill(f);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        for (int head = 0; head < 2; head++) {
            struct expectation_case c = {request, cases[i].status, NULL, NULL};

            snprintf(request, sizeof(request), "%s /a.txt HTTP/1.1\r\n%s",
                     head ? "HEAD" : "GET", cases[i].fields);
            check(f, &c);
        }
    }
    check(f,
          &(struct expectation_case){"GET /a.txt HTTP/1.1\r\nIf-None-Match: *",
                                     304, "ETag: " TAG "\r\n", "Content-"});
    check(f, &(struct expectation_case){
                 "GET /a.txt HTTP/1.1\r\nIf-None-Match: *", 304,
                 "Last-Modified: " SAME "\r\n", "Accept-Ranges"});
    fixture_free(f);
}

static void sends_the_ranges_asked_for(void **state)
{
    static const struct expectation_case cases[] = {
        {"GET /a.txt HTTP/1.1\r\nRange: bytes=2-4", 206, "\r\n\r\n", NULL},
        {"GET /a.txt HTTP/1.1\r\nRange: bytes=2-4", 206, "234", "2345"},
        {"GET /a.txt HTTP/1.1\r\nRange: bytes=2-4", 206,
         "Content-Range: bytes 2-4/10\r\n", NULL},
        {"GET /a.txt HTTP/1.1\r\nRange: bytes=-3", 206, "789", "6789"},
        {"GET /a.txt HTTP/1.1\r\nRange: bytes=5-", 206, "56789", "456789"},
        {"GET /a.txt HTTP/1.1\r\nRange: bytes=0-99", 206, "0123456789", NULL},
        {"GET /a.txt HTTP/1.1\r\nRange: bytes=10-", 416,
         "Content-Range: bytes */10\r\n", "0123456789"},
        {"GET /empty.txt HTTP/1.1\r\nRange: bytes=0-", 200,
         "Content-Length: 0\r\n", NULL},
        {"GET /a.txt HTTP/1.1\r\nRange: lines=1-2", 200, "0123456789", NULL},
        {"GET /a.txt HTTP/1.1\r\nRange: bytes=4-2", 200, "0123456789", NULL},
        {"GET /a.txt HTTP/1.1\r\nRange: bytes=0-1,4-5", 206,
         "Content-Type: multipart/byteranges; boundary=", NULL},
        {"GET /a.txt HTTP/1.1\r\nRange: bytes=0-1,4-5", 206,
         "Content-Range: bytes 4-5/10\r\n\r\n45\r\n--", NULL},
        {"GET /a.txt HTTP/1.1\r\nRange: bytes=0-1,99-", 206,
         "Content-Range: bytes 0-1/10\r\n", "multipart"},
        {"HEAD /a.txt HTTP/1.1\r\nRange: bytes=2-4", 200,
         "Content-Length: 10\r\n", "Content-Range"},
        {"GET /a.txt HTTP/1.1\r\nRange: bytes=2-4\r\nIf-Range: " TAG, 206,
         "Content-Range", NULL},
        {"GET /a.txt HTTP/1.1\r\nRange: bytes=2-4\r\nIf-Range: \"o\"", 200,
         "0123456789", "Content-Range"},
        {"GET /a.txt HTTP/1.1\r\nRange: bytes=2-4\r\nIf-Range: " SAME, 206,
         NULL, NULL},
        {"GET /none HTTP/1.1\r\nRange: bytes=2-4", 404, NULL, "Content-Range"},
        {"GET /large.html HTTP/1.1\r\nRange: bytes=1-99998", 206,
         "Content-Range: bytes 1-99998/100000", NULL},
    };
    struct fixture *f = fixture_new();

    (void)state;
    fill(f);
    check_all(f, cases, ARRAY_LEN(cases));
    f->server.whole.settings.max_ranges.value = 1;
    check(f, &(struct expectation_case){
                 "GET /a.txt HTTP/1.1\r\nRange: bytes=0-1,4-5", 200,
                 "0123456789", "multipart"});
    f->server.whole.settings.max_ranges.value = 0;
    check(f,
          &(struct expectation_case){"GET /a.txt HTTP/1.1\r\nRange: bytes=0-1",
                                     200, "0123456789", "Accept-Ranges"});
    fixture_free(f);
}

static void never_dates_a_file_later_than_the_answer(void **state)
{
    struct fixture *f = fixture_new();

    (void)state;
    fixture_write(f, "/future.txt", "x", 1, 4000000000);
    check(f, &(struct expectation_case){
                 "GET /future.txt HTTP/1.1", 200,
                 "Last-Modified: Tue, 14 Nov 2023 22:13:20 GMT\r\n", NULL});
    fixture_free(f);
}

static void lists_directories_if_asked(void **state)
{
    struct fixture *f = fixture_new();

    (void)state;
    fill(f);
    f->server.whole.settings.autoindex.on = true;
    check(f, &(struct expectation_case){"GET /bare/ HTTP/1.1", 200,
                                        "Index of /bare/", NULL});
    check(f, &(struct expectation_case){"GET /dir/ HTTP/1.1", 200, "index",
                                        "Index of"});
    check(f, &(struct expectation_case){"HEAD /bare/ HTTP/1.1", 200,
                                        "Content-Length: ", "Index of"});
    check(f, &(struct expectation_case){"POST /bare/ HTTP/1.1", 405,
                                        "Allow: ", "Index of"});
    fixture_free(f);
}

static void keeps_what_it_knows_to_itself(void **state)
{
    struct fixture *f = fixture_new();

    (void)state;
    fill(f);
    f->server.whole.settings.server_tokens.value = CONF_TOKENS_OFF;
    f->server.whole.settings.etag.on = false;
    check(f, &(struct expectation_case){"GET /a.txt HTTP/1.1", 200,
                                        "Server: prong\r\n", "ETag"});
    check(f, &(struct expectation_case){"GET /none HTTP/1.1", 404,
                                        "<small>prong</small>", "prong/"});
    f->server.whole.settings.hidden_files.value = CONF_HIDDEN_SERVE;
    check(f, &(struct expectation_case){"GET /.htpasswd HTTP/1.1", 200,
                                        "secret", NULL});
    fixture_free(f);
}

static void ends_connections_when_it_must(void **state)
{
    static const struct expectation_case closes = {
        "GET /a.txt HTTP/1.1", 200, "Connection: close\r\n", "Keep-Alive"};
    struct fixture *f = fixture_new();
    struct settings *s = &f->server.whole.settings;

    (void)state;
    fill(f);
    s->keepalive_timeout_header.value = 20;
    check(f, &(struct expectation_case){
                 "GET /a.txt HTTP/1.1", 200,
                 "Connection: keep-alive\r\nKeep-Alive: timeout=20\r\n", NULL});
    check(f,
          &(struct expectation_case){"GET /a.txt HTTP/1.1\r\nConnection: close",
                                     200, "Connection: close\r\n", NULL});
    f->peer.requests = 1000;
    check(f, &closes);
    f->peer.requests = 1;
    f->env.now_ms = 3600000;
    check(f, &closes);
    f->env.now_ms = 0;
    s->keepalive_timeout.value = 0;
    check(f, &closes);
    fixture_free(f);
}

static void returns_what_is_configured(void **state)
{
    static const struct {
        unsigned code;
        const char *text;
        struct expectation_case expected;
    } cases[] = {
        {200, "hello", {"GET /x.txt HTTP/1.1", 200, "hello", NULL}},
        {200, "hello", {"GET /x.txt HTTP/1.1", 200, "text/plain", NULL}},
        {200, "hello", {"POST /x HTTP/1.1", 200, "octet-stream", NULL}},
        {200, "hello", {"HEAD /x HTTP/1.1", 200, "Length: 5", "hello"}},
        {200, "", {"GET /x HTTP/1.1", 200, "Content-Length: 0", NULL}},
        {200, "x", {"GET /x HTTP/1.1\r\nIf-None-Match: *", 304, NULL, "Len"}},
        {200, "x", {"GET /x HTTP/1.1\r\nIf-Match: \"y\"", 412, NULL, NULL}},
        {200,
         "x",
         {"GET /x HTTP/1.1\r\nIf-Unmodified-Since: " EARLIER, 200, "x", NULL}},
        {404, "x", {"GET /x HTTP/1.1\r\nIf-None-Match: *", 404, "x", NULL}},
        {204, "", {"GET /x HTTP/1.1", 204, NULL, "Content-"}},
        {404, "", {"GET /a.txt HTTP/1.1", 404, "Not Found", NULL}},
        {404, "gone", {"GET /a.txt HTTP/1.1", 404, "gone", "Not Found</t"}},
        {301, "/y", {"GET /x HTTP/1.1", 301, "http://site.test:8080/y", NULL}},
        {302,
         "http://z/?a b",
         {"GET / HTTP/1.1", 302, "http://z/?a%20b", NULL}},
        {308,
         "/y\r\nX: y",
         {"GET / HTTP/1.1", 308, "/y%0D%0AX:%20y\r\n", NULL}},
        {503, "", {"GET /x HTTP/1.1", 503, "Service", NULL}},
    };
    struct fixture *f = fixture_new();
    struct rewrite_return *r = fixture_return(f, &f->server.whole);

    (void)state;
    fill(f);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        r->status = (uint16_t)cases[i].code;
        r->text = (struct template){0};
        if (cases[i].text[0])
            r->text = fixture_text(f, cases[i].text);
        check(f, &cases[i].expected);
    }
    fixture_free(f);
}

static void minds_unusual_names(void **state)
{
    static const struct expectation_case good[] = {
        {"GET /a.txt HTTP/1.1\r\nX-Usual: a", 200, NULL, NULL},
        {"GET /a.txt HTTP/1.1\r\nx_under: a", 200, NULL, NULL},
        {"GET /a.txt HTTP/1.1\r\nx.dot: a", 200, NULL, NULL},
    };
    static const struct expectation_case strict[] = {
        {"GET /a.txt HTTP/1.1\r\nX-Usual: a", 200, NULL, NULL},
        {"GET /a.txt HTTP/1.1\r\nx_under: a", 400, NULL, "0123456789"},
        {"GET /a.txt HTTP/1.1\r\nx.dot: a", 400, "Connection: close", NULL},
    };
    static const struct expectation_case under[] = {
        {"GET /a.txt HTTP/1.1\r\nx_under: a", 200, NULL, NULL},
        {"GET /a.txt HTTP/1.1\r\nx.dot: a", 400, NULL, NULL},
    };
    struct fixture *f = fixture_new();

    (void)state;
    fill(f);
    check_all(f, good, ARRAY_LEN(good));
    f->server.settings.ignore_invalid_headers.on = false;
    check_all(f, strict, ARRAY_LEN(strict));
    f->server.settings.underscores_in_headers.on = true;
    check_all(f, under, ARRAY_LEN(under));
    fixture_free(f);
}

static void closes_without_a_word(void **state)
{
    struct fixture *f = fixture_new();

    (void)state;
    fixture_return(f, &f->server.whole)->status = 444;
    fixture_request(f, "GET / HTTP/1.0\r\n\r\n");
    respond(&f->x);
    assert_int_equal(f->x.response.status, 444);
    assert_null(f->x.body.ops);
    assert_false(f->x.response.keep_alive);
    fixture_free(f);
}

static void error_pages(struct fixture *f, struct conf_error_page *pages,
                        unsigned count, const char *target)
{
    for (unsigned i = 0; i < count; i++)
        pages[i].target = fixture_text(f, target);
    f->server.whole.settings.error_pages = pages;
    f->server.whole.settings.error_page_count = count;
}

static void shows_the_operators_page(void **state)
{
    struct conf_error_page pages[] = {
        {.status = 404, .answer = -1}, {.status = 405, .answer = -1},
        {.status = 400, .answer = -1}, {.status = 413, .answer = -1},
        {.status = 416, .answer = -1}, {.status = 403, .answer = 200},
        {.status = 501, .answer = 0},
    };
    static const struct expectation_case cases[] = {
        {"GET /none HTTP/1.1", 404, "own page", "<title>"},
        {"GET /none HTTP/1.1", 404, "own page", "Last-Modified"},
        {"HEAD /none HTTP/1.1", 404, "Content-Length: 8\r\n", "own page"},
        {"GET /none HTTP/1.1\r\nRange: bytes=0-1", 404, "own page", "Range"},
        {"GET /none HTTP/1.1\r\nIf-None-Match: *", 404, "own page", NULL},
        {"POST /a.txt HTTP/1.1", 405, "own page", NULL},
        {"POST /a.txt HTTP/1.1", 405, "Allow: GET", NULL},
        {"GET /%zz HTTP/1.1", 400, "own page", "keep-alive"},
        {"PUT / HTTP/1.1\r\nContent-Length: 9999999", 413, "own page", NULL},
        {"GET /bare/ HTTP/1.1", 200, "own page", NULL},
        {"GET /bare/ HTTP/1.1\r\nRange: bytes=0-2", 206, "own", "own page"},
        {"BREW /x HTTP/1.1", 200, "own page", NULL},
        {"GET /a.txt HTTP/1.1\r\nRange: bytes=10-", 416, "own page", NULL},
        {"GET /a.txt HTTP/1.1\r\nRange: bytes=10-", 416,
         "Content-Range: bytes */10\r\n", NULL},
    };
    struct fixture *f = fixture_new();

    (void)state;
    fill(f);
    error_pages(f, pages, ARRAY_LEN(pages), "/404.html?why");
    check_all(f, cases, ARRAY_LEN(cases));
    error_pages(f, pages, ARRAY_LEN(pages), "/missing.html");
    check(f, &(struct expectation_case){"GET /bare/ HTTP/1.1", 404,
                                        "<title>404", NULL});
    error_pages(f, pages, ARRAY_LEN(pages), "http://other.test/x");
    check(f, &(struct expectation_case){"GET /none HTTP/1.1", 302,
                                        "Location: http://other.test/x\r\n",
                                        "404"});
    error_pages(f, pages, ARRAY_LEN(pages), "/../../etc/passwd");
    check(f, &(struct expectation_case){"GET /none HTTP/1.1", 404, "<title>404",
                                        "root:"});
    fixture_free(f);
}

static void goes_round_no_more_than_ten_times(void **state)
{
    struct conf_error_page page = {.status = 404, .answer = -1};
    struct fixture *f = fixture_new();

    (void)state;
    fill(f);
    error_pages(f, &page, 1, "/missing");
    f->server.whole.settings.recursive_error_pages.on = true;
    check(f, &(struct expectation_case){"GET /none HTTP/1.1", 500, "<title>500",
                                        NULL});
    assert_true(fixture_has(buf_str(&f->logged), "internal redirection cycle"));
    fixture_free(f);
}

static void looks_for_each_index(void **state)
{
    struct fixture *f = fixture_new();
    struct settings *s = &f->server.whole.settings;
    struct template_part climbs = {
        .is_variable = true, .variable = VARIABLE_ARG, .text = STR("x")};
    struct template names[] = {
        {STR("$arg_x"), &climbs, 1},
        fixture_text(f, "none.html"),
        fixture_text(f, "a.txt"),
        fixture_text(f, "/dir/x"),
    };

    (void)state;
    fill(f);
    s->index = (struct conf_index){.names = names, .count = 3};
    check(f, &(struct expectation_case){"GET /?q HTTP/1.1", 200, "0123456789",
                                        NULL});
    assert_true(str_equals(f->x.args, STR("q")));
    check(f, &(struct expectation_case){"GET /?x=dir/../a.txt HTTP/1.1", 200,
                                        "0123456789", NULL});
    assert_true(str_equals(f->x.path, STR("/a.txt")));
    s->index.names = names + 3;
    s->index.count = 1;
    check(f, &(struct expectation_case){"GET / HTTP/1.1", 404, NULL, NULL});
    assert_true(str_equals(f->x.path, STR("/dir/x")));
    s->index.count = 0;
    check(f, &(struct expectation_case){"GET / HTTP/1.1", 403, NULL, NULL});
    fixture_free(f);
}

static void answers_501_for_what_is_a_stub(void **state)
{
    struct fixture *f = fixture_new();

    (void)state;
    fill(f);
    f->server.whole.settings.unsupported.text = STR("proxy_pass");
    check(f, &(struct expectation_case){"GET /a.txt HTTP/1.1", 501, NULL,
                                        "0123456789"});
    fixture_free(f);
}

static void refuses_for_the_session(void **state)
{
    static const unsigned codes[] = {400, 408, 413, 414, 431, 505};
    struct fixture *f = fixture_new();
    struct answer a = {0};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(codes); i++) {
        exchange_reset(&f->x); /* nothing was parsed at all */
        respond_refusal(&f->x, codes[i]);
        assert_int_equal(f->x.response.status, codes[i]);
        assert_false(f->x.response.keep_alive);
        assert_ptr_equal(f->x.server, &f->server);
        buf_reset(&a.head);
        respond_head(&f->x, &a.head);
        assert_true(fixture_has(buf_str(&a.head), "Content-Type: text/html"));
        fixture_body(f, &a.body);
        assert_int_equal(a.body.len, f->x.response.content_length);
    }
    fill(f);
    ask(f, "GET /large.html HTTP/1.0\r\n\r\n", &a);
    respond_refusal(&f->x, 413); /* in place of what was settled */
    assert_false(f->x.file.is_open);
    assert_int_equal(f->x.response.status, 413);
    assert_int_equal(f->x.response.etag.len, 0);
    forget(&a);
    fixture_free(f);
}

static void leaves_nothing_open(void **state)
{
    static struct slot slot;
    struct fixture *f = fixture_new();
    struct answer a = {0};
    int first = dup(0);
    int last;

    (void)state;
    fill(f);
    close(first);
    f->env.slot = &slot;
    for (int i = 0; i < 50; i++) {
        ask(f, "GET /large.html HTTP/1.0\r\n\r\n", &a);
        ask(f, "HEAD /large.html HTTP/1.0\r\n\r\n", &a);
        ask(f, "GET /a.txt HTTP/1.0\r\n\r\n", &a);
        ask(f, "GET /dir/ HTTP/1.0\r\nIf-None-Match: *\r\n\r\n", &a);
        ask(f, "GET /fifo HTTP/1.0\r\n\r\n", &a);
        ask(f, "GET /a.txt HTTP/1.0\r\nRange: bytes=99-\r\n\r\n", &a);
    }
    assert_int_equal(slot_get(&slot, COUNTER_files_open), 0);
    ask(f, "GET /large.html HTTP/1.0\r\n\r\n", &a);
    assert_int_equal(slot_get(&slot, COUNTER_files_open), 1);
    assert_int_equal(slot_get(&slot, COUNTER_file_misses), 251);
    exchange_reset(&f->x);
    assert_int_equal(slot_get(&slot, COUNTER_files_open), 0);
    last = dup(0);
    assert_int_equal(last, first);
    close(last);
    forget(&a);
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_files),
        cmocka_unit_test(refuses_the_rest),
        cmocka_unit_test(logs_in_nginx_words),
        cmocka_unit_test(survives_long_names),
        cmocka_unit_test(redirects_to_a_directory),
        cmocka_unit_test(redirects_as_it_is_told),
        cmocka_unit_test(names_the_server_as_well_as_it_can),
        cmocka_unit_test(meets_conditions_in_order),
        cmocka_unit_test(sends_the_ranges_asked_for),
        cmocka_unit_test(never_dates_a_file_later_than_the_answer),
        cmocka_unit_test(lists_directories_if_asked),
        cmocka_unit_test(keeps_what_it_knows_to_itself),
        cmocka_unit_test(ends_connections_when_it_must),
        cmocka_unit_test(returns_what_is_configured),
        cmocka_unit_test(minds_unusual_names),
        cmocka_unit_test(closes_without_a_word),
        cmocka_unit_test(shows_the_operators_page),
        cmocka_unit_test(goes_round_no_more_than_ten_times),
        cmocka_unit_test(looks_for_each_index),
        cmocka_unit_test(answers_501_for_what_is_a_stub),
        cmocka_unit_test(refuses_for_the_session),
        cmocka_unit_test(leaves_nothing_open),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
