/* negotiate.h - may this answer be sent in a content coding? */
#ifndef PRONG_CONTENT_NEGOTIATE_H
#define PRONG_CONTENT_NEGOTIATE_H

#include <stdbool.h>

#include "content/exchange.h"
#include "http/encoding.h"

/* What the request says of codings. */
struct encodings negotiate_read(const struct exchange *x);

/* Does the client take gzip, and do gzip_http_version, gzip_proxied and
 * gzip_disable let it have it? Looks at the answer's fields so far. */
bool negotiate_gzip(const struct exchange *x);

#endif
