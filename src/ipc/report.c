/* report.c - a snapshot as logfmt, line by line */
#include "ipc/report.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

/* `now_ms` after `then_ms`, where both clocks are the same: never negative,
 * for the other side may have written after this one read the time. */
static uint64_t age(uint64_t now_ms, uint64_t then_ms)
{
    return now_ms > then_ms ? now_ms - then_ms : 0;
}

static void put_time(struct buf *b, const char *name, int64_t seconds)
{
    time_t at = (time_t)seconds;
    struct tm utc;
    char text[40];

    if (!gmtime_r(&at, &utc) ||
        strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &utc) == 0)
        text[0] = '\0';
    buf_printf(b, " %s=%s", name, text);
}

static void put_quoted(struct buf *b, const char *name, struct str text)
{
    buf_printf(b, " %s=\"", name);
    buf_put_escaped(b, text);
    buf_put_char(b, '"');
}

/* A word without quotes: what would end it is \xHH. */
static void put_bare(struct buf *b, const char *name, struct str text)
{
    buf_printf(b, " %s=", name);
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];

        if (c <= 0x20 || c >= 0x7f || c == '"' || c == '\\' || c == '=')
            buf_printf(b, "\\x%02x", (unsigned)(unsigned char)c);
        else
            buf_put_char(b, c);
    }
}

static void put(struct buf *b, const char *name, uint64_t n)
{
    buf_printf(b, " %s=%" PRIu64, name, n);
}

static bool is_shown(const struct snapshot_slot *slot, enum role_id role)
{
    return slot->state != SLOT_FREE && slot->role == role;
}

static bool is_stalled(const struct snapshot_slot *slot, uint64_t now_ms)
{
    return snapshot_is_live(slot) && slot->state != SLOT_STARTING &&
           slot->role != ROLE_MASTER &&
           slot_is_stalled(slot->heartbeat_ms, now_ms);
}

static uint32_t health_of(const struct snapshot_slot *slot, uint64_t now_ms)
{
    bool is_logger = slot->role == ROLE_LOGGER;
    uint32_t found = 0;

    if (slot->state == SLOT_WAITING)
        found |= SECTION_DEGRADED;
    /* A logger that stands still is stopped, or writes to a disk that hangs. */
    if (is_stalled(slot, now_ms))
        found |= is_logger ? SECTION_LOG_BLOCKED : SECTION_STALLED;
    if (is_logger && snapshot_is_live(slot) &&
        slot->counters[COUNTER_logs_blocked] > 0)
        found |= SECTION_LOG_BLOCKED;
    return found;
}

/* What the master knows, and what everyone sees. */
static uint32_t health(const struct snapshot *s)
{
    uint32_t found = s->section.health;

    for (unsigned i = 0; i < s->slot_count; i++)
        found |= health_of(&s->slots[i], s->clock.now_ms);
    return found;
}

static void line_prong(struct buf *b, const struct snapshot *s)
{
    const struct section *m = &s->section;

    buf_put(b, STR("prong"));
    put_bare(b, "version", str_of(m->version));
    put_time(b, "time", s->clock.wall.tv_sec);
    buf_printf(b, ".%03ldZ", s->clock.wall.tv_nsec / 1000000);
    put(b, "uptime_s", age(s->clock.now_ms, m->started_ms) / 1000);
    put_time(b, "since", s->since_wall);
    buf_put_char(b, 'Z');
    put(b, "generation", m->generation);
    put_bare(b, "health", str_of(section_health_name(health(s))));
    put_quoted(b, "conf", str_of(m->conf));
    buf_put_char(b, '\n');
}

static void line_master(struct buf *b, const struct snapshot *s)
{
    const struct section *m = &s->section;
    uint64_t draining = 0;

    for (unsigned i = 0; i < s->slot_count; i++)
        draining += s->slots[i].state == SLOT_DRAINING;
    buf_printf(b, "master pid=%d", m->pid);
    put(b, "workers", m->workers);
    put(b, "configured", m->configured);
    put(b, "draining", draining);
    put(b, "respawns", m->respawns);
    put(b, "crashes", m->crashes);
    put(b, "reloads_ok", m->reloads_ok);
    put(b, "reloads_failed", m->reloads_failed);
    if (s->log_level != LOG_STDERR) /* else as configured */
        put_bare(b, "log", str_of(log_level_name(s->log_level)));
    buf_put_char(b, '\n');
}

/* "workers +1" is a verb and what it was given. */
static void put_verb(struct buf *b, struct str text)
{
    struct str verb = str_cut(&text, ' ');

    put_bare(b, "verb", verb.len > 0 ? verb : STR("?"));
    if (text.len > 0)
        put_bare(b, "argument", text);
}

/* The last eight, the newest last. */
static void lines_command(struct buf *b, const struct section *m)
{
    uint64_t first = m->commands_count > SECTION_COMMANDS
                         ? m->commands_count - SECTION_COMMANDS
                         : 0;

    for (uint64_t i = first; i < m->commands_count; i++) {
        const struct section_command *c = &m->commands[i % SECTION_COMMANDS];

        buf_put(b, STR("command"));
        put_time(b, "time", c->time);
        buf_put_char(b, 'Z');
        put_verb(b, str_of(c->verb));
        put_bare(b, "by", str_of(c->by));
        put_bare(b, "result", str_of(c->result));
        if (c->why[0])
            put_quoted(b, "why", str_of(c->why));
        buf_put_char(b, '\n');
    }
}

/* In whole per cent of one processor, rounded. */
static uint64_t per_cent(uint64_t cpu_us, uint64_t span_ms)
{
    return span_ms > 0 ? (cpu_us / 10 + span_ms / 2) / span_ms : 0;
}

static void line_recent(struct buf *b, const struct snapshot *s,
                        const struct window *w)
{
    struct window_recent r;

    window_recent(w, s, &r);
    if (r.span_ms == 0)
        return;
    buf_put(b, STR("recent"));
    put(b, "window_s", (r.span_ms + 500) / 1000);
    put(b, "requests_s", r.requests * 1000 / r.span_ms);
    put(b, "sent_bytes_s", r.bytes_sent * 1000 / r.span_ms);
    put(b, "responses_4xx", r.responses_4xx);
    put(b, "responses_5xx", r.responses_5xx);
    put(b, "cpu_pct", per_cent(r.cpu_us, r.span_ms));
    buf_put_char(b, '\n');
}

static void line_total(struct buf *b, const struct snapshot *s)
{
    buf_put(b, STR("total"));
    put(b, "active", s->total[COUNTER_active]);
    put(b, "reading", s->total[COUNTER_reading]);
    put(b, "writing", s->total[COUNTER_writing]);
    put(b, "idle", s->total[COUNTER_idle]);
    put(b, "connections_max", s->section.connections_max);
    put(b, "connections", s->total[COUNTER_connections]);
    put(b, "requests", s->total[COUNTER_requests]);
    put(b, "log_dropped", s->total[COUNTER_log_dropped]);
    buf_put_char(b, '\n');
}

static void line_status(struct buf *b, const struct snapshot *s)
{
    buf_put(b, STR("status"));
    for (unsigned i = COUNTER_status_100; i < COUNTER_status_other; i++) {
        if (s->total[i] > 0)
            buf_printf(b, " %u=%" PRIu64, counter_status((enum counter)i),
                       s->total[i]);
    }
    if (s->total[COUNTER_status_other] > 0)
        put(b, "other", s->total[COUNTER_status_other]);
    buf_put_char(b, '\n');
}

static void line_generation(struct buf *b, const struct snapshot *s,
                            const struct section_generation *g)
{
    uint64_t workers = 0;
    uint64_t connections = 0;

    for (unsigned i = 0; i < s->slot_count; i++) {
        const struct snapshot_slot *slot = &s->slots[i];

        if (!is_shown(slot, ROLE_WORKER) || slot->generation != g->number)
            continue;
        workers++;
        connections += slot->counters[COUNTER_active];
    }
    buf_printf(b, "generation n=%" PRIu64 " state=draining", g->number);
    put(b, "workers", workers);
    put(b, "connections", connections);
    put(b, "for_s", age(s->clock.now_ms, g->since_ms) / 1000);
    buf_put_char(b, '\n');
}

static void lines_generation(struct buf *b, const struct snapshot *s)
{
    for (unsigned i = 0; i < SECTION_GENERATIONS; i++) {
        if (s->section.generations[i].number != 0)
            line_generation(b, s, &s->section.generations[i]);
    }
}

static void lines_listen(struct buf *b, const struct section *m)
{
    for (unsigned i = 0; i < m->listen_count && i < SECTION_LISTENS; i++) {
        const struct section_listen *l = &m->listens[i];

        buf_put(b, STR("listen"));
        put_bare(b, "addr", str_of(l->addr));
        put(b, "queue", l->queue);
        put(b, "queue_max", l->queue_max);
        buf_put_char(b, '\n');
    }
    if (m->listen_count > SECTION_LISTENS)
        buf_printf(b, "listen more=%u\n", m->listen_count - SECTION_LISTENS);
}

void report_now(const struct snapshot_slot *slot, uint64_t now_ms,
                struct buf *into)
{
    const struct inflight_view *view = &slot->inflight;
    const struct inflight_request *r = &view->now;
    uint64_t for_ms = age(now_ms, view->started_ms);

    if (view->phase == PHASE_IDLE) {
        buf_put(into, STR("idle"));
        return;
    }
    if (view->known)
        buf_printf(into, "%.*s %.*s %.*s ", r->method_len, r->method,
                   r->target_len, r->target, r->client_len, r->client);
    buf_printf(into, "%" PRIu64 "ms %s", for_ms, phase_name(view->phase));
    if (!view->known)
        buf_put(into, STR(" (request not known)"));
}

static void line_worker(struct buf *b, const struct snapshot *s,
                        const struct window *w,
                        const struct snapshot_slot *slot)
{
    char text[400];
    struct buf now = buf_over(text, sizeof(text));
    struct window_recent r = {0};

    buf_printf(b, "worker slot=%u pid=%d generation=%" PRIu64 " state=%s",
               slot->number, slot->pid, slot->generation,
               slot_state_name(slot->state));
    put(b, "heartbeat_ms", age(s->clock.now_ms, slot->heartbeat_ms));
    put(b, "active", slot->counters[COUNTER_active]);
    put(b, "requests", slot->own[COUNTER_requests]);
    if (w)
        window_recent(w, s, &r);
    if (r.span_ms > 0)
        put(b, "cpu_pct", per_cent(window_slot_cpu_us(w, s, slot), r.span_ms));
    put(b, "rss_kb", slot->counters[COUNTER_rss_kb]);
    report_now(slot, s->clock.now_ms, &now);
    put_quoted(b, "now", buf_str(&now));
    buf_put_char(b, '\n');
}

/* The queue is what waits in all rings, for there is one logger for all. */
static void line_logger(struct buf *b, const struct snapshot *s,
                        const struct snapshot_slot *slot)
{
    uint64_t waiting = 0;
    uint64_t oldest = 0;

    for (unsigned i = 0; i < s->slot_count; i++) {
        uint64_t at_ms = s->slots[i].log_oldest_ms;

        waiting += s->slots[i].log_waiting;
        if (at_ms != 0 && age(s->clock.now_ms, at_ms) > oldest)
            oldest = age(s->clock.now_ms, at_ms);
    }
    buf_printf(b, "logger slot=%u pid=%d state=%s", slot->number, slot->pid,
               slot_state_name(slot->state));
    put(b, "heartbeat_ms", age(s->clock.now_ms, slot->heartbeat_ms));
    put(b, "records", slot->own[COUNTER_log_records]);
    put(b, "lines", slot->own[COUNTER_log_written]);
    put(b, "queue", waiting);
    put(b, "oldest_ms", oldest);
    put_quoted(b, "last_error", str_of(slot->inflight.note));
    buf_put_char(b, '\n');
}

static void lines_slot(struct buf *b, const struct snapshot *s,
                       const struct window *w)
{
    for (unsigned i = 0; i < s->slot_count; i++) {
        if (is_shown(&s->slots[i], ROLE_WORKER))
            line_worker(b, s, w, &s->slots[i]);
    }
    for (unsigned i = 0; i < s->slot_count; i++) {
        if (is_shown(&s->slots[i], ROLE_LOGGER))
            line_logger(b, s, &s->slots[i]);
    }
}

/* All figures; a status that never was sent is left out. */
static void put_counters(struct buf *b, const uint64_t *counters)
{
    for (unsigned i = 0; i < COUNTER_COUNT; i++) {
        if (i < COUNTER_status_100 || counters[i] > 0)
            put(b, counter_name((enum counter)i), counters[i]);
    }
    buf_put_char(b, '\n');
}

static const char *role_name(enum role_id role)
{
    switch (role) {
    case ROLE_MASTER:
        return "master";
    case ROLE_WORKER:
        return "worker";
    case ROLE_LOGGER:
        return "logger";
    default:
        return "unknown";
    }
}

static void line_counters(struct buf *b, const struct snapshot *s,
                          const struct snapshot_slot *slot)
{
    uint64_t age_ms = age(s->clock.now_ms, slot->started_ms);

    buf_printf(b, "counters who=slot%u role=%s", slot->number,
               role_name(slot->role));
    put_time(b, "started", s->clock.wall.tv_sec - (int64_t)(age_ms / 1000));
    buf_put_char(b, 'Z');
    buf_printf(b, " cpu_s=%" PRIu64 ".%02" PRIu64,
               slot->own[COUNTER_cpu_us] / 1000000,
               slot->own[COUNTER_cpu_us] / 10000 % 100);
    if (slot->last_request_ms != 0)
        put(b, "last_request_age_ms",
            age(s->clock.now_ms, slot->last_request_ms));
    put_counters(b, slot->own);
}

static void lines_counters(struct buf *b, const struct snapshot *s)
{
    buf_put(b, STR("counters who=total"));
    put_counters(b, s->total);
    for (unsigned i = 0; i < s->slot_count; i++) {
        if (s->slots[i].state != SLOT_FREE)
            line_counters(b, s, &s->slots[i]);
    }
}

struct whose {
    const char *who;
    const char *what;
    uint64_t span_ms; /* 0: since the start */
};

static void line_latency(struct buf *b, const struct whose *of,
                         const struct histogram_copy *h)
{
    buf_printf(b, "latency who=%s what=%s", of->who, of->what);
    if (of->span_ms > 0)
        put(b, "window_s", (of->span_ms + 500) / 1000);
    put(b, "count", histogram_count(h));
    put(b, "p50_us", histogram_quantile(h, 5000));
    put(b, "p90_us", histogram_quantile(h, 9000));
    put(b, "p99_us", histogram_quantile(h, 9900));
    put(b, "p999_us", histogram_quantile(h, 9990));
    put(b, "max_us", h->max_us);
    buf_put_char(b, '\n');
}

/* Lately (where that is known) and since the start, head and whole. */
static void lines_of(struct buf *b, const char *who,
                     const struct window_latency *lately,
                     const struct histogram_copy *ever[2])
{
    struct whose of = {.who = who, .what = "head"};

    if (lately->span_ms > 0) {
        of.span_ms = lately->span_ms;
        line_latency(b, &of, &lately->head);
        of.what = "whole";
        line_latency(b, &of, &lately->whole);
    }
    of.span_ms = 0;
    of.what = "head";
    line_latency(b, &of, ever[0]);
    of.what = "whole";
    line_latency(b, &of, ever[1]);
}

static void lines_latency(struct buf *b, const struct snapshot *s,
                          const struct window *w)
{
    struct window_latency lately = {0};

    if (w)
        window_latency(w, s, &lately);
    lines_of(
        b, "total", &lately,
        (const struct histogram_copy *[]){&s->total_head, &s->total_whole});
    for (unsigned i = 0; i < s->slot_count; i++) {
        const struct snapshot_slot *slot = &s->slots[i];
        char who[16];

        if (!is_shown(slot, ROLE_WORKER))
            continue;
        snprintf(who, sizeof(who), "slot%u", slot->number);
        if (w)
            window_slot_latency(w, s, slot, &lately);
        lines_of(b, who, &lately,
                 (const struct histogram_copy *[]){&slot->own_head,
                                                   &slot->own_whole});
    }
}

static uint64_t count_lines(struct str text)
{
    uint64_t lines = 0;

    for (size_t i = 0; i < text.len; i++)
        lines += text.at[i] == '\n';
    return lines;
}

void report_text(const struct snapshot *s, const struct window *w,
                 struct buf *into)
{
    size_t begin = into->len;

    line_prong(into, s);
    line_master(into, s);
    lines_command(into, &s->section);
    if (w)
        line_recent(into, s, w);
    line_total(into, s);
    line_status(into, s);
    lines_generation(into, s);
    lines_listen(into, &s->section);
    lines_slot(into, s, w);
    lines_counters(into, s);
    lines_latency(into, s, w);
    buf_printf(into, "end lines=%" PRIu64 "\n",
               count_lines(str_from(buf_str(into), begin)) + 1);
}
