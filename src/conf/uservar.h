/* uservar.h - variables that the configuration makes itself: set, named groups,
 * map, geo, split_clients
 *
 * A name may be used before it is defined; what nobody has defined by the end
 * is an error. Their values are content's (content/uservalue.h). */
#ifndef PRONG_CONF_USERVAR_H
#define PRONG_CONF_USERVAR_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/str.h"
#include "conf/dict.h"
#include "conf/place.h"

enum uservar_kind {
    USERVAR_UNKNOWN, /* used, and not defined so far */
    USERVAR_EMPTY,   /* of a family that is always empty, unless defined */
    USERVAR_GROUP,   /* holds what a named group captured */
    USERVAR_SET,     /* holds what set puts there */
    USERVAR_MAP,
    USERVAR_GEO,
    USERVAR_SPLIT,
    USERVAR_KINDS,
};

struct uservar {
    struct str name; /* lower case */
    unsigned index;  /* in the table, and in what an exchange keeps */
    enum uservar_kind kind;
    struct place place; /* where it was defined */
    struct place used;  /* where it was used first */
    const void *data;   /* of the kind; NULL for those that are only put */
    bool is_volatile;   /* found anew whenever it is asked for */
};

/* The zero value is an empty table. */
struct uservar_table {
    struct uservar **rows;
    unsigned count;
    struct dict names;
};

/* The row of a name in any case, or NULL. */
struct uservar *uservar_find(const struct uservar_table *t, struct str name);

/* The same; one that is not there yet is made, and is USERVAR_UNKNOWN. NULL
 * when memory ran out. */
struct uservar *uservar_refer(struct uservar_table *t, struct arena *arena,
                              struct str name, struct place used);

/* Says what a variable is. As in nginx `set` and a group leave alone what is
 * defined already, and of all others the last one counts. */
void uservar_define(struct uservar *v, enum uservar_kind kind, const void *data,
                    struct place place);

#endif
