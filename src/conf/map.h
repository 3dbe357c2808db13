/* map.h - "map": a variable whose value depends on another text */
#ifndef PRONG_CONF_MAP_H
#define PRONG_CONF_MAP_H

#include <stdbool.h>

#include "conf/hostmap.h"
#include "conf/pattern.h"
#include "conf/template.h"

struct reader;

struct map_regex {
    const struct pattern *pattern;
    const struct template *value;
};

/* Texts go before wildcards, these before regular expressions, and those in the
 * order of the file. */
struct map {
    struct template subject;
    struct hostmap texts; /* values: struct template */
    struct map_regex *regexes;
    unsigned regex_count;
    const struct template *fallback; /* NULL: the empty text */
    bool hostnames; /* the subject is one: a dot at its end does not count */
};

/* The setter of the block. */
int map_set(struct reader *r, void *field);

#endif
