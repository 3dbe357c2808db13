/* methods.h - what may be asked of a file, and when it is too early to say */
#ifndef PRONG_CONTENT_METHODS_H
#define PRONG_CONTENT_METHODS_H

#include "content/exchange.h"
#include "http/status.h"

/* Of any resource: HTTP_NONE; 501 for what is no method of ours; 405 for TRACE
 * and CONNECT. */
enum http_status methods_check(struct exchange *x);

/* Of a name that may stand for a file: HTTP_NONE or 405. POST passes, for who
 * posts to what is not there learns of that; so does nginx. */
enum http_status methods_check_here(struct exchange *x);

/* Of a file or a listing that was found: HTTP_NONE, with the answer settled for
 * OPTIONS; or 405. */
enum http_status methods_found(struct exchange *x);

#endif
