/* chunked.h - a body of unknown length, cut into chunks (RFC 9112 section 7.1),
 * with the trailers that the configuration adds */
#ifndef PRONG_CONTENT_CHUNKED_H
#define PRONG_CONTENT_CHUNKED_H

#include <stdbool.h>

#include "content/exchange.h"

/* How the end of a settled answer is told: by its length, by chunks, or by the
 * end of the connection (then keep_alive is cleared). False when memory ran
 * out. */
bool chunked_apply(struct exchange *x);

#endif
