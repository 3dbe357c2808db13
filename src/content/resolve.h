/* resolve.h - what a path names in the file system
 *
 * Links are followed as nginx follows them; what is neither a regular file nor
 * a directory is never opened. */
#ifndef PRONG_CONTENT_RESOLVE_H
#define PRONG_CONTENT_RESOLVE_H

#include <stdbool.h>

#include "content/exchange.h"
#include "content/file.h"

enum resolved {
    RESOLVED_FILE,      /* x->file is open */
    RESOLVED_DIRECTORY, /* it is one; nothing is open */
    RESOLVED_REFUSED,   /* see the status; the reason is logged */
};

/* Does this kernel (and its seccomp filter) let openat2 be called? */
bool resolve_has_openat2(void);

/* Opens what x->filename names. With RESOLVED_REFUSED `status` is 403, 404,
 * 500 or 503. */
enum resolved resolve_open(struct exchange *x, unsigned *status);

#endif
