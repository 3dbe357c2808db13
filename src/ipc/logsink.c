/* logsink.c - a running process's messages, on their way to the error logs */
#include "ipc/logsink.h"

#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "conf/conf.h"
#include "ipc/doorbell.h"
#include "ipc/logring.h"
#include "ipc/scoreboard.h"
#include "ipc/slot.h"

/* More than the longest message of base/log with its head and newline. */
enum { LINE_MAX_BYTES = 2200 };

bool logsink_takes(const struct scoreboard *board, enum log_level of_log,
                   enum log_level level)
{
    enum log_level now = board ? scoreboard_log_level(board) : LOG_STDERR;

    return level <= (now == LOG_STDERR ? of_log : now);
}

static uint64_t monotonic_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

void logsink_ring(struct slot *slot, unsigned number, mqd_t doorbell,
                  bool is_error)
{
    enum doorbell_kind kind = is_error ? DOORBELL_ERROR : DOORBELL_RECORDS;

    if (doorbell == DOORBELL_NONE || !logring_call(&slot->log))
        return;
    if (doorbell_ring(doorbell, kind, number))
        return;
    logring_uncall(&slot->log);
    slot_add(slot, COUNTER_doorbells_lost, 1);
}

void logsink_put(struct slot *slot, unsigned number, mqd_t doorbell,
                 enum log_level level, uint16_t log, struct str line)
{
    struct logring_record record = {
        .log = log, .level = level, .time_ms = monotonic_ms(), .text = line};
    bool is_error = level != LOG_STDERR && level <= LOG_ERROR;

    if (logring_write(&slot->log, &record))
        slot_add(slot, COUNTER_log_lines, 1);
    else
        slot_add(slot, COUNTER_log_dropped, 1);
    logsink_ring(slot, number, doorbell, is_error);
}

/* localtime_r reads the zone's file once and is cheap then, but not free. */
static const struct tm *local_now(struct logsink *s)
{
    time_t now = time(NULL);

    if (now != s->second) {
        s->second = now;
        localtime_r(&now, &s->local);
    }
    return &s->local;
}

static void take(struct log_sink *sink, enum log_level level, struct str text)
{
    struct logsink *s = CONTAINER_OF(sink, struct logsink, sink);
    char memory[LINE_MAX_BYTES];
    struct buf line = buf_over(memory, sizeof(memory));

    log_line_head(&line, local_now(s), s->pid, level);
    buf_put(&line, text);
    buf_put_char(&line, '\n');
    for (unsigned i = 0; i < s->conf->error_log_count; i++) {
        const struct conf_error_log *log = &s->conf->error_logs[i];

        if (logsink_takes(s->board, log->level, level))
            logsink_put(s->slot, s->number, s->doorbell, level,
                        log->log->number, buf_str(&line));
    }
}

void logsink_refresh(struct logsink *s, const struct conf *conf)
{
    enum log_level most = LOG_STDERR;
    enum log_level now = scoreboard_log_level(s->board);

    s->conf = conf;
    for (unsigned i = 0; i < conf->error_log_count; i++)
        if (conf->error_logs[i].level > most)
            most = conf->error_logs[i].level;
    s->sink.level = now == LOG_STDERR ? most : now;
}

void logsink_open(struct logsink *s, const struct conf *conf,
                  const struct scoreboard *board, struct slot *slot,
                  mqd_t doorbell)
{
    *s = (struct logsink){
        .sink = {.take = take},
        .conf = conf,
        .board = board,
        .slot = slot,
        .number = scoreboard_number(board, slot),
        .doorbell = doorbell,
        .pid = getpid(),
        .second = -1,
    };
    logsink_refresh(s, conf);
    log_sink_set(&s->sink);
}

void logsink_close(struct logsink *s)
{
    struct log_sink *before = log_sink_set(NULL);

    if (before != &s->sink)
        log_sink_set(before); /* somebody else's by now */
}
