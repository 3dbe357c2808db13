/* children.h - forks, watches and reaps the processes of the table */
#ifndef PRONG_MASTER_CHILDREN_H
#define PRONG_MASTER_CHILDREN_H

#include "master/master.h"

/* Puts rows for `count` more children of a role into the table, from `index`
 * on; they are started by children_supervise. 0, or -EUSERS when the table has
 * no room: none is added then. */
int children_add(struct master *m, enum role_id role, struct generation *g,
                 unsigned index, unsigned count);

/* Does what is due for each child and sets the alarm for what is due later. */
void children_supervise(struct master *m);

/* Reaps every process that has ended, strangers too. */
void children_reap(struct master *m);

/* Nobody takes the place of the children of this generation any more, from
 * `index` on. */
void children_dismiss(struct master *m, const struct generation *g,
                      unsigned index);

/* Workers and all others but the logger are told to end: TERM, or QUIT. */
void children_end_all(struct master *m, bool at_once);

/* How many processes of the role there are (ROLE_COUNT: of any role). */
unsigned children_count(const struct master *m, enum role_id role);

/* The logger ends and another one takes its place: as another user. */
void children_replace_logger(struct master *m);

/* Is every child of this generation READY, and the logger too? */
bool children_are_ready(const struct master *m, const struct generation *g);

/* The logger's row, or NULL. */
struct child *children_logger(struct master *m);

#endif
