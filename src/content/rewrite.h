/* rewrite.h - runs what rewrite, set, if, break and return say */
#ifndef PRONG_CONTENT_REWRITE_H
#define PRONG_CONTENT_REWRITE_H

#include "conf/rewrite.h"
#include "content/exchange.h"
#include "http/status.h"

/* Runs the program of x->location, in the order of the file. The path, args,
 * variables and (by an "if") the location may be others afterwards; a path that
 * was rewritten in a location leads back to the routing. HTTP_NONE, perhaps
 * with the answer settled; or the status to answer with, redirects among them.
 */
enum http_status rewrite_run(struct exchange *x,
                             const struct rewrite_program *program);

#endif
