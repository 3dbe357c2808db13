/* respond.h - settles the whole answer to one request
 *
 * It cannot fail, for a refusal is an answer too. */
#ifndef PRONG_CONTENT_RESPOND_H
#define PRONG_CONTENT_RESPOND_H

#include "base/buf.h"
#include "content/exchange.h"

/* Fills x->response, x->file and x->body from x->request. Call again after
 * RESPOND_WAIT; x->phase says which steps are behind. */
enum respond_verdict respond(struct exchange *x);

/* Settles a refusal that the session found (a head that does not parse, a
 * timeout): `status` and its error page; the request may be half read. */
void respond_refusal(struct exchange *x, unsigned status);

/* Writes the head of the settled answer (status line to the blank line). */
void respond_head(struct exchange *x, struct buf *into);

#endif
