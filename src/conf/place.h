/* place.h - where in the configuration something was written */
#ifndef PRONG_CONF_PLACE_H
#define PRONG_CONF_PLACE_H

#include <stdbool.h>

#include "base/buf.h"

/* `file` lives as long as the configuration; line 0 means "not written at all":
 * the value is a default. */
struct place {
    const char *file;
    unsigned line;
};

static inline bool place_is_set(struct place p)
{
    return p.line != 0;
}

/* The `file` of what -g says. */
extern const char place_command_line[];

/* Appends "in FILE:LINE" or "in command line"; for a default "by default". */
void place_print(struct buf *into, struct place p);

#endif
