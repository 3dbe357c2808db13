/* refusal.h - how a refusal is told: by the operator's page or by our own */
#ifndef PRONG_CONTENT_REFUSAL_H
#define PRONG_CONTENT_REFUSAL_H

#include "content/exchange.h"
#include "http/status.h"

/* Either sends the exchange on to the error_page for the status (x->phase says
 * so) or settles the answer with a page of our own. Redirects come here too:
 * Location is set already. */
void refusal_take(struct exchange *x, enum http_status status);

#endif
