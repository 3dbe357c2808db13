/* places.h - the names in the file system that make this instance: directories,
 * lock, pid file, FIFOs, and who may use them */
#ifndef PRONG_MASTER_PLACES_H
#define PRONG_MASTER_PLACES_H

#include "master/master.h"

/* At the start: the directories of default paths, the lock, a pid file that is
 * there already. 0 or -errno after the reason was logged. */
int places_open(struct master *m, const struct conf *conf);

/* A reload: `pid` and `daemon` keep their value, with a warning. 0 or
 * -ENOMEM. */
int places_keep(struct master *m, struct conf *conf);

/* Makes the FIFOs of the candidate where they move to another path. At a
 * default path one that cannot be made is done without. 0 or -errno after the
 * reason was logged. */
int places_prepare(struct master *m);

/* The candidate serves: the FIFOs move, the groups change. */
void places_commit(struct master *m);

/* It will not: what was made for it is removed. */
void places_cancel(struct master *m);

/* The first generation serves: pid file, verdict to who started the daemon. */
void places_announce(struct master *m);

/* Removes all of it. */
void places_close(struct master *m);

/* Makes the directory that a file of this path is in, if it is not there. */
void places_make_directory(const char *path);

#endif
