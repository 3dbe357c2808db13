/* headers.h - the fields that the configuration adds to an answer's head:
 * expires and add_header */
#ifndef PRONG_CONTENT_HEADERS_H
#define PRONG_CONTENT_HEADERS_H

#include <stdbool.h>

#include "content/exchange.h"

/* Adds what the location says for this status, once the answer is settled.
 * False when memory ran out. */
bool headers_apply(struct exchange *x);

/* One more line; the texts live as long as the exchange. False when memory ran
 * out. */
bool headers_add(struct exchange *x, struct str name, struct str value);

/* The value of the first line of that name among the added ones, whatever its
 * case; `at` is NULL when there is none. */
struct str headers_find(const struct exchange *x, struct str name);

/* The answer's bytes are no longer those that its tag stands for: the tag
 * becomes a weak one, and one that is none goes. False as above. */
bool headers_weaken_etag(struct exchange *x);

/* The statuses that fields without "always" are for. */
bool headers_are_for(unsigned status);

#endif
