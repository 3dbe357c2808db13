/* locations.h - the locations of one level, in the order they are searched */
#ifndef PRONG_CONF_LOCATIONS_H
#define PRONG_CONF_LOCATIONS_H

#include "conf/conf.h"

struct level;
struct reader;

/* Adds a location to what was read on a level. 0 or -ENOMEM. */
int locations_keep(struct reader *r, struct level *around, struct location *l);

/* Makes the set of what was read on a level: sorted, each prefix linked to the
 * next shorter one. 0, -EINVAL for duplicates (logged), -ENOMEM. */
int locations_settle(struct reader *r, const struct level *level,
                     struct location_set *into);

/* The location of this level whose name is exactly the path, else the longest
 * prefix of it; NULL when there is none. */
const struct location *locations_find(const struct location_set *set,
                                      struct str path);

#endif
