/* logtable.h - brings the table of log files to the logger */
#ifndef PRONG_MASTER_LOGTABLE_H
#define PRONG_MASTER_LOGTABLE_H

#include "master/master.h"

/* Sends the whole table; what does not fit now follows when the logger
 * reads. */
void logtable_send(struct master *m);

/* The logger's channel has room again. */
void logtable_continue(struct master *m);

/* The logger has switched to the table with this serial. */
void logtable_answered(struct master *m, uint32_t serial, int result);

/* A new logger got the whole table by its fork: nothing is outstanding. */
void logtable_renewed(struct master *m);

/* Opens every log file anew; the verdict comes when the logger has switched. */
void logtable_reopen(struct master *m, enum command_origin by);

/* Closes what no living generation writes to any more. */
void logtable_sweep(struct master *m);

#endif
