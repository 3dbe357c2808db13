/* h1.h - HTTP/1.1 and 1.0 on a connection: requests in, answers out in order
 *
 * One turn of a connection reads once, takes up every request that is complete
 * (64 at most), and hands what was answered to the kernel in one write. */
#ifndef PRONG_WORKER_H1_H
#define PRONG_WORKER_H1_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/list.h"
#include "content/exchange.h"
#include "http/parser.h"
#include "ipc/tally.h"
#include "worker/conn.h"

extern const struct session_ops session_h1;

/* Where a connection is with the request in hand. */
enum h1_phase {
    H1_HEAD,     /* reads it */
    H1_RESPOND,  /* finds out the answer, or waits to */
    H1_CONTINUE, /* tells the client to send its body */
    H1_BODY,     /* reads the request's body and throws it away */
    H1_PUT_HEAD, /* of the answer */
    H1_PUT_BODY,
    H1_END, /* nothing follows the answers that are on their way */
};

/* What a step says about the next. */
enum h1_step {
    H1_ON,    /* the phase says what */
    H1_READ,  /* waits for input */
    H1_ROOM,  /* waits for room to write */
    H1_AGAIN, /* had its share of this turn */
    H1_LATER, /* waits until the exchange's `wait` is over */
    H1_DONE,  /* ends once everything is written */
    H1_BREAK, /* ends now */
};

/* Input that was not used up yet stands in `from` to `to`. */
struct h1_input {
    char *data;
    size_t room;
    size_t from;
    size_t to;
};

/* One request and its answer, until the last byte is handed to the kernel.
 * Positions count the bytes of this connection's answers, all in a row. */
struct answer {
    struct list link;
    struct exchange x;
    uint64_t begin;
    uint64_t end;
    uint64_t head_len;
    unsigned number; /* of the request on the connection */
};

/* What a connection with a request in hand has beyond struct conn. */
struct h1 {
    struct peer peer;
    struct tally_hold hold; /* the peer's: what limit_conn counted */
    struct parser parser;
    struct parser_limits limits;
    struct h1_input in;
    size_t body_at; /* in `in`: where the head in hand ends */
    enum h1_phase phase;
    bool head_begun; /* some bytes of the head in hand are here */
    bool has_read;   /* in this turn */
    bool refused;    /* the session's own refusal: read no further */
    bool lingers;    /* how to end */
    unsigned taken;  /* requests in this turn */

    struct answer *answer; /* in hand; NULL between two */
    struct list unsent;    /* settled whole, not yet written whole */
    struct piece piece;    /* of the body; PIECE_END: ask for the next */
    uint64_t queued;       /* position: put behind each other so far */
    uint64_t sent;         /* position: handed to the kernel */
    uint64_t turn_sent;    /* of large pieces, in this turn */
    unsigned turn_costly;  /* pieces that took work to make, in this turn */
    char *held;            /* what worker->out had to be emptied of */
    size_t held_len;
    size_t held_at;
    const struct settings *settings; /* of the last answer's location */
};

/* No request is in hand that limit_conn would count. */
void h1_release(struct conn *c, struct h1 *h);

/* For the pool. */
void h1_free_answer(struct answer *a);

#endif
