/* mime.h - the media type of a file by its extension (the directive types) */
#ifndef PRONG_HTTP_MIME_H
#define PRONG_HTTP_MIME_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

struct mime_row {
    struct str extension; /* lower case */
    struct str type;
};

/* A hash table in the arena of whoever fills it. The zero value is empty. */
struct mime {
    struct mime_row *rows;
    size_t room; /* a power of two, or 0 */
    size_t count;
};

/* Adds an extension (without its dot, any case) or gives it a new type; then
 * `previous` (may be NULL) is its former type, else empty. The type's text
 * stays the caller's. 0 or -ENOMEM. */
int mime_add(struct mime *m, struct arena *arena, struct str extension,
             struct str type, struct str *previous);

/* The type for a path: by what follows the last dot of its last segment, as
 * nginx has it ("/.profile" has no extension). `at` is NULL when unknown. */
struct str mime_find(const struct mime *m, struct str path);

/* That extension; empty when there is none. */
struct str mime_extension(struct str path);

#endif
