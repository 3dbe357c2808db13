/* explain.h - how one request would be answered, and why
 *
 * The code that serves answers it, with somebody who listens: no rule stands
 * here a second time. Nothing is sent, counted or written. */
#ifndef PRONG_CONTENT_EXPLAIN_H
#define PRONG_CONTENT_EXPLAIN_H

#include "base/buf.h"
#include "content/exchange.h"
#include "content/trace.h"
#include "http/parser.h"

struct explain_step {
    struct explain_step *next;
    struct trace_event event;
};

/* One line of the answer's head. */
struct explain_field {
    struct str name;
    struct str value;
    struct place place; /* not set: nobody wrote it */
    const char *origin; /* what it comes from when no line says so; or NULL */
};

/* Zeroed but for what the caller brings. */
struct explain {
    /* brought; all of it must live as long as this */
    const struct conf *conf; /* resolved */
    struct peer peer;
    struct str head; /* the request as it is sent, with its blank line */
    struct timespec wall;

    /* found; the exchange lives until explain_close */
    struct env env;
    struct trace trace;
    struct parser_limits limits;
    struct exchange x;
    struct explain_step *first;
    struct explain_step *last;
    struct explain_field *fields;
    unsigned field_count;
    bool failed; /* memory ran out: something is missing */
};

/* 0; -EINVAL when the head is not whole, -ENOMEM. */
int explain_run(struct explain *e);

void explain_close(struct explain *e);

/* The step's kind in a word: "server", "rival" ... */
const char *explain_kind_name(enum trace_kind kind);

/* For people, and for machines: one object. */
void explain_text(const struct explain *e, struct buf *into);
void explain_json(const struct explain *e, struct buf *into);

#endif
