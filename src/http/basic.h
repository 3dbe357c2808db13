/* basic.h - who a client says it is: Authorization: Basic (RFC 7617) */
#ifndef PRONG_HTTP_BASIC_H
#define PRONG_HTTP_BASIC_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/str.h"

struct basic {
    struct str user;     /* never empty */
    struct str password; /* may be */
};

/* Reads a field's value; both texts live in the arena, ended by NUL. False
 * when it names nobody, or memory ran out. */
bool basic_parse(struct str value, struct arena *arena, struct basic *into);

#endif
