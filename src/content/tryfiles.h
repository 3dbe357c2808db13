/* tryfiles.h - try_files: the first of some names that is there */
#ifndef PRONG_CONTENT_TRYFILES_H
#define PRONG_CONTENT_TRYFILES_H

#include "content/exchange.h"
#include "http/status.h"

/* Looks for the location's names; the path becomes that of the one which is
 * there, else the last one of the list is gone to. HTTP_NONE, or the status to
 * refuse with. */
enum http_status tryfiles_run(struct exchange *x);

#endif
