/* zones.h - memory that all workers share, and the limits that count in it */
#ifndef PRONG_CONF_ZONES_H
#define PRONG_CONF_ZONES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"
#include "conf/place.h"
#include "conf/template.h"

struct reader;
struct zone;

enum conf_zone_kind {
    CONF_ZONE_REQUESTS,    /* limit_req_zone */
    CONF_ZONE_CONNECTIONS, /* limit_conn_zone */
};

/* One zone, known from its first mention on. */
struct conf_zone {
    struct place place; /* where it was named first */
    struct str name;
    enum conf_zone_kind kind;
    uint64_t size; /* bytes; 0: not declared yet */
    uint64_t rate; /* requests: thousandths of one a second */
    struct template key;
    unsigned number; /* its place in conf->zones */
    /* The memory itself, mapped by the master before it forks; NULL where
     * nobody serves: then nothing is limited. */
    struct zone *zone;
};

/* One line of limit_req or limit_conn. */
struct conf_limit {
    struct place place;
    struct conf_zone *zone;
    uint64_t burst; /* limit_req: thousandths; limit_conn: connections */
    uint64_t delay; /* limit_req: thousandths that are not delayed */
};

/* The zone of this name, made if it is new; NULL when memory ran out, or after
 * it was said that the name is one of another kind. */
struct conf_zone *zones_find(struct reader *r, struct str name,
                             enum conf_zone_kind kind);

/* Every zone that was named must have been declared. 0 or -EINVAL. */
int zones_settle(struct reader *r);

#endif
