/* child.h - what is due for one process that the master looks after
 *
 * Everything here is pure: the caller brings the clock and does the deed, so
 * every row of the policy has a unit test. Times are CLOCK_MONOTONIC in
 * milliseconds. */
#ifndef PRONG_MASTER_CHILD_H
#define PRONG_MASTER_CHILD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/log.h"

enum {
    CHILD_PAUSE_FIRST_MS = 100, /* after the first failure; then doubled */
    CHILD_PAUSE_MAX_MS = 30000,
    CHILD_YOUNG_MS = 1000,  /* a death within it may be a failure */
    CHILD_START_MS = 15000, /* to become READY in */
    CHILD_STOP_MS = 900,    /* to end in after TERM, before KILL */
};

enum child_state {
    CHILD_ABSENT,   /* to be started when `deadline` has come */
    CHILD_STARTING, /* forked; to be READY by `deadline` */
    CHILD_READY,
    CHILD_DRAINING, /* told to end; `deadline` 0: takes the time it needs */
    CHILD_KILLED,   /* sent KILL; to be reaped */
};

enum child_action {
    CHILD_KEEP,
    CHILD_START,
    CHILD_DRAIN,
    CHILD_KILL,
    CHILD_FORGET, /* absent and not wanted: the row is free */
};

/* What the policy looks at. */
struct child_life {
    enum child_state state;
    uint64_t generation; /* 0: of all generations */
    uint64_t deadline;
    uint64_t ready_at; /* 0: never was */
    unsigned failures; /* in a row */
    bool is_unwanted;  /* when it ends nobody takes its place */
};

/* What is due for one child while `generation` serves. A child of a later one
 * is a candidate: its start is watched, nothing else. */
enum child_action child_next(const struct child_life *c, uint64_t generation,
                             uint64_t now);

/* When child_next would say something else if nothing happens; UINT64_MAX for
 * never. */
uint64_t child_due(const struct child_life *c);

/* How a process ended. */
struct child_end {
    int status; /* as wait has it */
    uint64_t at;
    bool has_answered; /* at least one request */
};

/* Was its end a failure, which is answered by a pause? A death before READY, or
 * within a second of it without an answered request; but not one that KILL or
 * TERM from outside brought, nor one that was asked for. */
bool child_failed(const struct child_life *c, const struct child_end *end);

/* The pause after so many failures in a row; 0 after none. */
uint64_t child_pause(unsigned failures);

/* The process has ended: absent now, to be started again at once or after its
 * pause. */
void child_ended(struct child_life *c, const struct child_end *end);

/* The level of the line about its end: a fault is an alert, KILL or TERM from
 * outside a warning, what went well a notice. */
enum log_level child_end_level(const struct child_life *c, int status);

/* Is it a crash to be counted: a deadly signal that nobody sent on purpose, or
 * a bad exit? */
bool child_crashed(int status);

#endif
