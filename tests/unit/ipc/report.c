/* report.c - the cases of ipc/report: every line as it reads */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "ipc/report.h"

enum { NOW_MS = 5000000 };

struct fixture {
    struct snapshot s;
    struct snapshot_slot slots[4];
    struct buf out;
};

static int make(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));

    if (!f)
        return -1;
    f->s.slots = f->slots;
    f->s.clock.now_ms = NOW_MS;
    f->s.clock.wall = (struct timespec){1795162582, 114000000};
    f->s.log_level = LOG_NOTICE;
    for (unsigned i = 0; i < ARRAY_LEN(f->slots); i++)
        f->slots[i].number = i;
    *state = f;
    return 0;
}

static int drop(void **state)
{
    struct fixture *f = *state;

    buf_close(&f->out);
    free(f);
    return 0;
}

static const char *report(struct fixture *f, const struct window *w)
{
    buf_reset(&f->out);
    report_text(&f->s, w, &f->out);
    buf_put_char(&f->out, '\0');
    assert_false(f->out.failed);
    return f->out.data;
}

/* Is there this very line? */
static bool has_line(const char *text, const char *line)
{
    size_t len = strlen(line);

    for (const char *at = text; (at = strstr(at, line)); at++) {
        if ((at == text || at[-1] == '\n') && at[len] == '\n')
            return true;
    }
    return false;
}

static void assert_line(const char *text, const char *line)
{
    if (!has_line(text, line))
        fail_msg("no line [%s] in:\n%s", line, text);
}

static void assert_no(const char *text, const char *part)
{
    if (strstr(text, part))
        fail_msg("[%s] should not be in:\n%s", part, text);
}

static void fill_section(struct section *m)
{
    *m = (struct section){
        .version = "0.1.0",
        .conf = "conf/prong.conf",
        .pid = 4101,
        .started_ms = NOW_MS - 4211000,
        .generation = 3,
        .workers = 5,
        .configured = 4,
        .connections_max = 4096,
        .respawns = 1,
        .crashes = 2,
        .reloads_ok = 6,
        .reloads_failed = 7,
    };
}

static void fill_worker(struct snapshot_slot *slot, int32_t pid)
{
    slot->state = SLOT_SERVING;
    slot->role = ROLE_WORKER;
    slot->pid = pid;
    slot->generation = 3;
    slot->started_ms = NOW_MS - 60000;
    slot->heartbeat_ms = NOW_MS - 3;
}

static void the_first_lines(void **state)
{
    struct fixture *f = *state;
    const char *text;

    fill_section(&f->s.section);
    f->s.since_wall = 1795162582 - 4211;
    f->s.total[COUNTER_active] = 12;
    f->s.total[COUNTER_writing] = 3;
    f->s.total[COUNTER_idle] = 9;
    f->s.total[COUNTER_connections] = 56120;
    f->s.total[COUNTER_requests] = 918277;
    f->s.total[COUNTER_status_200] = 901220;
    f->s.total[COUNTER_status_404] = 244;
    text = report(f, NULL);
    assert_memory_equal(text, "prong version=", 14);
    assert_line(text, "prong version=0.1.0 time=2026-11-20T08:16:22.114Z "
                      "uptime_s=4211 since=2026-11-20T07:06:11Z "
                      "generation=3 health=ok conf=\"conf/prong.conf\"");
    assert_line(text, "master pid=4101 workers=5 configured=4 draining=0 "
                      "respawns=1 crashes=2 reloads_ok=6 reloads_failed=7 "
                      "log=notice");
    f->s.log_level = LOG_STDERR;
    text = report(f, NULL);
    assert_line(text, "master pid=4101 workers=5 configured=4 draining=0 "
                      "respawns=1 crashes=2 reloads_ok=6 reloads_failed=7");
    assert_line(text, "total active=12 reading=0 writing=3 idle=9 "
                      "connections_max=4096 connections=56120 "
                      "requests=918277 log_dropped=0");
    assert_line(text, "status 200=901220 404=244");
    assert_no(text, "recent ");
    assert_no(text, "command ");
    assert_no(text, "worker ");
}

static void nothing_is_a_report_too(void **state)
{
    struct fixture *f = *state;
    const char *text = report(f, NULL);

    assert_line(text, "status");
    assert_line(text, "latency who=total what=head count=0 p50_us=0 p90_us=0 "
                      "p99_us=0 p999_us=0 max_us=0");
    assert_line(text, "end lines=8");
}

static void the_last_line_counts_them_all(void **state)
{
    struct fixture *f = *state;
    unsigned lines = 0;
    char last[40];
    const char *text;

    fill_worker(&f->slots[0], 7);
    f->s.slot_count = 1;
    buf_put(&f->out, STR("before\n")); /* not the report's */
    report_text(&f->s, NULL, &f->out);
    buf_put_char(&f->out, '\0');
    text = f->out.data + strlen("before\n");
    for (const char *c = text; *c; c++)
        lines += *c == '\n';
    snprintf(last, sizeof(last), "\nend lines=%u\n", lines);
    assert_string_equal(text + strlen(text) - strlen(last), last);
}

static void commands_newest_last(void **state)
{
    struct fixture *f = *state;
    struct section *m = &f->s.section;
    const char *text;

    section_command(m, &(struct section_command){
                           .time = 1795161662,
                           .verb = "reload",
                           .by = "fifo",
                           .result = "failed",
                           .why = "unknown directive \"foo\" in c:7"});
    text = report(f, NULL);
    assert_line(text, "command time=2026-11-20T08:01:02Z verb=reload by=fifo "
                      "result=failed why=\"unknown directive \\\"foo\\\" in "
                      "c:7\"");
    for (int i = 0; i < 9; i++)
        section_command(m, &(struct section_command){.time = 1795161700 + i,
                                                     .verb = "workers +1 \"\\",
                                                     .by = "a b=c\"\n",
                                                     .result = "ok"});
    text = report(f, NULL);
    assert_no(text, "verb=reload");
    assert_no(text, "time=2026-11-20T08:01:40Z");
    assert_line(text, "command time=2026-11-20T08:01:41Z verb=workers "
                      "argument=+1\\x20\\x22\\x5c "
                      "by=a\\x20b\\x3dc\\x22\\x0a result=ok");
    assert_true(strstr(text, "08:01:41Z") < strstr(text, "08:01:48Z"));
}

static void generations_and_listeners(void **state)
{
    struct fixture *f = *state;
    struct section *m = &f->s.section;
    const char *text;

    m->generations[1] = (struct section_generation){2, NOW_MS - 312000};
    m->listen_count = 2;
    m->listens[0] = (struct section_listen){"0.0.0.0:80", 4, 511};
    m->listens[1] = (struct section_listen){"unix:/a b", 0, 9};
    fill_worker(&f->slots[0], 1);
    fill_worker(&f->slots[1], 2);
    f->slots[1].generation = 2;
    f->slots[1].state = SLOT_DRAINING;
    f->slots[1].counters[COUNTER_active] = 3;
    f->s.slot_count = 2;
    text = report(f, NULL);
    assert_line(text, "generation n=2 state=draining workers=1 connections=3 "
                      "for_s=312");
    assert_line(text, "listen addr=0.0.0.0:80 queue=4 queue_max=511");
    assert_line(text, "listen addr=unix:/a\\x20b queue=0 queue_max=9");
    assert_non_null(strstr(text, "draining=1"));
    m->listen_count = SECTION_LISTENS + 5;
    assert_line(report(f, NULL), "listen more=5");
}

static void a_worker_and_what_it_does(void **state)
{
    struct fixture *f = *state;
    struct snapshot_slot *slot = &f->slots[1];
    const char *text;

    fill_worker(slot, 4103);
    slot->counters[COUNTER_active] = 4;
    slot->counters[COUNTER_requests] = 999;
    slot->own[COUNTER_requests] = 229510;
    slot->own[COUNTER_cpu_us] = 12345678;
    slot->counters[COUNTER_rss_kb] = 5120;
    slot->last_request_ms = NOW_MS - 70;
    f->s.slot_count = 2; /* the first is free: no line */
    text = report(f, NULL);
    assert_line(text, "worker slot=1 pid=4103 generation=3 state=serving "
                      "heartbeat_ms=3 active=4 requests=229510 rss_kb=5120 "
                      "now=\"idle\"");
    assert_non_null(strstr(text, "counters who=slot1 role=worker "
                                 "started=2026-11-20T08:15:22Z cpu_s=12.34 "
                                 "last_request_age_ms=70 connections=0"));
    assert_no(text, "slot0");
    slot->inflight = (struct inflight_view){
        .phase = PHASE_SENDING,
        .started_ms = NOW_MS - 2,
        .known = true,
        .now = {.method_len = 3,
                .client_len = 9,
                .target_len = 9,
                .method = "GET",
                .client = "127.0.0.1",
                .target = "/a\".html\n"},
    };
    assert_non_null(strstr(report(f, NULL),
                           " now=\"GET /a\\\".html\\x0a 127.0.0.1 2ms "
                           "sending\"\n"));
    slot->inflight.known = false;
    assert_non_null(
        strstr(report(f, NULL), " now=\"2ms sending (request not known)\"\n"));
    slot->inflight.started_ms = NOW_MS + 5; /* noted after we read the time */
    assert_non_null(strstr(report(f, NULL), " now=\"0ms sending"));
}

static void the_logger_and_what_waits_for_it(void **state)
{
    struct fixture *f = *state;
    struct snapshot_slot *slot = &f->slots[2];

    fill_worker(&f->slots[0], 1);
    f->slots[0].log_waiting = 1000;
    f->slots[0].log_oldest_ms = NOW_MS - 40;
    f->slots[1].log_waiting = 24; /* of an owner that died */
    f->slots[1].log_oldest_ms = NOW_MS - 90;
    fill_worker(slot, 4106);
    slot->role = ROLE_LOGGER;
    slot->own[COUNTER_log_records] = 50;
    slot->own[COUNTER_log_written] = 49;
    strcpy(slot->inflight.note, "write() \"a\"");
    f->s.slot_count = 3;
    assert_line(report(f, NULL),
                "logger slot=2 pid=4106 state=serving heartbeat_ms=3 "
                "records=50 lines=49 queue=1024 oldest_ms=90 "
                "last_error=\"write() \\\"a\\\"\"");
}

static void health_is_what_is_seen(void **state)
{
    static const struct {
        uint32_t section;
        enum slot_state state;
        enum role_id role;
        uint64_t heartbeat_ms;
        const char *health;
    } cases[] = {
        {0, SLOT_SERVING, ROLE_WORKER, NOW_MS - 2000, " health=ok "},
        {0, SLOT_SERVING, ROLE_WORKER, NOW_MS - 2001, " health=stalled "},
        {0, SLOT_DRAINING, ROLE_WORKER, NOW_MS - 9000, " health=stalled "},
        {0, SLOT_STARTING, ROLE_WORKER, NOW_MS - 9000, " health=ok "},
        {0, SLOT_FREE, ROLE_WORKER, NOW_MS - 9000, " health=ok "},
        {0, SLOT_SERVING, ROLE_MASTER, 0, " health=ok "},
        {0, SLOT_SERVING, ROLE_WORKER, NOW_MS + 9, " health=ok "},
        {0, SLOT_WAITING, ROLE_WORKER, 0, " health=degraded "},
        {0, SLOT_SERVING, ROLE_LOGGER, NOW_MS - 2000, " health=ok "},
        {0, SLOT_SERVING, ROLE_LOGGER, NOW_MS - 2001, " health=log-blocked "},
        {SECTION_RELOAD_FAILED, SLOT_WAITING, ROLE_WORKER, 0,
         " health=reload-failed "},
        {SECTION_LOG_BLOCKED, SLOT_SERVING, ROLE_WORKER, 0,
         " health=log-blocked "},
    };
    struct fixture *f = *state;

    f->s.slot_count = 1;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        f->s.section.health = cases[i].section;
        f->slots[0].state = cases[i].state;
        f->slots[0].role = cases[i].role;
        f->slots[0].heartbeat_ms = cases[i].heartbeat_ms;
        if (!strstr(report(f, NULL), cases[i].health))
            fail_msg("case %zu wants%s", i, cases[i].health);
    }
}

static void a_log_that_takes_no_lines_is_no_good_health(void **state)
{
    static const struct {
        enum slot_state state;
        enum role_id role;
        const char *health;
    } cases[] = {
        {SLOT_SERVING, ROLE_LOGGER, " health=log-blocked "},
        {SLOT_WAITING, ROLE_LOGGER, " health=degraded "},
        {SLOT_SERVING, ROLE_WORKER, " health=ok "},
    };
    struct fixture *f = *state;

    f->s.slot_count = 1;
    f->s.section.health = 0;
    f->slots[0].heartbeat_ms = NOW_MS;
    f->slots[0].counters[COUNTER_logs_blocked] = 1;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        f->slots[0].state = cases[i].state;
        f->slots[0].role = cases[i].role;
        if (!strstr(report(f, NULL), cases[i].health))
            fail_msg("case %zu wants%s", i, cases[i].health);
    }
}

static void what_happened_lately(void **state)
{
    struct fixture *f = *state;
    struct window *w = window_new();
    const char *text;

    fill_worker(&f->slots[0], 1);
    f->s.slot_count = 1;
    f->s.clock.now_ms = NOW_MS - 10000;
    assert_no(report(f, w), "recent ");
    window_feed(w, &f->s);
    f->s.clock.now_ms = NOW_MS;
    f->s.total[COUNTER_requests] = 8120;
    f->s.total[COUNTER_bytes_sent] = 91827330;
    f->s.total[COUNTER_responses_4xx] = 3;
    f->s.total[COUNTER_responses_5xx] = 1;
    f->s.total[COUNTER_cpu_us] = 700000;
    f->slots[0].counters[COUNTER_cpu_us] = 160000;
    f->s.total_head.buckets[41] = 48720;
    f->s.total_head.max_us = 5211;
    f->slots[0].latency_whole.buckets[3] = 2;
    f->slots[0].latency_whole.max_us = 3;
    f->slots[0].own_whole.buckets[3] = 1;
    f->slots[0].own_whole.max_us = 3;
    text = report(f, w);
    assert_line(text, "recent window_s=10 requests_s=812 "
                      "sent_bytes_s=9182733 responses_4xx=3 "
                      "responses_5xx=1 cpu_pct=7");
    assert_non_null(strstr(text, " requests=0 cpu_pct=2 rss_kb=0 now="));
    assert_line(text, "latency who=total what=head window_s=10 count=48720 "
                      "p50_us=159 p90_us=159 p99_us=159 p999_us=159 "
                      "max_us=159");
    assert_line(text, "latency who=total what=head count=48720 p50_us=159 "
                      "p90_us=159 p99_us=159 p999_us=159 max_us=5211");
    assert_line(text, "latency who=slot0 what=whole window_s=10 count=2 "
                      "p50_us=3 p90_us=3 p99_us=3 p999_us=3 max_us=3");
    assert_line(text, "latency who=slot0 what=whole count=1 p50_us=3 "
                      "p90_us=3 p99_us=3 p999_us=3 max_us=3");
    window_free(w);
}

static void lines_stand_in_their_order(void **state)
{
    static const char *const order[] = {
        "prong ",
        "\nmaster ",
        "\ncommand ",
        "\nrecent ",
        "\ntotal ",
        "\nstatus",
        "\ngeneration ",
        "\nlisten ",
        "\nworker ",
        "\nlogger ",
        "\ncounters who=total ",
        "\ncounters who=slot0 ",
        "\nlatency who=total ",
        "\nlatency who=slot0 ",
        "\nend lines=",
    };
    struct fixture *f = *state;
    struct window *w = window_new();
    const char *at;

    section_command(&f->s.section, &(struct section_command){.time = 1});
    f->s.section.generations[0].number = 1;
    f->s.section.listen_count = 1;
    fill_worker(&f->slots[0], 1);
    fill_worker(&f->slots[1], 2);
    f->slots[1].role = ROLE_LOGGER;
    f->s.slot_count = 2;
    f->s.clock.now_ms = NOW_MS - 1000;
    window_feed(w, &f->s);
    f->s.clock.now_ms = NOW_MS;
    at = report(f, w);
    for (size_t i = 0; i < ARRAY_LEN(order); i++) {
        at = strstr(at, order[i]);
        if (!at)
            fail_msg("[%s] is missing or misplaced", order[i]);
    }
    window_free(w);
}

static void no_status_row_is_forgotten(void **state)
{
    struct fixture *f = *state;

    for (unsigned i = 0; i < COUNTER_COUNT; i++)
        f->s.total[i] = i + 1000;
    report(f, NULL);
    for (unsigned i = 0; i < COUNTER_COUNT; i++) {
        char pair[80];

        snprintf(pair, sizeof(pair), " %s=%u", counter_name((enum counter)i),
                 i + 1000);
        if (!strstr(strstr(f->out.data, "counters who=total"), pair))
            fail_msg("no%s", pair);
    }
    assert_non_null(strstr(f->out.data, " other="));
}

static void want_of_room_is_said(void **state)
{
    struct fixture *f = *state;
    char little[100];
    struct buf b = buf_over(little, sizeof(little));

    report_text(&f->s, NULL, &b);
    assert_true(b.failed);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, make, drop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(the_first_lines),
        CASE(nothing_is_a_report_too),
        CASE(the_last_line_counts_them_all),
        CASE(commands_newest_last),
        CASE(generations_and_listeners),
        CASE(a_worker_and_what_it_does),
        CASE(the_logger_and_what_waits_for_it),
        CASE(health_is_what_is_seen),
        CASE(a_log_that_takes_no_lines_is_no_good_health),
        CASE(what_happened_lately),
        CASE(lines_stand_in_their_order),
        CASE(no_status_row_is_forgotten),
        CASE(want_of_room_is_said),
    };

    return cmocka_run_group_tests_name("ipc/report", tests, NULL, NULL);
}
