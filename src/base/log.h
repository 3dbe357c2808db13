/* log.h - what an operator is told: levels, the line's form, and the sink
 *
 * The one mutable global of the program is the sink. At the start it is
 * standard error, with lines as a command prints them ("prong: [emerg] text");
 * a running process puts the log ring of its slot there (logger's file format,
 * "2026/11/20 07:06:11 [notice] 4101#4101: text"). */
#ifndef PRONG_BASE_LOG_H
#define PRONG_BASE_LOG_H

#include <stdarg.h>
#include <stdbool.h>
#include <time.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/str.h"

/* nginx's levels; a smaller number is more urgent. */
enum log_level {
    LOG_STDERR, /* printed whatever the level; never filtered */
    LOG_EMERG,
    LOG_ALERT,
    LOG_CRIT,
    LOG_ERROR,
    LOG_WARN,
    LOG_NOTICE,
    LOG_INFO,
    LOG_DEBUG,
};

/* Takes one message without its newline. Must not block and must not log. */
struct log_sink {
    void (*take)(struct log_sink *sink, enum log_level level, struct str text);
    enum log_level level; /* what is less urgent than this is dropped early */
};

/* Replaces the sink and returns the one before it; NULL is standard error,
 * which takes all but LOG_INFO and LOG_DEBUG. The sink stays the caller's and
 * must live until it is replaced. */
struct log_sink *log_sink_set(struct log_sink *sink);

/* Would a message of this level be taken? For what is costly to compose. */
bool log_wants(enum log_level level);

/* One message of at most 2,000 bytes; what is longer is cut. Control bytes in
 * it become spaces: a message is one line, whoever had a hand in its words. */
void log_at(enum log_level level, const char *format, ...) ATTR_PRINTF(2, 3);
void log_vat(enum log_level level, const char *format, va_list args)
    ATTR_PRINTF(2, 0);

/* As log_at, with nginx's "(98: Address already in use)" behind the text; `err`
 * is an errno value, its sign does not matter. */
void log_errno(enum log_level level, int err, const char *format, ...)
    ATTR_PRINTF(3, 4);

/* "emerg" for LOG_EMERG and so on, "stderr" for LOG_STDERR; never NULL. */
const char *log_level_name(enum log_level level);

/* "emerg" to "debug"; false, with `level` as it was, when the name is none. */
bool log_level_parse(struct str name, enum log_level *level);

/* Writes the head of a line of the error log, up to and with ": ". */
void log_line_head(struct buf *into, const struct tm *local, long pid,
                   enum log_level level);

#endif
