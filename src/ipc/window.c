/* window.c - keeps a few snapshots' figures and tells the difference */
#include "ipc/window.h"

#include <stdlib.h>

#include "base/attr.h"

enum {
    SLOTS = 256,
    SECONDS = 12,      /* samples of the last ten seconds, and two more */
    SECOND_MS = 900,   /* a timer of one second may come early */
    RECENT_MS = 10500, /* the oldest sample that counts as ten seconds */
    MINUTE_PARTS = 8,  /* samples of the last minute, and two more */
    MINUTE_PART_MS = 9900,
    MINUTE_MS = 65000,
};

/* The figures of the last seconds. */
static const enum counter figures[] = {
    COUNTER_requests,      COUNTER_bytes_sent, COUNTER_responses_4xx,
    COUNTER_responses_5xx, COUNTER_cpu_us,
};

struct second {
    uint64_t at_ms; /* 0: none yet */
    uint64_t totals[ARRAY_LEN(figures)];
    uint64_t cpu_us[SLOTS];
};

/* The histograms of one slot, or of all, at each part of the minute. Zeroed
 * where the slot was not there yet: then they were empty. */
struct minute {
    struct histogram_copy head[MINUTE_PARTS];
    struct histogram_copy whole[MINUTE_PARTS];
};

struct window {
    struct second seconds[SECONDS];
    unsigned second; /* the next to be written */
    uint64_t minute_at_ms[MINUTE_PARTS];
    unsigned part; /* the next to be written */
    struct minute total;
    struct minute *slots[SLOTS]; /* NULL: not seen, or no memory for it */
};

struct window *window_new(void)
{
    return calloc(1, sizeof(struct window));
}

void window_free(struct window *w)
{
    if (!w)
        return;
    for (unsigned i = 0; i < SLOTS; i++)
        free(w->slots[i]);
    free(w);
}

static void feed_second(struct window *w, const struct snapshot *s)
{
    unsigned last = (w->second + SECONDS - 1) % SECONDS;
    struct second *now = &w->seconds[w->second];

    if (w->seconds[last].at_ms != 0 &&
        s->clock.now_ms - w->seconds[last].at_ms < SECOND_MS)
        return;
    *now = (struct second){.at_ms = s->clock.now_ms};
    for (unsigned i = 0; i < ARRAY_LEN(figures); i++)
        now->totals[i] = s->total[figures[i]];
    for (unsigned i = 0; i < s->slot_count && i < SLOTS; i++)
        now->cpu_us[i] = s->slots[i].counters[COUNTER_cpu_us];
    w->second = (w->second + 1) % SECONDS;
}

static void feed_slot(struct window *w, const struct snapshot_slot *slot)
{
    struct minute *minute = w->slots[slot->number];

    if (!minute)
        minute = calloc(1, sizeof(*minute));
    if (!minute)
        return;
    w->slots[slot->number] = minute;
    minute->head[w->part] = slot->latency_head;
    minute->whole[w->part] = slot->latency_whole;
}

static void feed_minute(struct window *w, const struct snapshot *s)
{
    unsigned last = (w->part + MINUTE_PARTS - 1) % MINUTE_PARTS;

    if (w->minute_at_ms[last] != 0 &&
        s->clock.now_ms - w->minute_at_ms[last] < MINUTE_PART_MS)
        return;
    w->minute_at_ms[w->part] = s->clock.now_ms;
    w->total.head[w->part] = s->total_head;
    w->total.whole[w->part] = s->total_whole;
    for (unsigned i = 0; i < s->slot_count && i < SLOTS; i++)
        feed_slot(w, &s->slots[i]);
    w->part = (w->part + 1) % MINUTE_PARTS;
}

void window_feed(struct window *w, const struct snapshot *s)
{
    feed_second(w, s);
    feed_minute(w, s);
}

/* The oldest sample that is not too old; NULL when there is none. */
static const struct second *oldest_second(const struct window *w,
                                          uint64_t now_ms)
{
    for (unsigned i = 0; i < SECONDS; i++) {
        const struct second *at = &w->seconds[(w->second + i) % SECONDS];

        if (at->at_ms != 0 && at->at_ms < now_ms &&
            now_ms - at->at_ms <= RECENT_MS)
            return at;
    }
    return NULL;
}

static uint64_t grown(uint64_t now, uint64_t before)
{
    return now > before ? now - before : 0;
}

void window_recent(const struct window *w, const struct snapshot *s,
                   struct window_recent *into)
{
    const struct second *then = oldest_second(w, s->clock.now_ms);
    uint64_t more[ARRAY_LEN(figures)];

    *into = (struct window_recent){0};
    if (!then)
        return;
    for (unsigned i = 0; i < ARRAY_LEN(figures); i++)
        more[i] = grown(s->total[figures[i]], then->totals[i]);
    into->span_ms = s->clock.now_ms - then->at_ms;
    into->requests = more[0];
    into->bytes_sent = more[1];
    into->responses_4xx = more[2];
    into->responses_5xx = more[3];
    into->cpu_us = more[4];
}

uint64_t window_slot_cpu_us(const struct window *w, const struct snapshot *s,
                            const struct snapshot_slot *slot)
{
    const struct second *then = oldest_second(w, s->clock.now_ms);

    if (!then || slot->number >= SLOTS)
        return 0;
    return grown(slot->counters[COUNTER_cpu_us], then->cpu_us[slot->number]);
}

/* As oldest_second; MINUTE_PARTS when there is none. */
static unsigned oldest_part(const struct window *w, uint64_t now_ms)
{
    for (unsigned i = 0; i < MINUTE_PARTS; i++) {
        unsigned part = (w->part + i) % MINUTE_PARTS;
        uint64_t at_ms = w->minute_at_ms[part];

        if (at_ms != 0 && at_ms < now_ms && now_ms - at_ms <= MINUTE_MS)
            return part;
    }
    return MINUTE_PARTS;
}

static void since_part(const struct window *w, const struct snapshot *s,
                       const struct minute *minute, struct window_latency *into)
{
    unsigned part = oldest_part(w, s->clock.now_ms);

    if (part == MINUTE_PARTS || !minute)
        return;
    into->span_ms = s->clock.now_ms - w->minute_at_ms[part];
    histogram_subtract(&into->head, &minute->head[part]);
    histogram_subtract(&into->whole, &minute->whole[part]);
}

void window_latency(const struct window *w, const struct snapshot *s,
                    struct window_latency *into)
{
    *into = (struct window_latency){0, s->total_head, s->total_whole};
    since_part(w, s, &w->total, into);
}

void window_slot_latency(const struct window *w, const struct snapshot *s,
                         const struct snapshot_slot *slot,
                         struct window_latency *into)
{
    *into = (struct window_latency){0, slot->latency_head, slot->latency_whole};
    if (slot->number < SLOTS)
        since_part(w, s, w->slots[slot->number], into);
}
