/* spawn.h - makes one process out of a row of the table */
#ifndef PRONG_MASTER_SPAWN_H
#define PRONG_MASTER_SPAWN_H

#include "master/master.h"

/* Forks the child of a row that has its slot. In the master: 0 with pid, ready
 * and channel set, or -errno with nothing left open. In the child it does not
 * return. */
int spawn_child(struct master *m, struct child *c);

#endif
