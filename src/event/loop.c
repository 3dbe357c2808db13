/* loop.c - one turn: wait, then call who is concerned */
#include "event/loop.h"

#include <errno.h>
#include <time.h>

#include "base/attr.h"

int loop_open(struct loop *loop, const struct loop_backend *backend)
{
    int err;

    loop->backend = NULL;
    loop->fd = -1;
    loop->count = 0;
    timers_open(&loop->timers);
    list_open(&loop->again);
    loop_clock(loop);
    err = backend->open(loop);
    if (err < 0)
        return err;
    loop->backend = backend;
    return 0;
}

void loop_close(struct loop *loop)
{
    if (!loop || !loop->backend)
        return;
    loop->backend->close(loop);
    loop->backend = NULL;
}

uint64_t loop_clock(struct loop *loop)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    loop->now_us =
        (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
    loop->now_ms = loop->now_us / 1000;
    return loop->now_us;
}

int loop_watch(struct loop *loop, struct watcher *watcher, uint16_t interest)
{
    int err = loop->backend->add(loop, watcher, interest);

    if (err < 0)
        return err;
    watcher->interest = interest;
    watcher->pending = 0;
    return 0;
}

int loop_change(struct loop *loop, struct watcher *watcher, uint16_t interest)
{
    int err;

    if (watcher->interest == interest)
        return 0;
    err = loop->backend->change(loop, watcher, interest);
    if (err < 0)
        return err;
    watcher->interest = interest;
    return 0;
}

void loop_drop(struct loop *loop, struct watcher *watcher)
{
    list_remove(&watcher->again_link);
    watcher->again = 0;
    watcher->interest = 0;
    if (watcher->pending)
        loop->batch[watcher->pending - 1].watcher = NULL;
    watcher->pending = 0;
}

void loop_forget(struct loop *loop, struct watcher *watcher)
{
    if (watcher->interest)
        loop->backend->remove(loop, watcher);
    loop_drop(loop, watcher);
}

void loop_again(struct loop *loop, struct watcher *watcher, uint32_t events)
{
    watcher->again |= events;
    if (!list_holds(&watcher->again_link))
        list_append(&loop->again, &watcher->again_link);
}

void loop_timer_set(struct loop *loop, struct timer *timer, uint64_t length_ms)
{
    timers_set(&loop->timers, timer, loop->now_ms, length_ms);
}

void loop_timer_cancel(struct loop *loop, struct timer *timer)
{
    (void)loop;
    timers_cancel(timer);
}

static int time_to_wait(const struct loop *loop, int longest_ms)
{
    int64_t next = timers_next(&loop->timers, loop->now_ms);

    if (!list_is_empty(&loop->again))
        return 0;
    if (next < 0 || (longest_ms >= 0 && next > longest_ms))
        return longest_ms;
    return next > INT32_MAX ? INT32_MAX : (int)next;
}

/* Adds what was put off in the turn before to what the kernel says, so that
 * nobody is called twice in one turn. */
static void call_again(struct loop *loop)
{
    struct list due;
    struct list *link;

    list_open(&due);
    while ((link = list_first(&loop->again))) {
        list_remove(link);
        list_append(&due, link);
    }
    while ((link = list_first(&due))) {
        struct watcher *w = CONTAINER_OF(link, struct watcher, again_link);
        uint32_t events = w->again;

        list_remove(link);
        w->again = 0;
        if (w->pending && loop->batch[w->pending - 1].watcher == w)
            loop->batch[w->pending - 1].events |= events;
        else
            w->ready(w, events);
    }
}

static void call_ready(struct loop *loop)
{
    for (unsigned i = 0; i < loop->count; i++) {
        struct watcher *w = loop->batch[i].watcher;

        if (!w)
            continue;
        w->pending = 0;
        w->ready(w, loop->batch[i].events);
    }
    loop->count = 0;
}

int loop_turn(struct loop *loop, int longest_ms)
{
    int count = loop->backend->wait(loop, time_to_wait(loop, longest_ms));

    loop->woken_us = loop_clock(loop);
    if (count < 0)
        return count;
    loop->count = (unsigned)count;
    for (unsigned i = 0; i < loop->count; i++)
        loop->batch[i].watcher->pending = (uint16_t)(i + 1);
    call_again(loop);
    call_ready(loop);
    timers_expire(&loop->timers, loop->now_ms);
    return 0;
}
