/* condition.h - conditional requests (RFC 9110 section 13) */
#ifndef PRONG_HTTP_CONDITION_H
#define PRONG_HTTP_CONDITION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "http/message.h"
#include "http/status.h"

/* The directive if_modified_since. */
enum condition_since { SINCE_EXACT, SINCE_BEFORE, SINCE_OFF };

/* What the answer would say of the file. */
struct validators {
    struct str etag;  /* with its quotes; empty: the file has none */
    int64_t modified; /* what Last-Modified says, in seconds */
    int64_t now;      /* what Date says */
    enum condition_since since;
};

/* The preconditions of a GET or HEAD in the RFC's order (13.2.2, steps 1 to 4):
 * HTTP_NONE: go on; 304; 412. */
enum http_status condition_check(const struct request *r,
                                 const struct validators *v);

/* Step 5: may a Range be honoured? True without If-Range. */
bool condition_allows_range(const struct request *r,
                            const struct validators *v);

#endif
