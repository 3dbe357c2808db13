/* exchange.h - one request and its answer: what a session brings, what respond
 * settles, what accounting reads afterwards */
#ifndef PRONG_CONTENT_EXCHANGE_H
#define PRONG_CONTENT_EXCHANGE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#include "base/address.h"
#include "base/arena.h"
#include "base/str.h"
#include "content/body.h"
#include "content/file.h"
#include "http/message.h"

struct conf;
struct endpoint;
struct location;
struct server;
struct slot;

/* One per worker; a program that explains makes its own. Time is brought by
 * whoever turns the loop. */
struct env {
    const struct conf *conf;
    struct slot *slot;    /* counters; NULL: nobody counts */
    uint64_t now_ms;      /* CLOCK_MONOTONIC of this turn */
    struct timespec wall; /* CLOCK_REALTIME of this turn */
    bool has_openat2;
};

/* What an exchange needs to know of the connection that it came on. */
struct peer {
    struct address client;
    struct address local;
    const struct endpoint *endpoint; /* by listener and local address */
    uint64_t number;                 /* $connection */
    unsigned requests;               /* on this connection, this one too */
};

enum respond_verdict {
    RESPOND_DONE, /* the answer is settled: send it */
    RESPOND_WAIT, /* not yet: call respond again when x->wait is over */
};

struct wait {
    uint64_t until_ms; /* 0: waits for a job, not for a time */
};

/* One field of the answer that is not one of the fixed ones. */
struct field {
    struct str name;
    struct str value;
};

struct response {
    unsigned status;
    struct str content_type;  /* empty: no field */
    struct str location;      /* empty: no field */
    struct str allow;         /* empty: no field */
    struct str content_range; /* empty: no field */
    time_t last_modified;     /* -1: no field */
    struct str etag;          /* empty: no field */
    bool accept_ranges;
    int64_t content_length; /* -1: none (204, 304) */
    struct field *fields;   /* arena */
    unsigned field_count;
    bool keep_alive; /* settled: what Connection says */
};

/* Resetting the arena (exchange_reset) ends all that one request took. */
struct exchange {
    const struct env *env;
    const struct peer *peer;
    struct arena arena;

    struct request request; /* spans into the connection's input */
    struct str path;        /* decoded, clean, ended by NUL; changes with
                             * internal redirects */
    struct str args;
    const struct server *server;
    const struct location *location;
    unsigned redirects; /* internal ones so far; ten at most */

    struct response response;
    struct file file;
    struct body body;
    struct wait wait;
    unsigned phase; /* which steps of respond are behind */

    /* accounting, filled by the session */
    uint64_t started_us;    /* the head was complete */
    uint64_t first_byte_us; /* handed to the kernel */
    uint64_t ended_us;      /* last byte handed to the kernel */
    uint64_t request_bytes; /* head and body as read */
    uint64_t sent_bytes;    /* head and body */
    uint64_t body_sent_bytes;
    bool completed; /* the whole answer was sent */
};

/* Ready for the next request of the same connection; closes file and body. */
void exchange_reset(struct exchange *x);

/* Ends it for good. */
void exchange_close(struct exchange *x);

#endif
