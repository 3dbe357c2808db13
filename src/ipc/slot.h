/* slot.h - one process's place on the scoreboard
 *
 * Only its owner writes a slot's figures and anyone may read them, so nothing
 * is locked: a reader sees each figure whole, though not all figures of the
 * same instant. The master writes the words that say whose slot it is.
 *
 * The counters belong to the slot, not to its owner: the next owner goes on
 * from where the last stopped, and `since` keeps what stood there at its start.
 * Nothing is ever folded or reset, so no kill can lose or double a count. */
#ifndef PRONG_IPC_SLOT_H
#define PRONG_IPC_SLOT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "ipc/counters.h"
#include "ipc/guard.h"
#include "ipc/histogram.h"
#include "ipc/inflight.h"
#include "ipc/logring.h"

enum slot_state {
    SLOT_FREE,
    SLOT_STARTING, /* forked or about to be, not READY yet */
    SLOT_SERVING,
    SLOT_DRAINING, /* ends when its last connection does */
    SLOT_WAITING,  /* no process: the pause after crashes */
    SLOT_ENDED,    /* given back, not yet free: the structure was held */
    SLOT_ORPHANED, /* its process outlived its master */
    SLOT_STATE_COUNT
};

/* Every loop turns at least once a second. Whoever has missed a second beat
 * stands still; a busy machine alone makes nobody as late as that. */
enum { SLOT_STALLED_MS = 2000 };

struct slot {
    /* whose it is: written by the master, seldom */
    _Alignas(128) _Atomic uint32_t state; /* enum slot_state; the owner too */
    _Atomic uint32_t role;                /* enum role_id */
    _Atomic int32_t pid;
    _Atomic uint32_t uid;
    _Atomic uint64_t start_time; /* of the process: see os/identity.h */
    _Atomic uint64_t generation;
    _Atomic uint64_t claims;     /* grows at every claim and renewal */
    _Atomic uint64_t started_ms; /* CLOCK_MONOTONIC */

    /* the owner's words of every turn */
    _Alignas(128) _Atomic uint64_t heartbeat_ms; /* CLOCK_MONOTONIC */
    _Atomic uint64_t last_request_ms;            /* 0: none yet */
    _Atomic uint32_t phase;                      /* enum phase */
    _Atomic uint32_t stale; /* the record is not of the request in hand */
    _Atomic uint64_t request_started_ms;
    _Atomic uint64_t phase_since_ms;

    _Alignas(128) _Atomic uint64_t counters[COUNTER_COUNT];
    _Alignas(128) _Atomic uint64_t since[COUNTER_COUNT];

    _Alignas(128) struct histogram latency_head;
    _Alignas(128) struct histogram latency_whole;
    _Alignas(128) struct histogram since_head; /* as at the owner's start */
    _Alignas(128) struct histogram since_whole;

    struct inflight inflight;
    struct logring log;
};

static inline uint64_t slot_get(const struct slot *slot, enum counter which)
{
    return atomic_load_explicit(&slot->counters[which], memory_order_relaxed);
}

/* For gauges, and for counters whose owner brings the whole value. */
static inline void slot_set(struct slot *own, enum counter which, uint64_t n)
{
    atomic_store_explicit(&own->counters[which], n, memory_order_relaxed);
}

/* A load and a store, not a locked add: the slot has one writer. A NULL slot
 * counts nothing. */
static inline void slot_add(struct slot *own, enum counter which, uint64_t n)
{
    if (own)
        slot_set(own, which, slot_get(own, which) + n);
}

/* A gauge goes up or down; it never goes below 0. */
static inline void slot_gauge_add(struct slot *own, enum counter which,
                                  int64_t n)
{
    uint64_t old = slot_get(own, which);
    uint64_t down = n < 0 ? (uint64_t)0 - (uint64_t)n : 0;

    if (n >= 0)
        slot_set(own, which, old + (uint64_t)n);
    else
        slot_set(own, which, old > down ? old - down : 0);
}

/* Raises a MAX. */
static inline void slot_max(struct slot *own, enum counter which, uint64_t n)
{
    if (n > slot_get(own, which))
        slot_set(own, which, n);
}

/* What the owner counted since its own start. */
static inline uint64_t slot_own(const struct slot *slot, enum counter which)
{
    uint64_t since =
        atomic_load_explicit(&slot->since[which], memory_order_relaxed);

    return slot_get(slot, which) - since;
}

/* Where a connection stands; moves the gauges active, reading, writing, idle
 * and raises active_max. */
enum slot_connection {
    SLOT_CONNECTION_NONE,
    SLOT_CONNECTION_READING,
    SLOT_CONNECTION_WRITING,
    SLOT_CONNECTION_IDLE,
};

void slot_connection(struct slot *own, enum slot_connection from,
                     enum slot_connection to);

/* One answer is settled: requests, its class and its code. Before its first
 * byte goes to the kernel. */
void slot_answer(struct slot *own, unsigned status);

/* One answer went out whole: from the end of the head to the first byte and to
 * the last byte handed to the kernel. */
void slot_latency(struct slot *own, uint64_t head_us, uint64_t whole_us);

/* At every turn of the loop, and at least once a second. */
static inline void slot_heartbeat(struct slot *own, uint64_t now_ms)
{
    atomic_store_explicit(&own->heartbeat_ms, now_ms, memory_order_relaxed);
}

static inline void slot_last_request(struct slot *own, uint64_t now_ms)
{
    atomic_store_explicit(&own->last_request_ms, now_ms, memory_order_relaxed);
}

enum slot_state slot_state(const struct slot *slot);
void slot_state_set(struct slot *slot, enum slot_state state);

/* "free", "starting", "serving", …; "unknown" for what is none. */
const char *slot_state_name(enum slot_state state);

/* The slot's process is `pid`. Called by the master after fork, and by the
 * child once it has given up its privileges and before it uses the slot:
 * whoever comes first, both write the same. */
void slot_begin(struct slot *slot, int32_t pid);

static inline int32_t slot_pid(const struct slot *slot)
{
    return atomic_load_explicit(&slot->pid, memory_order_relaxed);
}

static inline uint64_t slot_generation(const struct slot *slot)
{
    return atomic_load_explicit(&slot->generation, memory_order_relaxed);
}

/* The slot changes its owner: gauges at 0, `since` taken, nothing in flight, no
 * pid, SLOT_STARTING. Its counters, histograms and log ring go on. */
void slot_renew(struct slot *slot, uint64_t generation, uint64_t now_ms);

/* Is a heart that beat at `heartbeat_ms` still, `now_ms`? */
static inline bool slot_is_stalled(uint64_t heartbeat_ms, uint64_t now_ms)
{
    return now_ms > heartbeat_ms && now_ms - heartbeat_ms > SLOT_STALLED_MS;
}

/* Is the process that the slot names still there, the very one? */
bool slot_lives(const struct slot *slot);

#endif
