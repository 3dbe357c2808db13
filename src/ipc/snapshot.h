/* snapshot.h - a copy of all that the scoreboard says, to report from
 *
 * Taking one never blocks and answers while any worker is stopped or stuck,
 * even in the middle of its own guard. Each figure is whole; they are not all
 * of the same instant. */
#ifndef PRONG_IPC_SNAPSHOT_H
#define PRONG_IPC_SNAPSHOT_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "ipc/counters.h"
#include "ipc/histogram.h"
#include "ipc/inflight.h"
#include "ipc/role.h"
#include "ipc/section.h"
#include "ipc/slot.h"

struct scoreboard;

struct snapshot_clock {
    uint64_t now_ms;      /* CLOCK_MONOTONIC */
    struct timespec wall; /* CLOCK_REALTIME */
};

struct snapshot_slot {
    unsigned number;
    enum slot_state state;
    enum role_id role;
    int32_t pid;
    uint64_t generation;
    uint64_t started_ms;
    uint64_t heartbeat_ms;
    uint64_t last_request_ms;
    uint64_t counters[COUNTER_COUNT];   /* of the slot, ever */
    uint64_t own[COUNTER_COUNT];        /* of its owner */
    struct histogram_copy latency_head; /* of the slot, ever */
    struct histogram_copy latency_whole;
    struct histogram_copy own_head; /* of its owner */
    struct histogram_copy own_whole;
    struct inflight_view inflight;
    uint64_t log_waiting;   /* bytes in its ring */
    uint64_t log_oldest_ms; /* 0: none waits */
};

/* The zero value is an empty snapshot. */
struct snapshot {
    struct snapshot_clock clock;
    int64_t since_wall;
    struct section section;
    bool has_section;
    enum log_level log_level;
    uint64_t total[COUNTER_COUNT]; /* merged as counters.h says */
    struct histogram_copy total_head;
    struct histogram_copy total_whole;
    struct snapshot_slot *slots; /* every slot that was ever used */
    unsigned slot_count;
    unsigned slot_room;
};

/* Fills the snapshot anew; its memory is used again. `pid` is the caller's own,
 * or 0 outside the family. 0 or -ENOMEM. */
int scoreboard_snapshot(struct scoreboard *board, int32_t pid,
                        const struct snapshot_clock *now,
                        struct snapshot *into);

/* Is there a process in this slot (as far as the scoreboard says)? */
bool snapshot_is_live(const struct snapshot_slot *slot);

void snapshot_close(struct snapshot *s);

#endif
