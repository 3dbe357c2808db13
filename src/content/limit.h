/* limit.h - do requests of this key come too fast, or too many at once? */
#ifndef PRONG_CONTENT_LIMIT_H
#define PRONG_CONTENT_LIMIT_H

#include "content/exchange.h"

/* HTTP_NONE when the request may go on (or has to wait: x->wait), else the
 * status of the refusal, which was logged. Each limit is asked once a request,
 * whatever internal redirects follow. */
enum http_status limit_check(struct exchange *x);

/* "PASSED", "DELAYED", …; empty: no limit was asked. */
struct str limit_status_name(enum limit_status status);

#endif
