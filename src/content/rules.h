/* rules.h - what the configuration says before a file is looked for */
#ifndef PRONG_CONTENT_RULES_H
#define PRONG_CONTENT_RULES_H

#include "conf/rewrite.h"
#include "content/exchange.h"
#include "http/status.h"

/* Names of fields, once a server is chosen: HTTP_NONE or 400. */
enum http_status rules_check_names(struct exchange *x);

/* May the request enter the location that was chosen for it? 404 where that is
 * internal, 413 for a body that is too large for it, or HTTP_NONE. */
enum http_status rules_enter(struct exchange *x);

/* The answer that "return" gives: HTTP_NONE with the answer settled, or the
 * status to refuse with, redirects among them. */
enum http_status rules_return(struct exchange *x,
                              const struct rewrite_return *r);

/* What is a stub, hidden files. HTTP_NONE, or the status to refuse with. */
enum http_status rules_apply(struct exchange *x);

#endif
