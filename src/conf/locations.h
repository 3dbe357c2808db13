/* locations.h - the locations of one level, in the order they are searched */
#ifndef PRONG_CONF_LOCATIONS_H
#define PRONG_CONF_LOCATIONS_H

#include "conf/reader.h"

/* Makes the set of what was read on a level: sorted, each prefix linked to the
 * next shorter one. 0, -EINVAL for duplicates (logged), -ENOMEM. */
int locations_settle(struct reader *r, const struct level *level,
                     struct location_set *into);

/* The setter of the row "location". */
int locations_set(struct reader *r, void *field);

/* The location whose name is exactly the path, else the longest prefix of it,
 * here and then inside of that; NULL when there is none. */
const struct location *locations_find(const struct location_set *set,
                                      struct str path);

#endif
