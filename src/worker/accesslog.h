/* accesslog.h - the line that each answer leaves
 *
 * Formatted straight into the log ring of the worker's slot: no system call and
 * no copy. The logger is told for each eighth of the ring that fills up, and
 * after 50 ms, for which `flush=` and `buffer=` stand. */
#ifndef PRONG_WORKER_ACCESSLOG_H
#define PRONG_WORKER_ACCESSLOG_H

#include <mqueue.h>
#include <stdbool.h>

#include "event/loop.h"

struct conf_log;
struct env;
struct exchange;
struct slot;

struct accesslog {
    struct loop *loop;
    struct slot *slot;
    unsigned number; /* the slot's */
    mqd_t doorbell;
    struct timer unsent; /* runs while the logger has not been told */
    unsigned told;       /* how many eighths of the ring are full */
};

void accesslog_open(struct accesslog *log, struct loop *loop, struct slot *slot,
                    unsigned number, mqd_t doorbell);

/* One line in each access log of the exchange's location whose condition holds.
 * What finds no room is dropped and counted. */
void accesslog_write(struct accesslog *log, struct exchange *x);

/* Tells the logger of what is there: at the end. */
void accesslog_close(struct accesslog *log);

#endif
