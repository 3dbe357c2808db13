/* referers.h - which referers the configuration calls valid */
#ifndef PRONG_CONF_REFERERS_H
#define PRONG_CONF_REFERERS_H

#include <stdbool.h>

#include "conf/hostmap.h"
#include "conf/pattern.h"
#include "conf/place.h"

struct reader;

/* The value of a host is a struct str: how the path has to begin. */
struct conf_referers {
    struct hostmap hosts;
    const struct pattern **patterns;
    unsigned pattern_count;
    bool none;    /* a request without the field is valid */
    bool blocked; /* one whose value is no URL of http or https is, too */
};

struct conf_valid_referers {
    struct place place;
    struct conf_referers *list; /* NULL: all are valid */
};

/* The setter of valid_referers. */
int referers_set(struct reader *r, void *field);

#endif
