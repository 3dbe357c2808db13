/* referers.h - which referers the configuration calls valid */
#ifndef PRONG_CONF_REFERERS_H
#define PRONG_CONF_REFERERS_H

#include <stdbool.h>

#include "conf/hostmap.h"
#include "conf/pattern.h"
#include "conf/place.h"

struct reader;
struct server;

/* The value of a host is a struct str: how the path has to begin. */
struct conf_referers {
    struct hostmap hosts;
    const struct pattern **patterns;
    unsigned pattern_count;
    bool none;    /* a request without the field is valid */
    bool blocked; /* one whose value is no URL of http or https is, too */
    /* server_names: of this server, added when all are known; NULL: not asked
     * for */
    const struct server *server;
    struct place place;
    struct conf_referers *next; /* of the configuration's, while it is read */
};

struct conf_valid_referers {
    struct place place;
    struct conf_referers *list; /* NULL: all are valid */
};

/* The setter of valid_referers. */
int referers_set(struct reader *r, void *field);

/* Adds the names of the servers, once all files are read. 0, -EINVAL (logged),
 * -ENOMEM. */
int referers_settle(struct reader *r);

#endif
