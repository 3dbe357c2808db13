/* log.c - composing messages and handing them to the sink */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"

enum { MESSAGE_MAX = 2000, LEVEL_DEFAULT = LOG_NOTICE };

/* The one mutable global of the program. */
static struct log_sink *current;

static const char *const names[] = {
    [LOG_STDERR] = "stderr", [LOG_EMERG] = "emerg", [LOG_ALERT] = "alert",
    [LOG_CRIT] = "crit",     [LOG_ERROR] = "error", [LOG_WARN] = "warn",
    [LOG_NOTICE] = "notice", [LOG_INFO] = "info",   [LOG_DEBUG] = "debug",
};

struct log_sink *log_sink_set(struct log_sink *sink)
{
    struct log_sink *before = current;

    current = sink;
    return before;
}

bool log_wants(enum log_level level)
{
    return level <= (current ? current->level : LEVEL_DEFAULT);
}

static void write_whole(int fd, struct str text)
{
    while (text.len > 0) {
        ssize_t n = write(fd, text.at, text.len);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return; /* there is nobody left to tell */
        text = str_from(text, (size_t)n);
    }
}

/* As a command speaks: one write, so that lines of several do not mix. */
static void say(enum log_level level, struct str text)
{
    char memory[MESSAGE_MAX + 32];
    struct buf line = buf_over(memory, sizeof(memory));

    buf_put(&line, STR("prong: "));
    if (level != LOG_STDERR)
        buf_printf(&line, "[%s] ", log_level_name(level));
    buf_put(&line, text);
    buf_put_char(&line, '\n');
    write_whole(STDERR_FILENO, buf_str(&line));
}

static void take(enum log_level level, const struct buf *message)
{
    for (size_t i = 0; i < message->len; i++)
        if ((unsigned char)message->data[i] < 0x20 || message->data[i] == 0x7f)
            message->data[i] = ' ';
    if (current)
        current->take(current, level, buf_str(message));
    else
        say(level, buf_str(message));
}

void log_vat(enum log_level level, const char *format, va_list args)
{
    char memory[MESSAGE_MAX];
    struct buf message = buf_over(memory, sizeof(memory));
    int saved = errno;

    if (log_wants(level)) {
        buf_vprintf(&message, format, args);
        take(level, &message);
    }
    errno = saved;
}

void log_at(enum log_level level, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    log_vat(level, format, args);
    va_end(args);
}

/* The reason is never what is cut: room for it is set aside. */
void log_errno(enum log_level level, int err, const char *format, ...)
{
    char memory[MESSAGE_MAX];
    char reason[80];
    struct buf tail = buf_over(reason, sizeof(reason));
    struct buf message;
    const char *words = strerrordesc_np(abs(err));
    int saved = errno;
    va_list args;

    if (!log_wants(level))
        return;
    buf_printf(&tail, " (%d: %s)", abs(err), words ? words : "Unknown error");
    message = buf_over(memory, sizeof(memory) - tail.len);
    va_start(args, format);
    buf_vprintf(&message, format, args);
    va_end(args);
    memcpy(memory + message.len, reason, tail.len);
    message.len += tail.len;
    take(level, &message);
    errno = saved;
}

const char *log_level_name(enum log_level level)
{
    return (size_t)level < ARRAY_LEN(names) ? names[level] : "unknown";
}

bool log_level_parse(struct str name, enum log_level *level)
{
    for (size_t i = LOG_EMERG; i < ARRAY_LEN(names); i++) {
        if (str_equals(name, str_of(names[i]))) {
            *level = (enum log_level)i;
            return true;
        }
    }
    return false;
}

void log_line_head(struct buf *into, const struct tm *local, long pid,
                   enum log_level level)
{
    buf_printf(into, "%04d/%02d/%02d %02d:%02d:%02d [%s] %ld#%ld: ",
               local->tm_year + 1900, local->tm_mon + 1, local->tm_mday,
               local->tm_hour, local->tm_min, local->tm_sec,
               log_level_name(level), pid, pid);
}
