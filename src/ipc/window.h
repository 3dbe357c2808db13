/* window.h - what happened lately: differences of snapshots
 *
 * Whoever reports feeds it one snapshot a second. It keeps ten seconds of a few
 * figures and, every ten seconds, a copy of the latency histograms of the last
 * minute. Pure: time comes with the snapshots. */
#ifndef PRONG_IPC_WINDOW_H
#define PRONG_IPC_WINDOW_H

#include <stdint.h>

#include "ipc/snapshot.h"

struct window; /* some 50 KB, and 25 KB for each slot in use */

/* NULL when there is no memory. */
struct window *window_new(void);
void window_free(struct window *w);

/* One more sample. Feeding more often than once a second changes nothing. */
void window_feed(struct window *w, const struct snapshot *s);

struct window_recent {
    uint64_t span_ms; /* 0: not known yet */
    uint64_t requests;
    uint64_t bytes_sent;
    uint64_t responses_4xx;
    uint64_t responses_5xx;
    uint64_t cpu_us;
};

/* What changed between the oldest sample of the last ten seconds and `s`. */
void window_recent(const struct window *w, const struct snapshot *s,
                   struct window_recent *into);

/* Processor time of one slot in that span, microseconds. */
uint64_t window_slot_cpu_us(const struct window *w, const struct snapshot *s,
                            const struct snapshot_slot *slot);

struct window_latency {
    uint64_t span_ms; /* 0: not known yet */
    struct histogram_copy head;
    struct histogram_copy whole;
};

/* The latency of about the last minute: of all, or of one slot of `s`. Without
 * a span the histograms hold what was counted ever. */
void window_latency(const struct window *w, const struct snapshot *s,
                    struct window_latency *into);
void window_slot_latency(const struct window *w, const struct snapshot *s,
                         const struct snapshot_slot *slot,
                         struct window_latency *into);

#endif
