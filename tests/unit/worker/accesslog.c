/* accesslog: the lines that a worker's answers leave in its log ring */
#include "fixture.h"

#include "ipc/logring.h"

#define FORMAT "log_format short '$status $request_uri'; "

/* Asks for each target and returns what stands in the ring, in the order in
 * which it was written: "NUMBER: LINE". */
static void lines_of(const char *in_http, const char *const *targets,
                     struct buf *into)
{
    struct fixture f;
    struct logring_cursor cursor;
    struct logring_record record;
    struct reply r;
    unsigned count = 0;
    int fd;

    fixture_open(&f, 1, "events {}", in_http);
    fd = client_open(&f);
    for (; *targets; targets++, count++) {
        char text[8192];

        snprintf(text, sizeof(text), "GET %s HTTP/1.1\r\nHost: a\r\n\r\n",
                 *targets);
        client_send(fd, text);
        assert_true(client_reply(fd, &r, true));
    }
    FIXTURE_UNTIL(fixture_total(&f, COUNTER_idle) == 1);
    assert_int_equal(fixture_total(&f, COUNTER_requests), count);
    cursor = logring_begin(&f.slots[0]->log);
    while (logring_peek(&f.slots[0]->log, &cursor, &record) == LOGRING_RECORD)
        if (record.level == LOG_STDERR)
            buf_put(into, record.text);
    close(fd);
    fixture_close(&f);
}

static void one_line_an_answer(void **state)
{
    static const char *const targets[] = {"/small", "/none", "/small?x=1",
                                          NULL};
    struct buf got = {0};

    (void)state;
    lines_of(FORMAT "access_log a.log short;", targets, &got);
    buf_put_char(&got, '\0');
    assert_string_equal(got.data, "200 /small\n404 /none\n200 /small?x=1\n");
    buf_close(&got);
}

static void several_logs_and_conditions(void **state)
{
    static const char *const targets[] = {"/small", "/small?x=0", "/small?x=1",
                                          NULL};
    struct buf got = {0};

    (void)state;
    lines_of(FORMAT "log_format other 'x $arg_x'; access_log a.log short "
                    "if=$arg_x; access_log b.log other;",
             targets, &got);
    buf_put_char(&got, '\0');
    assert_string_equal(got.data, "x -\nx 0\n200 /small?x=1\nx 1\n");
    buf_close(&got);
}

static void a_line_longer_than_usual_is_whole(void **state)
{
    static char target[7000];
    static const char *const targets[] = {target, NULL};
    struct buf got = {0};

    (void)state;
    snprintf(target, sizeof(target), "/small?%06000d", 7);
    lines_of(FORMAT "access_log a.log short;", targets, &got);
    assert_int_equal(got.len, strlen("200 \n") + strlen(target));
    assert_memory_equal(got.data + 4, target, strlen(target));
    assert_int_equal(got.data[got.len - 1], '\n');
    buf_close(&got);
}

static void a_full_ring_drops_and_counts(void **state)
{
    enum { COUNT = 60 };
    static char text[8192];
    struct fixture f;
    struct reply r;
    uint64_t dropped;
    int fd;

    (void)state;
    fixture_open(&f, 1, "events {}", FORMAT "access_log a.log short;");
    fd = client_open(&f);
    snprintf(text, sizeof(text),
             "GET /small?%05000d HTTP/1.1\r\nHost: a\r\n\r\n", 7);
    for (int i = 0; i < COUNT; i++) {
        client_send(fd, text);
        assert_true(client_reply(fd, &r, true));
        assert_int_equal(r.status, 200);
    }
    FIXTURE_UNTIL(fixture_total(&f, COUNTER_idle) == 1);
    dropped = fixture_total(&f, COUNTER_log_dropped);
    assert_true(dropped > 0);
    assert_int_equal(fixture_total(&f, COUNTER_log_lines) + dropped, COUNT);
    close(fd);
    fixture_close(&f);
}

/* The texts of a request that waits for its client are still its own when many
 * others have come and gone. */
static void a_line_that_had_to_wait(void **state)
{
    static const char wanted[] = "/huge?mark-me b\n";
    struct fixture f;
    struct logring_cursor cursor;
    struct logring_record record = {0};
    struct reply r;
    int small = 4096;
    int fd;
    int other;

    (void)state;
    fixture_open(&f, 1, "events {}",
                 "log_format two '$request_uri $http_user_agent'; "
                 "access_log a.log two;");
    fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
    assert_int_equal(
        connect(fd, (struct sockaddr *)&f.address.name, f.address.len), 0);
    client_send(fd, "GET /huge?mark-me HTTP/1.1\r\nHost: a\r\n"
                    "User-Agent: b\r\nConnection: close\r\n\r\n");
    FIXTURE_UNTIL(fixture_total(&f, COUNTER_writing) == 1);
    other = client_open(&f);
    for (int i = 0; i < 10; i++) {
        client_send(other, "GET /small?xxxxxxx HTTP/1.1\r\nHost: abcdefg\r\n"
                           "User-Agent: c\r\n\r\n");
        assert_true(client_reply(other, &r, true));
    }
    assert_true(client_reply(fd, &r, true));
    assert_int_equal(r.length, 8000000);
    client_sees_end(fd);
    FIXTURE_UNTIL(fixture_total(&f, COUNTER_log_lines) == 11);
    cursor = logring_begin(&f.slots[0]->log);
    for (int i = 0; i < 11; i++)
        assert_int_equal(logring_peek(&f.slots[0]->log, &cursor, &record),
                         LOGRING_RECORD);
    assert_int_equal(record.text.len, strlen(wanted));
    assert_memory_equal(record.text.at, wanted, strlen(wanted));
    close(fd);
    close(other);
    fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_line_an_answer),
        cmocka_unit_test(several_logs_and_conditions),
        cmocka_unit_test(a_line_longer_than_usual_is_whole),
        cmocka_unit_test(a_full_ring_drops_and_counts),
        cmocka_unit_test(a_line_that_had_to_wait),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
