/* autoindex.h - a directory shown as a page
 *
 * The page is made while it is sent, a buffer at a time, so that a large one
 * costs no more than its names. It can be read, and sorted by a click, without
 * a script. */
#ifndef PRONG_CONTENT_AUTOINDEX_H
#define PRONG_CONTENT_AUTOINDEX_H

#include "content/exchange.h"
#include "http/status.h"

/* Makes the listing of the directory x->filename, which x->path names, the
 * answer's body. HTTP_NONE, or the status to refuse with; that is logged. */
enum http_status autoindex_answer(struct exchange *x);

#endif
