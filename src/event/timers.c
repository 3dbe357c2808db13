/* timers.c - which deadline is next, and what is due */
#include "event/timers.h"

#include <stddef.h>

#include "base/attr.h"

static struct timer *timer_of(struct list *link)
{
    return CONTAINER_OF(link, struct timer, link);
}

void timers_open(struct timers *timers)
{
    timers->lane_count = 0;
    list_open(&timers->others);
}

/* The lane of this length, a free one, or NULL. An empty lane may be given to
 * another length: nothing refers to it. */
static struct timers_lane *lane_of(struct timers *timers, uint64_t length_ms)
{
    struct timers_lane *lane = NULL;

    for (unsigned i = 0; i < timers->lane_count; i++) {
        if (timers->lanes[i].length_ms == length_ms)
            return &timers->lanes[i];
        if (!lane && list_is_empty(&timers->lanes[i].waiting))
            lane = &timers->lanes[i];
    }
    if (timers->lane_count < TIMERS_LANES) {
        lane = &timers->lanes[timers->lane_count++];
        list_open(&lane->waiting);
    }
    if (lane)
        lane->length_ms = length_ms;
    return lane;
}

/* Behind all that end earlier or at the same time; searched from the end, where
 * a later deadline usually belongs. */
static void insert_sorted(struct list *head, struct timer *timer)
{
    struct list *before = head->previous;

    while (before != head && timer_of(before)->due_ms > timer->due_ms)
        before = before->previous;
    list_append(before->next, &timer->link);
}

void timers_set(struct timers *timers, struct timer *timer, uint64_t now_ms,
                uint64_t length_ms)
{
    struct timers_lane *lane;

    list_remove(&timer->link);
    timer->due_ms = now_ms + length_ms;
    lane = lane_of(timers, length_ms);
    insert_sorted(lane ? &lane->waiting : &timers->others, timer);
}

void timers_cancel(struct timer *timer)
{
    list_remove(&timer->link);
}

static uint64_t earliest(const struct list *head, uint64_t than)
{
    struct list *first = list_first(head);

    if (!first || timer_of(first)->due_ms > than)
        return than;
    return timer_of(first)->due_ms;
}

int64_t timers_next(const struct timers *timers, uint64_t now_ms)
{
    uint64_t due = earliest(&timers->others, UINT64_MAX);

    for (unsigned i = 0; i < timers->lane_count; i++)
        due = earliest(&timers->lanes[i].waiting, due);
    if (due == UINT64_MAX)
        return -1;
    return due <= now_ms ? 0 : (int64_t)(due - now_ms);
}

static void collect(struct list *waiting, uint64_t now_ms, struct list *due)
{
    struct list *first;

    while ((first = list_first(waiting)) && timer_of(first)->due_ms <= now_ms) {
        list_remove(first);
        list_append(due, first);
    }
}

void timers_expire(struct timers *timers, uint64_t now_ms)
{
    struct list due;
    struct list *first;

    /* Taken off first: a timer that its own `expired` sets to end at once must
     * not keep us here, and one cancelled meanwhile leaves `due` as well. */
    list_open(&due);
    for (unsigned i = 0; i < timers->lane_count; i++)
        collect(&timers->lanes[i].waiting, now_ms, &due);
    collect(&timers->others, now_ms, &due);

    while ((first = list_first(&due))) {
        list_remove(first);
        timer_of(first)->expired(timer_of(first));
    }
}
