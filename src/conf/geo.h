/* geo.h - "geo": a variable whose value depends on the client's address
 *
 * Networks become a sorted row of spans, so that one search by halving finds
 * the longest prefix; ranges of IPv4 stand in 65,536 rows of ranges that do not
 * overlap, as nginx has them. */
#ifndef PRONG_CONF_GEO_H
#define PRONG_CONF_GEO_H

#include <stdbool.h>
#include <stdint.h>

#include "base/address.h"
#include "base/arena.h"
#include "conf/dict.h"
#include "conf/template.h"

/* From this address (IPv4: in `low`) up to the next span's. */
struct geo_span {
    uint64_t high, low;
    const struct str *value; /* NULL: none */
};

struct geo_table {
    struct geo_span *spans;
    unsigned count;
};

struct geo_range {
    uint16_t start, end;
    const struct str *value;
};

/* The ranges whose addresses have the same upper half. */
struct geo_chunk {
    struct geo_range *rows;
    unsigned count;
};

struct geo_network; /* as it was written */

struct geo {
    struct template source;     /* empty: the client's address */
    const struct str *fallback; /* of ranges; NULL: the empty text */
    struct geo_chunk *chunks;   /* of ranges */
    struct geo_table v4, v6;
    struct network *proxies;
    unsigned proxy_count;
    bool proxy_recursive;
    bool ranges; /* and no networks */
    /* while it is read */
    struct geo_network **networks;
    unsigned network_count;
    struct dict known;
};

/* Adds a network; `old` becomes the value that it had, or NULL, and is
 * replaced. 0 or -ENOMEM. */
int geo_add(struct geo *g, struct arena *arena, const struct network *n,
            const struct str *value, const struct str **old);

/* Takes a network out again; false when it is not there. */
bool geo_delete(struct geo *g, const struct network *n);

/* Makes the tables once all networks are added. 0 or -ENOMEM. */
int geo_settle(struct geo *g, struct arena *arena);

/* A range of IPv4 addresses, both ends belonging to it. */
struct geo_bounds {
    uint32_t start, end;
};

/* Adds a range, be it inside of another one or the same; `old` as above. 0;
 * -EEXIST when it overlaps another one, which `bounds` becomes; -ENOMEM. */
int geo_add_range(struct geo *g, struct arena *arena, struct geo_bounds *bounds,
                  const struct str *value, const struct str **old);

/* Takes the range out again; false when not all of it was there like that. */
bool geo_delete_range(struct geo *g, struct geo_bounds bounds);

/* The value for an address; the empty text where there is none. */
struct str geo_find(const struct geo *g, const struct address *a);

#endif
