/* holder.h - who listens where we want to? */
#ifndef PRONG_NET_HOLDER_H
#define PRONG_NET_HOLDER_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/address.h"
#include "base/str.h"

struct holder {
    pid_t pid;
    char name[16]; /* ended by NUL; "" when it cannot be known */
};

/* The process that listens on a TCP port or a unix socket's name and is in the
 * way of this address, as far as /proc lets us see. 0 or -ESRCH. Looks at every
 * descriptor of every process: for error messages only. */
int holder_find(const struct address *address, struct holder *into);

/* Does a line of /proc/net/tcp, tcp6 or unix tell of a listening socket that is
 * in the way of `address`? Pure; `inode` is the socket's. */
bool holder_line_matches(const struct address *address, struct str line,
                         unsigned long *inode);

#endif
