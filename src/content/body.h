/* body.h - the bytes of an answer, piece by piece
 *
 * A body yields pieces in order; the session sends each whole before it asks
 * for the next. Bodies nest: one row of body_ops a kind. */
#ifndef PRONG_CONTENT_BODY_H
#define PRONG_CONTENT_BODY_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/str.h"
#include "http/range.h"

struct exchange;

enum piece_kind {
    PIECE_END,    /* nothing more: the body is complete */
    PIECE_MEMORY, /* `memory`, valid until the next body_next or body_close */
    PIECE_FILE,   /* `length` bytes of `fd` from `offset` on */
};

struct piece {
    enum piece_kind kind;
    bool is_costly; /* it took work to make: let others have their turn soon.
                     * Then the memory may be empty: ask again */
    struct str memory;
    int fd; /* stays the body's */
    uint64_t offset;
    uint64_t length;
};

struct body_ops {
    const char *name;
    /* Puts the next piece into `into`: 0, or -errno when the body cannot go on
     * (the connection is then closed early). */
    int (*next)(struct exchange *x, struct piece *into);
    void (*close)(struct exchange *x);
};

/* The zero value is the body of no bytes. */
struct body {
    const struct body_ops *ops; /* NULL: empty */
    void *state;                /* of the ops; in the exchange's arena */
    struct body *inner;         /* what it wraps, or NULL; arena */
    unsigned step;
    struct piece single;
};

/* The next piece of the exchange's body; PIECE_END for the empty body. */
int body_next(struct exchange *x, struct piece *into);

void body_close(struct exchange *x);

/* The body becomes one of `ops` around what it was: 0 or -ENOMEM. */
int body_wrap(struct exchange *x, const struct body_ops *ops, void *state);

/* For the ops of a body that wraps another: its next piece, as body_next. */
int body_inner_next(struct exchange *x, struct piece *into);

/* A body that is one text which lives as long as the exchange. */
void body_memory(struct exchange *x, struct str text);

/* The bytes of x->file from `at` on. A small piece is read at once, so that it
 * can leave in one write with the head: 0 or -errno; -ESTALE when the file has
 * become shorter than it says. */
int body_file(struct exchange *x, uint64_t at, uint64_t len);

/* Several ranges of x->file as multipart/byteranges. Sets the answer's type and
 * length: 0 or -ENOMEM. */
int body_multipart(struct exchange *x, const struct range_set *set,
                   struct str type);

#endif
