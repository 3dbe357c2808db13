/* pool.h - memory that requests of one worker use again and again
 *
 * What a request needs is taken when its first byte comes and given back when
 * its connection waits for the next. The last given back is the next taken, for
 * it is still in the processor's cache. */
#ifndef PRONG_WORKER_POOL_H
#define PRONG_WORKER_POOL_H

#include <stdbool.h>
#include <stddef.h>

enum pool_kind {
    POOL_INPUT,  /* POOL_INPUT_ROOM bytes; not cleared */
    POOL_H1,     /* struct h1 */
    POOL_ANSWER, /* struct answer */
    POOL_KINDS
};

enum {
    POOL_INPUT_ROOM = 16 * 1024,
    POOL_KEPT = 64, /* of each kind; more go back to the system */
};

struct pool_shelf {
    size_t size;
    unsigned count;
    void *kept[POOL_KEPT];
};

struct pool {
    struct pool_shelf shelves[POOL_KINDS];
};

/* `sizes[kind]` bytes each. Takes no memory yet. */
void pool_open(struct pool *pool, const size_t sizes[POOL_KINDS]);

/* What a piece held when it was given back is still in it; a piece that is new
 * is zeroed. NULL when there is no memory. */
void *pool_take(struct pool *pool, enum pool_kind kind);

/* False when the pool keeps enough: then `piece` stays the caller's, to be
 * finished and freed with free(). NULL is fine. */
bool pool_give(struct pool *pool, enum pool_kind kind, void *piece);

/* The next piece that is kept, or NULL: to finish all of them at the end. */
void *pool_drain(struct pool *pool, enum pool_kind kind);

#endif
