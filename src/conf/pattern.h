/* pattern.h - a regular expression of the configuration, and the variables that
 * its named groups fill */
#ifndef PRONG_CONF_PATTERN_H
#define PRONG_CONF_PATTERN_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/regex.h"
#include "base/str.h"
#include "conf/dict.h"
#include "conf/uservar.h"

/* Groups from here on are not seen; more are refused. */
enum { PATTERN_GROUPS_MAX = 64 };

struct pattern_name {
    unsigned group;
    unsigned uservar; /* its index */
};

/* The same text is compiled once, however often it is written. */
struct pattern {
    struct regex *regex;
    struct str text;
    struct pattern_name *names;
    unsigned name_count;
    struct pattern *next; /* of the list */
};

/* The zero value is an empty list. */
struct pattern_list {
    struct pattern *first;
    struct dict plain;
    struct dict nocase;
};

struct pattern_scope {
    struct pattern_list *list;
    struct uservar_table *users;
    struct arena *arena;
    struct place place;
    struct str why; /* of a refusal, in nginx's words; arena */
};

/* Compiles a pattern, or finds it compiled. 0; -EINVAL with `why`; -ENOMEM. */
int pattern_get(const struct pattern **into, struct str text, bool nocase,
                struct pattern_scope *scope);

/* Gives back what is not the arena's. */
void pattern_close(struct pattern_list *list);

#endif
