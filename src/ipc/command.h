/* command.h - the verbs that a running master obeys
 *
 * One table for the control FIFO, the command line's -s and whatever else may
 * ask. A command is a value: who receives one decides what becomes of it. */
#ifndef PRONG_IPC_COMMAND_H
#define PRONG_IPC_COMMAND_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/str.h"

/* clang-format off */
#define COMMANDS(ROW)                                                          \
    ROW(STOP,    "stop",    NONE,   "stop at once")                            \
    ROW(QUIT,    "quit",    NONE,   "stop when every answer is sent")          \
    ROW(RELOAD,  "reload",  NONE,   "read the configuration again")            \
    ROW(REOPEN,  "reopen",  NONE,   "open the log files again")                \
    ROW(WORKERS, "workers", AMOUNT, "how many workers: N, +N or -N")           \
    ROW(LOG,     "log",     LEVEL,  "how much the error log tells")            \
    ROW(PING,    "ping",    NONE,   "answer in the error log")
/* clang-format on */

enum command_verb {
#define COMMAND_ROW(verb, name, argument, help) COMMAND_##verb,
    COMMANDS(COMMAND_ROW)
#undef COMMAND_ROW
        COMMAND_COUNT,
};

enum command_origin {
    COMMAND_BY_FIFO,
    COMMAND_BY_SIGNAL,
    COMMAND_BY_TERMINAL, /* a signal that the terminal sent */
};

struct command {
    enum command_verb verb;
    enum command_origin by;
    int64_t amount; /* workers: the number, or by how many */
    bool is_relative;
    enum log_level level; /* log */
};

/* Reads one line without its newline. False when it is no command, with the
 * reason in `why`: the verbs, the nearest one, and the first 60 bytes escaped.
 * An empty line (blanks and CR alone) is no command either, with nothing in
 * `why`. */
bool command_parse(struct command *into, struct str line, struct buf *why);

const char *command_name(enum command_verb verb);

/* "fifo", "signal", "terminal". */
const char *command_origin_name(enum command_origin by);

/* The verb that a name says; false when it is none. */
bool command_verb_parse(struct str name, enum command_verb *verb);

/* "workers +1": what was asked, as it would be written. */
void command_print(struct buf *into, const struct command *command);

/* "stop, quit, reload, …" */
void command_print_verbs(struct buf *into);

/* The verb whose name is nearest to a word, or NULL when none is near. */
const char *command_nearest(struct str word);

#endif
