/* logs.h - the log files, which the master opens for the logger
 *
 * One row a destination. A path has the same number in every generation, so
 * that a record of a draining worker finds its file. */
#ifndef PRONG_MASTER_LOGS_H
#define PRONG_MASTER_LOGS_H

#include <stdbool.h>
#include <stdint.h>

#include "conf/conf.h"
#include "ipc/role.h"

struct logs_row {
    enum conf_log_kind kind;
    char *path;    /* "" for a standard stream */
    bool is_fresh; /* of a configuration that is not committed yet */
    bool is_used;
};

/* The zero value has no row. */
struct logs {
    struct role_log *table; /* what the logger gets; one for each row */
    struct logs_row *rows;
    unsigned count;
    int stdout_fd; /* what the standard streams mean; -1: they are gone */
    int stderr_fd;
};

/* Numbers every destination of the configuration and opens what is new. 0, or
 * -errno after the reason was logged (nginx's words) and with nothing added. */
int logs_add(struct logs *logs, struct conf *conf);

/* The configuration is in force: what it brought stays. */
void logs_settle(struct logs *logs);

/* It will not be: what it brought is closed. */
void logs_cancel(struct logs *logs);

/* Closes what none of the configurations names any more; true when there was
 * something. Mark those in use first: logs_unmark, then logs_mark for each. */
void logs_unmark(struct logs *logs);
void logs_mark(struct logs *logs, const struct conf *conf);
bool logs_sweep(struct logs *logs);

/* Opens every file anew by its path; standard streams stay. What cannot be
 * opened stays as it is and is logged. 0 or the first -errno. */
int logs_reopen(struct logs *logs);

void logs_close(struct logs *logs);

#endif
