/* worker: a real one, asked by clients that are kind, slow, greedy or rude */
#include "fixture.h"

#define GET_SMALL "GET /small HTTP/1.1\r\nHost: a\r\n\r\n"

static void ask(struct fixture *f, int fd, struct reply *r, const char *text)
{
    (void)f;
    client_send(fd, text);
    assert_true(client_reply(fd, r, strncmp(text, "HEAD", 4) != 0));
}

static void one_after_the_other(void **state)
{
    struct fixture f;
    struct reply r;
    int fd;

    (void)state;
    fixture_open(&f, 1, "events {}", "");
    fd = client_open(&f);
    for (int i = 0; i < 20; i++) {
        ask(&f, fd, &r, GET_SMALL);
        assert_int_equal(r.status, 200);
        assert_int_equal(r.length, 1000);
        assert_memory_equal(r.body, "0123456789", 10);
        assert_false(r.close);
    }
    ask(&f, fd, &r, "GET /none HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_int_equal(r.status, 404);
    ask(&f, fd, &r, "HEAD /large HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_int_equal(r.length, 300000);
    ask(&f, fd, &r, "GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_int_equal(r.length, 300000);
    assert_memory_equal(r.body + 299984, "abcdefghijklmnop", 16);
    FIXTURE_UNTIL(fixture_total(&f, COUNTER_idle) == 1);
    assert_int_equal(fixture_total(&f, COUNTER_active), 1);
    assert_int_equal(fixture_total(&f, COUNTER_requests), 23);
    assert_int_equal(fixture_total(&f, COUNTER_status_200), 22);
    assert_int_equal(fixture_total(&f, COUNTER_responses_4xx), 1);
    assert_int_equal(fixture_total(&f, COUNTER_keepalive_reused), 22);
    assert_int_equal(fixture_total(&f, COUNTER_log_lines), 24); /* and a 404 */
    ask(&f, fd, &r,
        "GET /small HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    assert_true(r.close);
    client_sees_end(fd);
    close(fd);
    FIXTURE_UNTIL(fixture_total(&f, COUNTER_active) == 0);
    assert_int_equal(fixture_total(&f, COUNTER_idle), 0);
    assert_int_equal(fixture_total(&f, COUNTER_writing), 0);
    assert_int_equal(fixture_total(&f, COUNTER_reading), 0);
    fixture_close(&f);
}

static void byte_by_byte(void **state)
{
    struct fixture f;
    struct reply r;
    const char *text = GET_SMALL;
    int fd;

    (void)state;
    fixture_open(&f, 1, "events {}", "");
    fd = client_open(&f);
    for (size_t i = 0; i < strlen(text); i++) {
        assert_int_equal(send(fd, text + i, 1, 0), 1);
        if (i == 3)
            FIXTURE_UNTIL(fixture_total(&f, COUNTER_reading) == 1);
    }
    assert_true(client_reply(fd, &r, true));
    assert_int_equal(r.status, 200);
    close(fd);
    fixture_close(&f);
}

static void pipelined(void **state)
{
    enum { COUNT = 200 };
    static char all[COUNT * sizeof(GET_SMALL)];
    struct fixture f;
    struct reply r;
    int fd;

    (void)state;
    fixture_open(&f, 1, "events {}", "");
    fd = client_open(&f);
    all[0] = '\0';
    for (int i = 0; i < COUNT; i++)
        strcat(all,
               i == 7 ? "GET /large HTTP/1.1\r\nHost: a\r\n\r\n" : GET_SMALL);
    client_send(fd, all);
    for (int i = 0; i < COUNT; i++) {
        assert_true(client_reply(fd, &r, true));
        assert_int_equal(r.status, 200);
        assert_int_equal(r.length, i == 7 ? 300000 : 1000);
    }
    FIXTURE_UNTIL(fixture_total(&f, COUNTER_idle) == 1);
    assert_int_equal(fixture_total(&f, COUNTER_requests), COUNT);
    assert_true(fixture_total(&f, COUNTER_pipelined) > COUNT / 2);
    close(fd);
    fixture_close(&f);
}

static void bodies(void **state)
{
    static const struct {
        const char *text;
        unsigned status;
        bool close;
    } cases[] = {
        {"GET /small HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
         200, false},
        {"GET /small HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
         "5\r\nhello\r\n0\r\n\r\n",
         200, false},
        {"POST /small HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
         405, false},
        {"POST /small HTTP/1.1\r\nHost: a\r\nContent-Length: 101\r\n\r\nhello",
         413, true},
        {"GET /small HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
         "78\r\n0123456789012345678901234567890123456789"
         "01234567890123456789012345678901234567890123456789012345678901234"
         "56789",
         413, true},
        {"GET /small HTTP/1.1\r\nHost: a\r\nExpect: nonsense\r\n\r\n", 417,
         true},
        {"GET / HTTP/1.1\r\n\r\n", 400, true},
        {"\r\n\r\nGET /small HTTP/1.1\r\nHost: a\r\n\r\n", 200, false},
    };
    struct fixture f;
    struct reply r;

    (void)state;
    fixture_open(&f, 1, "events {}", "client_max_body_size 100;");
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        int fd = client_open(&f);

        ask(&f, fd, &r, cases[i].text);
        if (r.status != cases[i].status || r.close != cases[i].close)
            print_error("case %zu: %u\n%s\n", i, r.status, r.head);
        assert_int_equal(r.status, cases[i].status);
        assert_int_equal(r.close, cases[i].close);
        if (r.close) {
            client_sees_end(fd);
        } else {
            ask(&f, fd, &r, GET_SMALL);
            assert_int_equal(r.status, 200);
        }
        close(fd);
    }
    fixture_close(&f);
}

static void asked_for_the_body(void **state)
{
    struct fixture f;
    struct reply r;
    int fd;

    (void)state;
    fixture_open(&f, 1, "events {}", "client_max_body_size 100;");
    fd = client_open(&f);
    ask(&f, fd, &r,
        "GET /small HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n"
        "Expect: 100-continue\r\n\r\n");
    assert_int_equal(r.status, 100);
    client_send(fd, "hello");
    assert_true(client_reply(fd, &r, true));
    assert_int_equal(r.status, 200);
    ask(&f, fd, &r,
        "GET /none HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n"
        "Expect: 100-continue\r\n\r\n");
    assert_int_equal(r.status, 404);
    assert_true(r.close);
    client_sees_end(fd);
    close(fd);
    fixture_close(&f);
}

/* Bodies whose bytes come late, behind heads that fill the buffer. */
static void bodies_behind_full_buffers(void **state)
{
    enum { COUNT = 40 };
    static char head[1024];
    struct fixture f;
    struct reply r;
    int fd;

    (void)state;
    fixture_open(&f, 1, "events {}", "");
    fd = client_open(&f);
    snprintf(head, sizeof(head),
             "GET /small HTTP/1.1\r\nHost: a\r\nX: %0900d\r\n"
             "Content-Length: 1\r\n\r\n",
             1);
    for (int i = 0; i < COUNT; i++) {
        for (int k = 0; k < 5; k++)
            client_send(fd, i % 2 ? GET_SMALL
                                  : "GET /small HTTP/1.1\r\n"
                                    "Host: abc\r\n\r\n");
        client_send(fd, head);
        usleep(1000);
        client_send(fd, "x");
    }
    for (int i = 0; i < 6 * COUNT; i++) {
        assert_true(client_reply(fd, &r, true));
        assert_int_equal(r.status, 200);
    }
    close(fd);
    fixture_close(&f);
}

/* The answer survives what the client was still sending. */
static void lingering(void **state)
{
    static char much[256 * 1024];
    struct fixture f;
    struct reply r;
    int fd;

    (void)state;
    fixture_open(&f, 1, "events {}", "client_max_body_size 100;");
    fd = client_open(&f);
    client_send(fd, "POST /small HTTP/1.1\r\nHost: a\r\n"
                    "Content-Length: 1000000\r\n\r\n");
    for (int i = 0; i < 3; i++) {
        assert_int_equal(send(fd, much, sizeof(much), MSG_NOSIGNAL),
                         sizeof(much));
        usleep(10000);
    }
    assert_true(client_reply(fd, &r, true));
    assert_int_equal(r.status, 413);
    client_sees_end(fd);
    close(fd);
    FIXTURE_UNTIL(fixture_total(&f, COUNTER_active) == 0);
    fixture_close(&f);
}

static void heads_that_are_too_large(void **state)
{
    static char text[64 * 1024];
    struct fixture f;
    struct reply r;
    int fd;

    (void)state;
    fixture_open(&f, 1, "events {}", "");
    fd = client_open(&f);
    snprintf(text, sizeof(text), "GET /%09000d HTTP/1.1\r\nHost: a\r\n\r\n", 1);
    ask(&f, fd, &r, text);
    assert_int_equal(r.status, 414);
    client_sees_end(fd);
    close(fd);
    fd = client_open(&f);
    snprintf(text, sizeof(text),
             "GET / HTTP/1.1\r\nHost: a\r\nX: %09000d\r\n\r\n", 1);
    ask(&f, fd, &r, text);
    assert_int_equal(r.status, 431);
    close(fd);
    fd = client_open(&f);
    snprintf(text, sizeof(text),
             "GET /small HTTP/1.1\r\nHost: a\r\nA: %08000d\r\nB: %08000d\r\n"
             "C: %08000d\r\n\r\n",
             1, 2, 3);
    ask(&f, fd, &r, text);
    assert_int_equal(r.status, 200);
    ask(&f, fd, &r, GET_SMALL);
    assert_int_equal(r.status, 200);
    close(fd);
    fixture_close(&f);
}

static void timeouts(void **state)
{
    struct fixture f;
    struct reply r;
    int head;
    int body;
    int idle;
    int fresh;

    (void)state;
    fixture_open(&f, 1, "events {}",
                 "client_header_timeout 200ms; client_body_timeout 200ms; "
                 "keepalive_timeout 200ms;");
    head = client_open(&f);
    body = client_open(&f);
    idle = client_open(&f);
    fresh = client_open(&f);
    ask(&f, idle, &r, GET_SMALL);
    client_send(head, "GET / HT");
    client_send(body, "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n");
    client_sees_end(head);
    client_sees_end(body);
    client_sees_end(idle);
    client_sees_end(fresh);
    assert_int_equal(fixture_total(&f, COUNTER_timeouts_header), 1);
    assert_int_equal(fixture_total(&f, COUNTER_timeouts_body), 1);
    assert_int_equal(fixture_total(&f, COUNTER_timeouts_idle), 2);
    assert_int_equal(fixture_total(&f, COUNTER_status_408), 2);
    FIXTURE_UNTIL(fixture_total(&f, COUNTER_active) == 0);
    close(head);
    close(body);
    close(idle);
    close(fresh);
    fixture_close(&f);
}

static void a_reader_that_stops(void **state)
{
    struct fixture f;
    int small = 4096;
    int fd;

    (void)state;
    fixture_open(&f, 1, "events {}", "send_timeout 300ms;");
    fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
    assert_int_equal(
        connect(fd, (struct sockaddr *)&f.address.name, f.address.len), 0);
    client_send(fd, "GET /huge HTTP/1.1\r\nHost: a\r\n\r\n");
    FIXTURE_UNTIL(fixture_total(&f, COUNTER_timeouts_send) == 1);
    FIXTURE_UNTIL(fixture_total(&f, COUNTER_active) == 0);
    assert_int_equal(fixture_total(&f, COUNTER_answers_cut), 1);
    close(fd);
    fixture_close(&f);
}

/* One that reads slowly holds nobody up and gets it all. */
static void a_slow_reader_among_others(void **state)
{
    static char piece[50000];
    struct fixture f;
    struct reply r;
    size_t got = 0;
    int slow;
    int fd;

    (void)state;
    fixture_open(&f, 1, "events {}", "");
    slow = client_open(&f);
    client_send(slow, "GET /huge HTTP/1.0\r\n\r\n");
    fd = client_open(&f);
    for (size_t n = 1; n > 0; got += n) {
        ask(&f, fd, &r, GET_SMALL);
        assert_int_equal(r.status, 200);
        n = client_read(slow, piece, sizeof(piece));
    }
    assert_true(got > 8000000 && got < 8001000);
    close(fd);
    close(slow);
    fixture_close(&f);
}

static void a_file_that_shrinks(void **state)
{
    struct fixture f;
    struct reply r;
    char path[128];
    int small = 4096;
    int fd;

    (void)state;
    fixture_open(&f, 1, "events {}", "");
    fixture_put_file(&f, "other", "x", 6000000);
    fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
    assert_int_equal(
        connect(fd, (struct sockaddr *)&f.address.name, f.address.len), 0);
    client_send(fd, "GET /other HTTP/1.1\r\nHost: a\r\n\r\n");
    FIXTURE_UNTIL(fixture_total(&f, COUNTER_writing) == 1);
    snprintf(path, sizeof(path), "%s/other", f.dir);
    assert_int_equal(truncate(path, 10), 0);
    assert_true(client_reply(fd, &r, true));
    assert_true(r.length < 6000000);
    assert_int_equal(fixture_total(&f, COUNTER_io_errors), 1);
    close(fd);
    fixture_close(&f);
}

static void more_clients_than_connections(void **state)
{
    enum { COUNT = 40 };
    struct fixture f;
    struct reply r;
    int fds[COUNT];

    (void)state;
    fixture_open(&f, 1, "events { worker_connections 16; }", "");
    for (int i = 0; i < COUNT; i++) {
        fds[i] = client_open(&f);
        client_send(fds[i], GET_SMALL);
    }
    for (int i = 0; i < COUNT; i++) {
        assert_true(client_reply(fds[i], &r, true));
        assert_int_equal(r.status, 200);
    }
    assert_true(fixture_total(&f, COUNTER_connections_recycled) >= COUNT - 16);
    assert_true(fixture_total(&f, COUNTER_active_max) <= 16);
    for (int i = 0; i < COUNT; i++)
        close(fds[i]);
    fixture_close(&f);
}

/* They all connect first; each is busy when the next one wants its place. */
static void a_full_worker_lets_the_others_wait(void **state)
{
    enum { COUNT = 8 };
    struct fixture f;
    struct reply r;
    int fds[COUNT];

    (void)state;
    fixture_open(&f, 1, "events { worker_connections 4; }", "");
    for (int i = 0; i < COUNT; i++) {
        fds[i] = client_open(&f);
        client_send(fds[i], "GET /small HTTP/1.1\r\nHost: a\r\n");
    }
    FIXTURE_UNTIL(fixture_total(&f, COUNTER_reading) == 4);
    assert_int_equal(fixture_total(&f, COUNTER_connections), 4);
    for (int i = 0; i < COUNT; i++) {
        client_send(fds[i], "\r\n");
        assert_true(client_reply(fds[i], &r, true));
        assert_int_equal(r.status, 200);
    }
    for (int i = 0; i < COUNT; i++)
        close(fds[i]);
    fixture_close(&f);
}

static void unfinished_requests_starve_nobody(void **state)
{
    enum { COUNT = 300 };
    struct fixture f;
    struct reply r;
    int fds[COUNT];
    int fd;

    (void)state;
    fixture_open(&f, 1, "events {}", "");
    for (int i = 0; i < COUNT; i++) {
        fds[i] = client_open(&f);
        client_send(fds[i], "GET /small HTTP/1.1\r\nHo");
    }
    FIXTURE_UNTIL(fixture_total(&f, COUNTER_reading) == COUNT);
    fd = client_open(&f);
    ask(&f, fd, &r, GET_SMALL);
    assert_int_equal(r.status, 200);
    close(fd);
    for (int i = 0; i < COUNT; i++)
        close(fds[i]);
    FIXTURE_UNTIL(fixture_total(&f, COUNTER_active) == 0);
    fixture_close(&f);
}

static void a_polite_drain(void **state)
{
    struct fixture f;
    struct reply r;
    int asks;
    int silent;
    int large;
    int late;
    uint64_t began;

    (void)state;
    fixture_open(&f, 1, "events {}", "");
    asks = client_open(&f);
    silent = client_open(&f);
    large = client_open(&f);
    ask(&f, asks, &r, GET_SMALL);
    ask(&f, silent, &r, GET_SMALL);
    client_send(large, "GET /huge HTTP/1.1\r\nHost: a\r\n\r\n");
    FIXTURE_UNTIL(fixture_total(&f, COUNTER_writing) == 1);
    kill(f.pids[0], SIGSTOP);
    late = client_open(&f); /* the kernel accepts it; so it is answered */
    client_send(late, GET_SMALL);
    kill(f.pids[0], SIGQUIT);
    kill(f.pids[0], SIGCONT);
    began = fixture_now();
    assert_true(client_reply(late, &r, true));
    assert_int_equal(r.status, 200);
    FIXTURE_UNTIL(slot_state(f.slots[0]) == SLOT_DRAINING);
    ask(&f, asks, &r, GET_SMALL);
    assert_int_equal(r.status, 200);
    assert_true(r.close);
    client_sees_end(asks);
    assert_true(client_reply(large, &r, true));
    assert_int_equal(r.length, 8000000);
    client_sees_end(silent);
    assert_in_range(fixture_now() - began, WORKER_DRAIN_GRACE_MS - 100,
                    WORKER_DRAIN_GRACE_MS + 3000);
    /* What crosses the end is no reset. */
    client_send(silent, GET_SMALL);
    client_send(silent, GET_SMALL);
    client_sees_end(silent);
    close(asks);
    close(silent);
    close(large);
    close(late);
    assert_int_equal(fixture_reap(&f, 0), 0);
    assert_int_equal(fixture_total(&f, COUNTER_drain_cut), 0);
    fixture_close(&f);
}

/* What was asked before the drain is answered, all of it. */
static void a_drain_in_the_middle_of_a_pipeline(void **state)
{
    enum { COUNT = 100 };
    static char all[COUNT * sizeof(GET_SMALL)];
    struct fixture f;
    struct reply r;
    int fd;

    (void)state;
    fixture_open(&f, 1, "events {}", "");
    fd = client_open(&f);
    ask(&f, fd, &r, GET_SMALL);
    all[0] = '\0';
    for (int i = 0; i < COUNT; i++)
        strcat(all, GET_SMALL);
    kill(f.pids[0], SIGSTOP);
    client_send(fd, all);
    kill(f.pids[0], SIGQUIT);
    kill(f.pids[0], SIGCONT);
    for (int i = 0; i < COUNT; i++) {
        assert_true(client_reply(fd, &r, true));
        assert_int_equal(r.status, 200);
        assert_int_equal(r.length, 1000);
        if (i + 1 < COUNT)
            assert_false(r.close);
    }
    close(fd);
    assert_int_equal(fixture_reap(&f, 0), 0);
    fixture_close(&f);
}

static void a_second_quit_makes_haste(void **state)
{
    struct fixture f;
    struct reply r;
    int fd;

    (void)state;
    fixture_open(&f, 1, "events {}", "");
    fd = client_open(&f);
    ask(&f, fd, &r, GET_SMALL);
    kill(f.pids[0], SIGQUIT);
    FIXTURE_UNTIL(slot_state(f.slots[0]) == SLOT_DRAINING);
    assert_false(client_has_input(fd, 50));
    kill(f.pids[0], SIGQUIT);
    assert_int_equal(fixture_reap(&f, 0), 0);
    close(fd);
    fixture_close(&f);
}

static void the_master_dies(void **state)
{
    struct fixture f;
    struct reply r;
    int fd;

    (void)state;
    fixture_open(&f, 1, "events {}", "");
    fd = client_open(&f);
    ask(&f, fd, &r, GET_SMALL);
    close(f.lifeline);
    f.lifeline = -1;
    FIXTURE_UNTIL(slot_state(f.slots[0]) == SLOT_DRAINING);
    ask(&f, fd, &r, GET_SMALL);
    assert_true(r.close);
    close(fd);
    assert_int_equal(fixture_reap(&f, 0), 0);
    fixture_close(&f);
}

static void a_hard_end(void **state)
{
    struct fixture f;
    struct reply r;
    int fd;

    (void)state;
    fixture_open(&f, 1, "events {} worker_shutdown_timeout 100ms;", "");
    fd = client_open(&f);
    ask(&f, fd, &r, GET_SMALL);
    kill(f.pids[0], SIGQUIT);
    assert_int_equal(fixture_reap(&f, 0), 0);
    assert_int_equal(fixture_total(&f, COUNTER_drain_cut), 1);
    close(fd);
    fixture_close(&f);
}

static void a_unix_socket(void **state)
{
    struct fixture f;
    struct reply r;
    struct address at;
    char path[96];
    int fd;

    (void)state;
    fixture_open(&f, 1, "events {}", "server { listen unix:other; }");
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    snprintf(path, sizeof(path), "%s/other", f.dir);
    assert_int_equal(address_unix(&at, str_of(path)), 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&at.name, at.len), 0);
    for (int i = 0; i < 3; i++) {
        ask(&f, fd, &r, GET_SMALL);
        assert_int_equal(r.status, 200);
    }
    ask(&f, fd, &r, "GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_int_equal(r.length, 300000);
    close(fd);
    FIXTURE_UNTIL(fixture_total(&f, COUNTER_active) == 0);
    fixture_close(&f);
}

static void fair_shares(void **state)
{
    enum { COUNT = 200 };
    struct fixture f;
    struct reply r;
    int fds[COUNT];

    (void)state;
    fixture_open(&f, FIXTURE_WORKERS, "events {}", "");
    for (int i = 0; i < COUNT; i++)
        fds[i] = client_open(&f);
    FIXTURE_UNTIL(fixture_total(&f, COUNTER_active) == COUNT);
    for (int i = 0; i < FIXTURE_WORKERS; i++)
        assert_in_range(slot_get(f.slots[i], COUNTER_active), 0,
                        COUNT / FIXTURE_WORKERS * 13 / 10 + 16);
    for (int i = 0; i < COUNT; i++) {
        ask(&f, fds[i], &r, GET_SMALL);
        assert_int_equal(r.status, 200);
        close(fds[i]);
    }
    fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_after_the_other),
        cmocka_unit_test(byte_by_byte),
        cmocka_unit_test(pipelined),
        cmocka_unit_test(bodies),
        cmocka_unit_test(asked_for_the_body),
        cmocka_unit_test(bodies_behind_full_buffers),
        cmocka_unit_test(lingering),
        cmocka_unit_test(heads_that_are_too_large),
        cmocka_unit_test(timeouts),
        cmocka_unit_test(a_reader_that_stops),
        cmocka_unit_test(a_slow_reader_among_others),
        cmocka_unit_test(a_file_that_shrinks),
        cmocka_unit_test(more_clients_than_connections),
        cmocka_unit_test(a_full_worker_lets_the_others_wait),
        cmocka_unit_test(unfinished_requests_starve_nobody),
        cmocka_unit_test(a_polite_drain),
        cmocka_unit_test(a_drain_in_the_middle_of_a_pipeline),
        cmocka_unit_test(a_second_quit_makes_haste),
        cmocka_unit_test(the_master_dies),
        cmocka_unit_test(a_hard_end),
        cmocka_unit_test(a_unix_socket),
        cmocka_unit_test(fair_shares),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
