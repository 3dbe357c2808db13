/* rate.h - how fast an answer may go (limit_rate)
 *
 * As nginx counts: what may have been sent by now is the rate for each second
 * since the request and one second more, beside what goes free; head and body
 * count alike. */
#ifndef PRONG_CONTENT_RATE_H
#define PRONG_CONTENT_RATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

struct exchange;

struct rate {
    uint64_t bytes_s;    /* 0: no limit */
    uint64_t free_bytes; /* what goes before it counts */
    bool is_set;         /* by "set $limit_rate": the location's counts not */
};

/* The location's, as it stands in the exchange from now on. What is no size is
 * logged and leaves the answer unlimited. */
void rate_settle(struct exchange *x);

/* "set $limit_rate SIZE". What is no size is logged and changes nothing. */
void rate_set(struct exchange *x, struct str size);

/* How many bytes may go now, of an answer of which `sent` went already. 0: not
 * before `wait_ms` have passed. */
uint64_t rate_allows(const struct rate *r, uint64_t sent, uint64_t elapsed_ms,
                     uint64_t *wait_ms);

#endif
