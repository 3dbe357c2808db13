/* arena.h - memory that is given back all at once */
#ifndef PRONG_BASE_ARENA_H
#define PRONG_BASE_ARENA_H

#include <stddef.h>

#include "base/attr.h"
#include "base/str.h"

struct arena_chunk;

/* The zero value is an empty arena that holds no memory. */
struct arena {
    struct arena_chunk *chunks; /* newest first */
    size_t count;               /* of them, so far */
};

/* Zeroed memory for any type, or NULL when there is none left. */
void *arena_alloc(struct arena *a, size_t size);

/* As arena_alloc, for `count` elements; NULL too when the product overflows. */
void *arena_alloc_array(struct arena *a, size_t count, size_t size);

/* Copies the bytes and ends them with a NUL that `len` does not count. The
 * result's `at` is NULL when memory ran out. */
struct str arena_copy(struct arena *a, struct str text);

/* A formatted text, ended by NUL; `at` is NULL when memory ran out. */
struct str arena_printf(struct arena *a, const char *format, ...)
    ATTR_PRINTF(2, 3);

/* Forgets everything but keeps one small chunk for the next user. */
void arena_reset(struct arena *a);

/* Gives all memory back; the arena is the zero value again. */
void arena_close(struct arena *a);

#endif
