/* voice.h - what the master says, and to whom
 *
 * Its messages go to the error logs through the log ring of its slot. While it
 * starts, warnings and worse are printed too: somebody waits there for them.
 * And the first reason that a reload fails for is kept, because whoever asked
 * wants to hear it. */
#ifndef PRONG_MASTER_VOICE_H
#define PRONG_MASTER_VOICE_H

#include <mqueue.h>
#include <stdbool.h>

#include "base/attr.h"
#include "base/log.h"
#include "base/str.h"
#include "ipc/logsink.h"

struct conf;
struct scoreboard;
struct slot;

struct voice {
    struct log_sink sink;
    struct logsink logs; /* once is_open */
    bool is_open;
    bool echoes;      /* to standard error: still starting */
    bool listens;     /* for the first reason */
    char reason[200]; /* "" when there was none */
};

/* Becomes the sink: standard error alone at first. */
void voice_begin(struct voice *v);

/* From now on to the error logs. */
void voice_open(struct voice *v, const struct conf *conf,
                const struct scoreboard *board, struct slot *slot,
                mqd_t doorbell);

/* Another configuration, or another level. */
void voice_refresh(struct voice *v, const struct conf *conf);

/* Back to standard error: the logger is gone. */
void voice_close(struct voice *v);

/* Starts keeping the first message of emerg or worse, forgetting the one
 * before. */
void voice_listen(struct voice *v);

/* A message that is written whatever the level. */
void voice_insist(struct voice *v, enum log_level level, const char *format,
                  ...) ATTR_PRINTF(3, 4);

#endif
