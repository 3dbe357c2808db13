/* respond.h - settles the whole answer to one request
 *
 * It cannot fail, for a refusal is an answer too. */
#ifndef PRONG_CONTENT_RESPOND_H
#define PRONG_CONTENT_RESPOND_H

#include "base/buf.h"
#include "content/exchange.h"

/* Fills x->response, x->file and x->body from x->request, as soon as the head
 * is complete: a Content-Length above client_max_body_size is refused here, a
 * chunked body that grows past it is the session's to refuse. Call again after
 * RESPOND_WAIT; x->phase says which steps are behind. */
enum respond_verdict respond(struct exchange *x);

/* Settles a refusal that the session found (a head that does not parse, a
 * timeout, a body that is too long) in place of whatever was settled before:
 * `status` with its error page; the request may be half read. */
void respond_refusal(struct exchange *x, unsigned status);

/* Writes the head of the settled answer (status line to the blank line). The
 * body may follow it in the same write. */
void respond_head(struct exchange *x, struct buf *into);

#endif
