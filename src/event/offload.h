/* offload.h - work that would hold up the loop, done by a few threads
 *
 * For what takes a millisecond or more and cannot be waited for otherwise: a
 * costly password check, a file that is not in memory. The threads are started
 * by the first job and end with offload_close. They take no signals. */
#ifndef PRONG_EVENT_OFFLOAD_H
#define PRONG_EVENT_OFFLOAD_H

#include <pthread.h>
#include <stdbool.h>

#include "base/list.h"
#include "event/loop.h"

enum { OFFLOAD_THREADS = 2 };

/* Embedded in its user's own struct, which lives until `done` was called. */
struct offload_job {
    struct list link;
    /* In a thread. It may touch what the job owns and nothing else: no arena,
     * exchange, slot, log, loop or configuration that somebody else may be
     * writing; functions of libraries only where they may run in threads. */
    void (*run)(struct offload_job *job);
    /* In the loop's thread, once for every job that was taken, even if it was
     * never run. May free the job. */
    void (*done)(struct offload_job *job);
    bool has_run;
};

struct offload {
    struct loop *loop; /* NULL: it is closed */
    struct watcher bell;
    pthread_mutex_t lock; /* holds all that follows */
    pthread_cond_t more;
    struct list waiting;
    struct list finished;
    bool ending;
    unsigned thread_count;
    pthread_t threads[OFFLOAD_THREADS];
};

/* The zero value is closed. It must not move while it is open. 0 or -errno. */
int offload_open(struct offload *o, struct loop *loop);

/* Hands the job over, in the order of coming. -errno: it was not taken, for
 * there is no thread to be had. */
int offload_submit(struct offload *o, struct offload_job *job);

/* Waits for the jobs in hand, drops the others, and calls `done` of all. */
void offload_close(struct offload *o);

#endif
