/* etag.h - entity tags: how prong makes them and how they compare */
#ifndef PRONG_HTTP_ETAG_H
#define PRONG_HTTP_ETAG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

enum { ETAG_MAX = 48 }; /* bytes that the longest of ours needs */

/* nginx's "<hex seconds>-<hex size>" in quotes, with -<hex nanoseconds> behind
 * it when the file system kept some. */
void etag_put(struct buf *into, int64_t seconds, uint32_t nanoseconds,
              uint64_t size);

/* Takes the next tag of a list (`"a", W/"b"`) off the front of `list`; `weak`
 * tells of a W/, the tag has its quotes. False at the end and at what is no
 * tag. */
bool etag_next(struct str *list, struct str *tag, bool *weak);

#endif
