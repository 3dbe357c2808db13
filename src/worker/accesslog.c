/* accesslog.c - the line that each answer leaves */
#include "worker/accesslog.h"

#include <sys/stat.h>

#include "base/attr.h"
#include "base/buf.h"
#include "conf/conf.h"
#include "content/exchange.h"
#include "content/variable.h"
#include "ipc/logring.h"
#include "ipc/logsink.h"
#include "ipc/slot.h"

enum {
    LINE_USUAL = 2048, /* tried first; a longer line is formatted once more */
    PROMPT_MS = 50,
    EIGHTH = LOGRING_SIZE / 8,
    BUFFERED_MS = 1000, /* "buffer=" without "flush=" */
};

static void tell(struct accesslog *log)
{
    loop_timer_cancel(log->loop, &log->unsent);
    logsink_ring(log->slot, log->number, log->doorbell, false);
}

static void unsent_for_long(struct timer *timer)
{
    tell(CONTAINER_OF(timer, struct accesslog, unsent));
}

void accesslog_open(struct accesslog *log, struct loop *loop, struct slot *slot,
                    unsigned number, mqd_t doorbell)
{
    *log = (struct accesslog){
        .loop = loop,
        .slot = slot,
        .number = number,
        .doorbell = doorbell,
        .unsent.expired = unsent_for_long,
    };
}

void accesslog_close(struct accesslog *log)
{
    if (log->loop && timer_is_set(&log->unsent))
        tell(log);
}

/* "if=": not when it is empty or "0". */
static bool condition_holds(struct exchange *x, const struct template *t)
{
    char memory[64];
    struct buf value = buf_over(memory, sizeof(memory));
    struct str text;

    if (t->count == 0)
        return true;
    variable_expand(&value, x, t);
    text = buf_str(&value);
    return text.len > 0 && !str_equals(text, STR("0"));
}

/* The path of a log that has variables in it, ended by NUL; false when no file
 * can have it. */
static bool put_path(struct buf *line, struct exchange *x,
                     const struct template *path)
{
    struct buf text = {0};
    bool fits;

    variable_expand(&text, x, path);
    if (text.len > 0 && text.data[0] != '/')
        buf_put(line, x->env->conf->prefix);
    fits = text.len > 0 && !text.failed && !str_find(buf_str(&text), '\0');
    buf_put(line, buf_str(&text));
    buf_put_char(line, '\0');
    buf_close(&text);
    return fits;
}

/* As nginx: where the root is not there, a name that a client made up would
 * make files. */
static bool has_root(struct exchange *x)
{
    struct str root = variable_text(x, &x->location->settings.root.value);
    struct stat st;

    return root.at && stat(root.at, &st) == 0 && S_ISDIR(st.st_mode);
}

/* Formats one line into the ring; false when it did not fit into `room`. */
static bool put(struct accesslog *log, struct exchange *x,
                const struct conf_access_log *to, size_t room)
{
    struct logring_room at = logring_reserve(&log->slot->log, room);
    struct logring_record record = {
        .log = to->log->number,
        .level = LOG_STDERR,
        .time_ms = log->loop->now_ms,
    };
    struct buf line;

    if (!at.at || at.room < 2) {
        slot_add(log->slot, COUNTER_log_dropped, 1);
        return true;
    }
    line = buf_over(at.at, at.room - 1);
    if (to->path.count > 0 && !put_path(&line, x, &to->path)) {
        slot_add(log->slot, COUNTER_log_dropped, 1);
        return true;
    }
    variable_expand_logged(&line, x, &to->format->value, to->format->escape);
    if (line.failed && room < LOGRING_LINE_MAX)
        return false;
    at.at[line.len] = '\n';
    record.text = (struct str){at.at, line.len + 1};
    logring_commit(&log->slot->log, &at, &record, line.len + 1);
    slot_add(log->slot, COUNTER_log_lines, 1);
    return true;
}

/* The logger is told each time another eighth of the ring is full, so that even
 * when it is slow to wake there is room left; else by time. */
static void schedule(struct accesslog *log, const struct conf_access_log *to)
{
    uint64_t wait = to->flush_ms ? to->flush_ms
                    : to->buffer ? BUFFERED_MS
                                 : PROMPT_MS;

    unsigned full = (unsigned)(logring_fill(&log->slot->log) / EIGHTH);
    unsigned before = log->told;

    log->told = full;
    if (full > before) {
        tell(log);
        return;
    }
    if (!timer_is_set(&log->unsent) ||
        log->unsent.due_ms > log->loop->now_ms + wait)
        loop_timer_set(log->loop, &log->unsent, wait);
}

void accesslog_write(struct accesslog *log, struct exchange *x)
{
    const struct settings *s = &x->location->settings;

    for (unsigned i = 0; i < s->access_log_count; i++) {
        const struct conf_access_log *to = &s->access_logs[i];

        if (!condition_holds(x, &to->condition) ||
            (to->path.count > 0 && !has_root(x)))
            continue;
        if (!put(log, x, to, LINE_USUAL))
            put(log, x, to, LOGRING_LINE_MAX);
        schedule(log, to);
    }
}
