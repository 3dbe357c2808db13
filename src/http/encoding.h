/* encoding.h - which content codings a client takes (RFC 9110 section 12.5.3)
 */
#ifndef PRONG_HTTP_ENCODING_H
#define PRONG_HTTP_ENCODING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

enum encoding {
    ENCODING_IDENTITY, /* as it is */
    ENCODING_GZIP,
    ENCODING_BROTLI,
    ENCODING_ZSTD,
    ENCODING_COUNT
};

/* What the lines of Accept-Encoding say. The zero value is that of a request
 * without one: nothing is asked for but the thing itself. */
struct encodings {
    bool named[ENCODING_COUNT + 1]; /* the last one is "*" */
    uint16_t weights[ENCODING_COUNT + 1];
};

/* Adds what one line says. Of a coding that is named twice the first counts; a
 * weight that is none refuses it. */
void encoding_read(struct encodings *e, struct str line);

/* How much the client wants it, in thousandths; 0: not at all, or less than the
 * thing as it is. That itself is never refused. */
unsigned encoding_weight(const struct encodings *e, enum encoding which);

/* "gzip": what Content-Encoding calls it. */
struct str encoding_name(enum encoding which);

#endif
