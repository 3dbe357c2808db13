/* array.h - arrays that grow in an arena */
#ifndef PRONG_CONF_ARRAY_H
#define PRONG_CONF_ARRAY_H

#include <stddef.h>
#include <string.h>

#include "base/arena.h"

/* Makes room for one more element in an array that grew by this alone: the
 * array, or a larger copy of it; NULL when memory ran out. It is full at every
 * power of two, and only there. */
static inline void *array_grow(struct arena *arena, void *array, size_t count,
                               size_t size)
{
    void *larger;

    if (count & (count - 1))
        return array;
    larger = arena_alloc_array(arena, count ? count * 2 : 1, size);
    if (larger && count)
        memcpy(larger, array, count * size);
    return larger;
}

#endif
