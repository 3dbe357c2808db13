/* control.h - commands, and the two FIFOs that operators use */
#ifndef PRONG_MASTER_CONTROL_H
#define PRONG_MASTER_CONTROL_H

#include "master/master.h"

/* Makes ready to watch: inotify. 0 or -errno. */
int control_open(struct master *m);

/* This FIFO is the control FIFO from now on (an empty one: there is none); the
 * one before is closed and its name removed. */
void control_adopt(struct master *m, struct fifo *fifo);
void control_adopt_stats(struct master *m, struct fifo *fifo);

/* Does what was asked for. */
void control_obey(struct master *m, const struct command *command);

/* How a command went: logged whatever the level and kept for the stats. */
void control_result(struct master *m, const struct command *command,
                    const char *result, struct str why);

/* Once a second: names that somebody removed come back. */
void control_tick(struct master *m);

/* Closes and removes both. */
void control_close(struct master *m);

#endif
