/* obituary.h - what is said and counted when a child has ended */
#ifndef PRONG_MASTER_OBITUARY_H
#define PRONG_MASTER_OBITUARY_H

#include "master/master.h"

/* One line in nginx's words, the counts, and a crash's row in the section. The
 * row of the child still says how it lived. */
void obituary_write(struct master *m, const struct child *c,
                    const struct child_end *end);

#endif
