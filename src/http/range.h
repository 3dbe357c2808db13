/* range.h - which bytes of a body the client asked for (RFC 9110 section 14) */
#ifndef PRONG_HTTP_RANGE_H
#define PRONG_HTTP_RANGE_H

#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"

enum { RANGE_MAX = 16 };

struct range {
    uint64_t at;
    uint64_t len; /* never 0 */
};

/* In the client's order; no more bytes together than the body has. */
struct range_set {
    unsigned count;
    struct range ranges[RANGE_MAX];
};

enum range_verdict {
    RANGE_WHOLE,         /* nothing usable was asked for: 200, the whole body */
    RANGE_PARTIAL,       /* at least one range overlaps the body: 206 */
    RANGE_UNSATISFIABLE, /* well formed, but all of it past the end: 416 */
};

/* Reads a Range header's value against a body of `size` bytes.
 * Fills `set` only when the verdict is RANGE_PARTIAL. What is malformed, has
 * another unit than bytes, more than RANGE_MAX ranges, or asks for more bytes
 * than there are (overlapping ranges) is answered with the whole body, and so
 * is what begins where an empty body does. */
enum range_verdict range_parse(struct str value, uint64_t size,
                               struct range_set *set);

/* "bytes 0-99/1234" and, for 416, "bytes * /1234" (without the blank): the
 * value of Content-Range. */
void range_put_content(struct buf *into, struct range range, uint64_t size);
void range_put_unsatisfied(struct buf *into, uint64_t size);

#endif
