/* hostmap.h - finds a thing by a host name, or by a wildcard that it fits
 *
 * As nginx: the exact name goes first, then the longest "*.x", then the longest
 * "x.*"; ".x" is "x" and "*.x" in one. */
#ifndef PRONG_CONF_HOSTMAP_H
#define PRONG_CONF_HOSTMAP_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/str.h"
#include "conf/dict.h"

/* The zero value is empty. */
struct hostmap {
    struct dict exact;
    struct dict heads; /* "x" of "*.x" */
    struct dict tails; /* "x" of "x.*" */
};

/* Adds a name in any case, with a value that is not NULL. 0; -EEXIST when it is
 * there; -EINVAL when it is no name and no wildcard; -ENOMEM. */
int hostmap_add(struct hostmap *m, struct arena *arena, struct str name,
                void *value);

/* The same for a text that is taken as it is, wildcard or not. */
int hostmap_add_exact(struct hostmap *m, struct arena *arena, struct str text,
                      void *value);

bool hostmap_is_empty(const struct hostmap *m);

/* The value of a name in lower case, or NULL. */
void *hostmap_find(const struct hostmap *m, struct str name);

#endif
