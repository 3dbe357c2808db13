/* stats.h - tells the readers of the stats FIFO, and keeps what is told */
#ifndef PRONG_MASTER_STATS_H
#define PRONG_MASTER_STATS_H

#include "master/master.h"

/* Of the inotify watcher: somebody opened the stats FIFO. */
void stats_opened(struct watcher *w, uint32_t events);

/* Gives a snapshot to whoever has opened the FIFO, and puts a fresh one there.
 */
void stats_answer(struct master *m);

/* A child was forked. Until it has closed what it does not need it holds the
 * stats FIFO too, and one that is stopped there would keep the end of the text
 * from its readers: from here on they get a FIFO that it knows nothing of. */
void stats_part(struct master *m);

/* Once a second: the sample of what happened lately, the queues of the
 * listening sockets, the health. */
void stats_tick(struct master *m);

/* What the section says at the start. */
void stats_begin(struct master *m);

/* Drops readers that still take theirs, and the memory. */
void stats_close(struct master *m);

#endif
