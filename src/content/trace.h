/* trace.h - tells whoever explains a request what was decided, and where the
 * configuration says so
 *
 * The server has nobody who listens: x->trace is NULL there, and nothing is
 * spent but that question. */
#ifndef PRONG_CONTENT_TRACE_H
#define PRONG_CONTENT_TRACE_H

#include "conf/place.h"
#include "content/exchange.h"

enum trace_kind {
    TRACE_SERVER,   /* what: the name that matched */
    TRACE_LOCATION, /* what: its name; it is the one */
    TRACE_RIVAL,    /* what: a location or server that lost; detail: why */
    TRACE_SET,      /* what: $name; detail: the value */
    TRACE_IF,       /* what: the subject's value; detail: "true" or "false" */
    TRACE_REWRITE,  /* what: the pattern; detail: the new URI, or NULL */
    TRACE_RETURN,   /* what: the status */
    TRACE_BREAK,
    TRACE_TRY,      /* what: the file tried; detail: "found" or why not */
    TRACE_REDIRECT, /* an internal one. what: the new URI; detail: by what */
    TRACE_ACCESS,   /* what: the rule; detail: its verdict */
    TRACE_FILE,     /* what: the file name */
    TRACE_HEADER,   /* what: the field's name; detail: its value */
    TRACE_NOTE,     /* anything else */
};

struct trace_event {
    enum trace_kind kind;
    struct place place; /* not set: a default, or nobody wrote it */
    struct str what;
    struct str detail;
};

/* The texts live as long as the call; the listener copies what it keeps. */
struct trace {
    void (*listen)(struct trace *self, const struct trace_event *event);
};

static inline void trace_event(const struct exchange *x, enum trace_kind kind,
                               struct place place, struct str what,
                               struct str detail)
{
    struct trace_event e = {kind, place, what, detail};

    if (__builtin_expect(x->trace != NULL, 0))
        x->trace->listen(x->trace, &e);
}

#endif
