/* accept.h - takes connections from the listening sockets, and when not to
 *
 * All workers watch the same sockets with EPOLLEXCLUSIVE, which wakes the one
 * that has watched longest. So each goes to the end of that queue after every
 * 16 accepts, and one that has clearly more connections than the others takes
 * none until that changes. */
#ifndef PRONG_WORKER_ACCEPT_H
#define PRONG_WORKER_ACCEPT_H

#include <stdbool.h>
#include <stdint.h>

#include "event/loop.h"

struct conf_listener;
struct worker;

enum { ACCEPT_BATCH = 16 };

struct acceptor {
    struct watcher watcher; /* fd -1: closed */
    struct worker *worker;
    const struct conf_listener *listener;
    bool shared;       /* with the other workers */
    unsigned accepted; /* since it went to the end of the queue */
};

enum accept_pause {
    ACCEPT_GOES_ON,
    ACCEPT_UNFAIR, /* the others have fewer connections */
    ACCEPT_FULL,   /* worker_connections are in use and none is idle */
    ACCEPT_FILES,  /* no descriptor is left */
};

struct acceptors {
    struct acceptor *list;
    unsigned count;
    enum accept_pause pause;
    struct timer retry;
    unsigned retries;
};

/* Watches all of the context's listeners. 0 or -errno. */
int acceptors_open(struct worker *w);

/* Forgets and closes them. */
void acceptors_close(struct worker *w);

/* A connection was closed or became idle: there may be room again. */
void acceptors_room(struct worker *w);

/* Once a second: watches anew, which heals a wake-up that got lost with a
 * worker that ended. */
void acceptors_tick(struct worker *w);

/* For a worker that drains: accepts until nobody waits, then closes. What finds
 * no room waits until acceptors_room. */
void acceptors_drain(struct worker *w);

/* Are all of them closed? */
bool acceptors_are_closed(const struct worker *w);

/* Pure. Has a worker with `own` of the `all` connections of `workers` workers
 * too many to take more? Above 1.125 times the mean and four. */
bool accept_is_unfair(uint64_t own, uint64_t all, unsigned workers);

/* Pure. How many idle connections should go to make room: from a sixteenth of
 * `max` free downward, an eighth of the idle ones, at least one and at most
 * 32. */
unsigned accept_to_recycle(unsigned open, unsigned max, unsigned idle);

#endif
