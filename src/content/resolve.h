/* resolve.h - what a path names in the file system
 *
 * Links are followed as nginx follows them; what is neither a regular file nor
 * a directory is never opened. What is refused is logged here, in nginx's
 * words. */
#ifndef PRONG_CONTENT_RESOLVE_H
#define PRONG_CONTENT_RESOLVE_H

#include "content/exchange.h"
#include "http/status.h"

enum resolve_verdict {
    RESOLVE_FILE,      /* x->file is open */
    RESOLVE_DIRECTORY, /* it is one; nothing is open */
    RESOLVE_REFUSED,   /* see the status */
};

/* Sets x->filename from the root and the path: HTTP_NONE or 503. */
enum http_status resolve_name(struct exchange *x);

/* Opens what x->filename names. With RESOLVE_REFUSED `status` is 403, 404, 500
 * or 503. */
enum resolve_verdict resolve_open(struct exchange *x, enum http_status *status);

/* For a path that ends with a slash: which of the location's index files is
 * there. HTTP_NONE with `path` (arena) or, where there is none, with its `at`
 * NULL; else the status to refuse with. */
enum http_status resolve_index(struct exchange *x, struct str *path);

#endif
