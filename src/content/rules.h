/* rules.h - what the configuration says before a file is looked for */
#ifndef PRONG_CONTENT_RULES_H
#define PRONG_CONTENT_RULES_H

#include "content/exchange.h"
#include "http/status.h"

/* The rules of the server and of the location, in nginx's order: names of
 * fields, return, the body's size, what is a stub, hidden files, methods.
 * HTTP_NONE, perhaps with the answer settled; or the status to refuse with. */
enum http_status rules_apply(struct exchange *x);

#endif
