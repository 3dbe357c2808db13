/* loop.h - waits for descriptors and deadlines and calls who asked for them
 *
 * Watchers and timers are embedded in their users: the loop allocates nothing
 * after it is open. How the kernel is asked is a row of loop_backend. */
#ifndef PRONG_EVENT_LOOP_H
#define PRONG_EVENT_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/list.h"
#include "event/timers.h"

enum loop_event {
    LOOP_READ = 1,   /* data, a connection, the end of the stream, an error */
    LOOP_WRITE = 2,  /* there is room to write, or an error */
    LOOP_HANGUP = 4, /* the peer writes no more, or is gone; always reported
                      * together with LOOP_READ */
    /* These two say how to watch and are never reported. */
    LOOP_EDGE = 8,       /* told once for each change, not for as long */
    LOOP_EXCLUSIVE = 16, /* wake one of the processes that watch; only with
                          * LOOP_READ, and loop_change is refused */
};

/* One descriptor that is watched. Set `fd` and `ready` first; the rest is the
 * loop's. The zero value is watched by nobody. */
struct watcher {
    int fd;
    uint16_t interest; /* 0: not watched */
    uint16_t pending;  /* its place in this turn's batch, counted from 1 */
    uint32_t again;    /* the events that loop_again asked for */
    void (*ready)(struct watcher *watcher, uint32_t events);
    struct list again_link;
};

enum { LOOP_BATCH = 256 };

struct loop_ready {
    struct watcher *watcher; /* NULL: forgotten meanwhile */
    uint32_t events;
};

struct loop;

/* How the kernel is asked. All return -errno on failure. */
struct loop_backend {
    const char *name;
    int (*open)(struct loop *loop);
    void (*close)(struct loop *loop);
    int (*add)(struct loop *loop, struct watcher *watcher, uint16_t interest);
    int (*change)(struct loop *loop, struct watcher *watcher,
                  uint16_t interest);
    void (*remove)(struct loop *loop, struct watcher *watcher);
    /* Fills loop->batch, at most LOOP_BATCH; returns how many. -1 waits without
     * an end; a signal's interruption is an empty batch. */
    int (*wait)(struct loop *loop, int timeout_ms);
};

extern const struct loop_backend loop_epoll;

struct loop {
    const struct loop_backend *backend; /* NULL: not open */
    int fd;                             /* the backend's */
    uint64_t woken_us; /* CLOCK_MONOTONIC when this turn's waiting ended */
    uint64_t now_us;   /* the same, or later: */
    uint64_t now_ms;   /* loop_clock moves both on within a turn */
    struct timers timers;
    struct list again;
    unsigned count; /* of batch */
    struct loop_ready batch[LOOP_BATCH];
};

int loop_open(struct loop *loop, const struct loop_backend *backend);

/* What was watched is so no more; the watchers stay their users'. */
void loop_close(struct loop *loop);

/* Begins to watch. 0 or -errno. */
int loop_watch(struct loop *loop, struct watcher *watcher, uint16_t interest);

/* Watches for something else from now on. Asking for what is watched already
 * is free. */
int loop_change(struct loop *loop, struct watcher *watcher, uint16_t interest);

/* Watches no more, and what the current turn still had to say is dropped: after
 * this `ready` is not called. Call it before the descriptor is closed. */
void loop_forget(struct loop *loop, struct watcher *watcher);

/* The same where the descriptor is closed right afterwards and is open nowhere
 * else: the kernel then forgets it by itself, and need not be told. */
void loop_drop(struct loop *loop, struct watcher *watcher);

/* `ready` is called in the next turn with these events too, whatever the kernel
 * says: for work that was put off so that others get their turn. */
void loop_again(struct loop *loop, struct watcher *watcher, uint32_t events);

/* Starts (anew) or stops a timer, counted from the time of this turn. */
void loop_timer_set(struct loop *loop, struct timer *timer, uint64_t length_ms);
void loop_timer_cancel(struct loop *loop, struct timer *timer);

/* Waits for at most `longest_ms` (-1: for as long as it takes) and calls who is
 * concerned: the descriptors, what was put off, then the timers. 0 or
 * -errno. */
int loop_turn(struct loop *loop, int longest_ms);

/* Reads the clock now and returns its microseconds. */
uint64_t loop_clock(struct loop *loop);

#endif
