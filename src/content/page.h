/* page.h - the page that tells of an error, when the operator gives no other */
#ifndef PRONG_CONTENT_PAGE_H
#define PRONG_CONTENT_PAGE_H

#include "content/exchange.h"

/* "prong/0.1.0" or "prong": what server_tokens lets the world know. */
struct str page_server(const struct exchange *x);

/* Makes the page of x->response.status the answer's body. Without memory the
 * answer has none. */
void page_error(struct exchange *x);

#endif
