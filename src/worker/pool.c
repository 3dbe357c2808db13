/* pool.c - which piece of memory does the next request get? */
#include "worker/pool.h"

#include <stdlib.h>

void pool_open(struct pool *pool, const size_t sizes[POOL_KINDS])
{
    for (unsigned kind = 0; kind < POOL_KINDS; kind++) {
        pool->shelves[kind].size = sizes[kind];
        pool->shelves[kind].count = 0;
    }
}

void *pool_take(struct pool *pool, enum pool_kind kind)
{
    struct pool_shelf *shelf = &pool->shelves[kind];

    if (shelf->count > 0)
        return shelf->kept[--shelf->count];
    return calloc(1, shelf->size);
}

bool pool_give(struct pool *pool, enum pool_kind kind, void *piece)
{
    struct pool_shelf *shelf = &pool->shelves[kind];

    if (!piece)
        return true;
    if (shelf->count == POOL_KEPT)
        return false;
    shelf->kept[shelf->count++] = piece;
    return true;
}

void *pool_drain(struct pool *pool, enum pool_kind kind)
{
    struct pool_shelf *shelf = &pool->shelves[kind];

    return shelf->count > 0 ? shelf->kept[--shelf->count] : NULL;
}
