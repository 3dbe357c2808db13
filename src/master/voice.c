/* voice.c - what does the master say, and to whom? */
#include "master/voice.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "conf/conf.h"

enum { LINE_MAX_BYTES = 2200 };

static void print(enum log_level level, struct str text)
{
    fprintf(stderr, "prong: [%s] %.*s\n", log_level_name(level), STR_ARG(text));
}

/* What goes to standard error as a log needs no echo. */
static bool is_printed_anyway(const struct voice *v)
{
    if (!v->is_open)
        return false;
    for (unsigned i = 0; i < v->logs.conf->error_log_count; i++)
        if (v->logs.conf->error_logs[i].log->kind == CONF_LOG_STDERR)
            return true;
    return false;
}

static void take(struct log_sink *sink, enum log_level level, struct str text)
{
    struct voice *v = CONTAINER_OF(sink, struct voice, sink);

    if (v->listens && level <= LOG_EMERG && v->reason[0] == '\0')
        snprintf(v->reason, sizeof(v->reason), "%.*s", STR_ARG(text));
    if ((v->echoes || !v->is_open) && level <= LOG_WARN &&
        !is_printed_anyway(v))
        print(level, text);
    if (v->is_open && level <= v->logs.sink.level)
        v->logs.sink.take(&v->logs.sink, level, text);
}

/* Reasons are kept whatever the level of the logs. */
static void set_level(struct voice *v)
{
    v->sink.level = LOG_WARN;
    if (v->is_open && v->logs.sink.level > LOG_WARN)
        v->sink.level = v->logs.sink.level;
}

void voice_begin(struct voice *v)
{
    *v = (struct voice){.sink = {.take = take}, .echoes = true};
    set_level(v);
    log_sink_set(&v->sink);
}

void voice_open(struct voice *v, const struct conf *conf,
                const struct scoreboard *board, struct slot *slot,
                mqd_t doorbell)
{
    logsink_open(&v->logs, conf, board, slot, doorbell);
    v->is_open = true;
    set_level(v);
    log_sink_set(&v->sink);
}

void voice_refresh(struct voice *v, const struct conf *conf)
{
    if (v->is_open)
        logsink_refresh(&v->logs, conf);
    set_level(v);
}

void voice_close(struct voice *v)
{
    v->is_open = false;
    set_level(v);
}

void voice_listen(struct voice *v)
{
    v->listens = true;
    v->reason[0] = '\0';
}

static void write_everywhere(struct voice *v, enum log_level level,
                             struct str text)
{
    char memory[LINE_MAX_BYTES];
    struct buf line = buf_over(memory, sizeof(memory) - 1);
    const struct conf *conf = v->logs.conf;
    time_t now = time(NULL);
    struct tm local;

    localtime_r(&now, &local);
    log_line_head(&line, &local, (long)getpid(), level);
    buf_put(&line, text);
    line.room = sizeof(memory); /* what was cut leaves room for this */
    buf_put_char(&line, '\n');
    for (unsigned i = 0; i < conf->error_log_count; i++)
        logsink_put(v->logs.slot, v->logs.number, v->logs.doorbell, level,
                    conf->error_logs[i].log->number, buf_str(&line));
}

void voice_insist(struct voice *v, enum log_level level, const char *format,
                  ...)
{
    char memory[LINE_MAX_BYTES - 200];
    struct buf text = buf_over(memory, sizeof(memory));
    va_list args;

    va_start(args, format);
    buf_vprintf(&text, format, args);
    va_end(args);
    if (v->is_open)
        write_everywhere(v, level, buf_str(&text));
    else
        print(level, buf_str(&text));
}
