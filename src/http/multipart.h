/* multipart.h - several ranges in one body (RFC 9110 section 14.6) */
#ifndef PRONG_HTTP_MULTIPART_H
#define PRONG_HTTP_MULTIPART_H

#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"
#include "http/range.h"

enum { MULTIPART_BOUNDARY_LEN = 20 };

/* Zero is empty. The texts and the set stay the caller's. */
struct multipart {
    const struct range_set *set;
    struct str type; /* the file's; empty: the parts do not name one */
    uint64_t size;   /* of the whole file */
    uint64_t id;     /* becomes the boundary: one that the file does not hold */
};

/* "multipart/byteranges; boundary=00000000000000000007". */
void multipart_put_type(struct buf *into, const struct multipart *m);

/* The head of part `index`, from the delimiter's CRLF to the blank line; the
 * range's bytes follow it. */
void multipart_put_part(struct buf *into, const struct multipart *m,
                        unsigned index);

/* What ends the body. */
void multipart_put_end(struct buf *into, const struct multipart *m);

/* The exact length of the body: all heads, all ranges and the end. */
uint64_t multipart_length(const struct multipart *m);

#endif
