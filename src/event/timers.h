/* timers.h - deadlines: few durations, shared by very many
 *
 * Timers of one duration stand in one list, a lane, in the order in which they
 * end, so setting one is an append and costs the same with ten or a million of
 * them. What finds no lane free goes into one sorted list. */
#ifndef PRONG_EVENT_TIMERS_H
#define PRONG_EVENT_TIMERS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/list.h"

/* Embedded in its user; set `expired` once. The zero value is not running. */
struct timer {
    struct list link;
    uint64_t due_ms;
    void (*expired)(struct timer *timer);
};

enum { TIMERS_LANES = 24 };

struct timers_lane {
    uint64_t length_ms;
    struct list waiting; /* sorted by due_ms */
};

struct timers {
    struct timers_lane lanes[TIMERS_LANES];
    unsigned lane_count;
    struct list others; /* of lengths without a lane; sorted by due_ms */
};

void timers_open(struct timers *timers);

/* Starts the timer, or starts it anew: it ends `length_ms` after `now_ms`. */
void timers_set(struct timers *timers, struct timer *timer, uint64_t now_ms,
                uint64_t length_ms);

/* Does nothing to a timer that does not run. */
void timers_cancel(struct timer *timer);

static inline bool timer_is_set(const struct timer *timer)
{
    return list_holds(&timer->link);
}

/* How long nothing ends: 0 when something is due, -1 when nothing runs. */
int64_t timers_next(const struct timers *timers, uint64_t now_ms);

/* Calls `expired` of all that is due by now. One that is set again in there
 * does not end again in the same call. */
void timers_expire(struct timers *timers, uint64_t now_ms);

#endif
