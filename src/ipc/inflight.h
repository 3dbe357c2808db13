/* inflight.h - what a worker is doing now, for whoever asks or finds it dead
 *
 * The record is larger than a word, so the slot's guard stands before it; it is
 * tried and never awaited: when a reader has it, the request goes unnoted and
 * `inflight_stale` is counted. Phase and start are plain words. A worker has
 * one thread, so this is what it was doing when it crashed or stalled. The
 * owner alone calls what writes. */
#ifndef PRONG_IPC_INFLIGHT_H
#define PRONG_IPC_INFLIGHT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "ipc/guard.h"

struct slot;

enum phase {
    PHASE_IDLE,      /* no request in hand */
    PHASE_READING,   /* of the head or the body */
    PHASE_RESOLVING, /* finds out the answer: path, file, conditions */
    PHASE_SENDING,
    PHASE_LOGGING,
    PHASE_WAITING, /* put aside until a time or a job is over */
    PHASE_COUNT
};

enum {
    INFLIGHT_METHOD_MAX = 15,
    INFLIGHT_CLIENT_MAX = 47,
    INFLIGHT_TARGET_MAX = 120,
    INFLIGHT_RECENT = 16,
    INFLIGHT_NOTE = 120,
};

/* One request; texts without a NUL, cut to their room. */
struct inflight_request {
    uint64_t started_ms; /* CLOCK_MONOTONIC */
    uint8_t method_len;
    uint8_t client_len;
    uint8_t target_len;
    char method[INFLIGHT_METHOD_MAX];
    char client[INFLIGHT_CLIENT_MAX];
    char target[INFLIGHT_TARGET_MAX];
};

/* In a slot. An owner killed while it wrote leaves `whole` 0 (then neither the
 * request in hand nor the oldest of `recent` is good) or `noted` 0. */
struct inflight {
    _Alignas(128) struct guard guard;
    _Atomic uint32_t whole;
    _Atomic uint32_t noted;
    _Atomic uint32_t in_hand; /* index of recent[], or INFLIGHT_RECENT: the
                               * one that was taken up again */
    _Atomic uint64_t count;   /* requests noted by this owner; the last one is
                               * recent[(count - 1) % 16] */
    struct inflight_request resumed;
    struct inflight_request recent[INFLIGHT_RECENT];
    char note[INFLIGHT_NOTE];
};

/* A request as its owner knows it; the texts stay the caller's. */
struct inflight_what {
    struct str method;
    struct str target;
    struct str client; /* address, without the port */
};

/* A request whose head is complete is taken up for the first time. It becomes
 * the one in hand and one of the last 16. */
void inflight_set(struct slot *own, const struct inflight_what *what,
                  uint64_t now_ms);

/* A request that was put aside is taken up again (a resumed send): the one in
 * hand, but not once more among the last. `started_ms` is its own start. */
void inflight_resume(struct slot *own, const struct inflight_what *what,
                     uint64_t started_ms);

/* What is done with the request in hand; two plain words. */
void inflight_phase(struct slot *own, enum phase phase, uint64_t now_ms);

/* No request in hand. */
void inflight_clear(struct slot *own);

/* Nothing in hand and nothing noted: the slot changes its owner. */
void inflight_forget(struct slot *slot);

/* "idle", "reading", "resolving", "sending", "logging", "waiting"; "unknown"
 * for what is none. */
const char *phase_name(unsigned phase);

/* What a reader gets. */
struct inflight_view {
    enum phase phase;
    uint64_t phase_since_ms;
    uint64_t started_ms; /* of the request in hand */
    bool known;          /* the fields below are those of the request in hand */
    struct inflight_request now;
    unsigned recent_count;
    struct inflight_request recent[INFLIGHT_RECENT]; /* newest first */
    char note[INFLIGHT_NOTE];                        /* ended by NUL */
    bool looked; /* the guard was free: recent and note are good */
};

/* Copies it; `pid` is the reader's own, and 0 for a program outside the family,
 * which takes no guard and gets the words alone. Never blocks. */
void inflight_read(struct slot *slot, int32_t pid, struct inflight_view *into);

/* A remark of the owner that stands on its line of the stats (the logger's last
 * error); cut to its room. False when a reader was looking: try again later. */
bool slot_note(struct slot *own, struct str text);

#endif
