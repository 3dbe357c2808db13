/* logsink.h - a running process's messages, on their way to the error logs
 *
 * The sink of base/log for every process of a running prong: a message becomes
 * a line of the error log ("2026/11/20 07:06:11 [notice] 4101#4101: text") in
 * the log ring of the process's own slot, once for each error log of the main
 * context whose level takes it, and the doorbell rings at once. So no message
 * ever waits for a disk; a full ring drops it and counts log_dropped. */
#ifndef PRONG_IPC_LOGSINK_H
#define PRONG_IPC_LOGSINK_H

#include <mqueue.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "base/log.h"

struct conf;
struct scoreboard;
struct slot;

/* Lives as long as it is the sink. */
struct logsink {
    struct log_sink sink;
    const struct conf *conf;
    const struct scoreboard *board;
    struct slot *slot;
    unsigned number; /* the slot's */
    mqd_t doorbell;
    int pid;
    time_t second; /* of `local` */
    struct tm local;
};

/* Becomes the sink of this process. What a child inherited from the master is
 * replaced: call it first thing after fork. */
void logsink_open(struct logsink *s, const struct conf *conf,
                  const struct scoreboard *board, struct slot *slot,
                  mqd_t doorbell);

/* Another configuration's error logs (a reload, in the master), or another
 * level on the scoreboard: call it then, and once a second. */
void logsink_refresh(struct logsink *s, const struct conf *conf);

/* Standard error is the sink again. */
void logsink_close(struct logsink *s);

/* Is a message of this level for this log? The scoreboard's level, while it is
 * set (not LOG_STDERR), stands for that of the configuration. */
bool logsink_takes(const struct scoreboard *board, enum log_level of_log,
                   enum log_level level);

/* Wakes the logger for a slot's ring, unless it was called already and has not
 * come yet: a burst of lines is one message. */
void logsink_ring(struct slot *slot, unsigned number, mqd_t doorbell,
                  bool is_error);

/* One finished line (with its newline) into a slot's ring: counts log_lines or
 * log_dropped, and rings at once. For errors about a request too. */
void logsink_put(struct slot *slot, unsigned number, mqd_t doorbell,
                 enum log_level level, uint16_t log, struct str line);

#endif
