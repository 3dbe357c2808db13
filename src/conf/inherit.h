/* inherit.h - what a level does not say, the level around it says, and at the
 * top the row's default does */
#ifndef PRONG_CONF_INHERIT_H
#define PRONG_CONF_INHERIT_H

#include "conf/reader.h"

/* Gives `level` the default of every row that may first be said there, keeps
 * its value in `target`, and was not said. 0, -EINVAL, -ENOMEM. */
int inherit_defaults(struct reader *r, struct level *level,
                     enum directive_target target);

/* Copies from `from` what `into` does not say itself. Both are of the struct
 * that the target names. */
void inherit_from(enum directive_target target, void *into, const void *from);

#endif
