/* worker.h - the process that speaks HTTP: one loop, non-blocking sockets
 *
 * A worker that drains accepts what the kernel has accepted already, answers
 * what it has, ends kept-alive connections politely and exits when the last one
 * is gone. */
#ifndef PRONG_WORKER_WORKER_H
#define PRONG_WORKER_WORKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "content/exchange.h"
#include "content/remember.h"
#include "event/loop.h"
#include "event/offload.h"
#include "event/signals.h"
#include "ipc/logsink.h"
#include "ipc/tally.h"
#include "worker/accept.h"
#include "worker/accesslog.h"
#include "worker/pool.h"

struct role_context;

enum {
    /* How long a connection that is kept alive may stay silent once its worker
     * drains. */
    WORKER_DRAIN_GRACE_MS = 5000,
    WORKER_ROOM = 64 * 1024,
};

struct worker {
    struct role_context *context;
    const struct conf *conf;
    struct slot *slot;
    struct loop loop;
    struct signals signals;
    struct watcher channel;
    struct watcher lifeline;
    struct timer tick;
    struct timer shutdown; /* worker_shutdown_timeout */
    struct logsink sink;
    struct env env;
    struct offload offload;
    struct remember remember;
    struct tally tally;  /* limit_conn */
    struct zone **zones; /* by the numbers of conf->zones */
    struct accesslog accesslog;
    struct acceptors acceptors;
    struct pool pool;

    /* Every connection is on one of these. */
    struct list idle; /* no byte of a request yet; longest idle first */
    struct list busy;
    /* Those of clients alone count: not the listening sockets, channels and
     * files that nginx counts too. */
    unsigned connections;
    unsigned connections_max;
    uint64_t next_number;
    unsigned luck; /* how often a new one may still disappoint: conn_open */

    /* Answers that are ready together, and bytes nobody wants. Both are empty
     * whenever the loop waits, so one of each serves all connections. */
    char *out;
    size_t out_len;
    char *scratch;

    uint64_t cpu_us;      /* as last counted */
    unsigned own_fds;     /* open before the first connection */
    int memory_fd;        /* /proc/self/statm, or -1 */
    uint64_t shortage_ms; /* when a shortage was last complained about */
    uint64_t drained_ms;  /* when the drain began */
    bool draining;
    bool stopping;
    bool was_signalled; /* to quit; once more means at once */
};

/* Serves until it is told to end: SIGTERM or SIGINT from a process, the
 * channel, or the end of the lifeline. Returns the exit status. */
int worker_run(struct role_context *context);

/* Stops accepting and ends what is there politely. Once is enough. */
void worker_drain(struct worker *w);

/* Ends at once: the run is over after this turn. */
void worker_stop(struct worker *w);

/* Brings env's times up to the loop's. Call it where a request is taken up. */
void worker_time(struct worker *w);

/* False within a second of the last time: for complaints about a shortage. */
bool worker_may_complain(struct worker *w);

#endif
