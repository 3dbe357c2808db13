/* directives_log.c - where it is written down what happened */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "conf/directives.h"
#include "conf/hosts.h"
#include "conf/setters.h"
#include "conf/syslog.h"
#include "conf/value.h"

/* ---- destinations ---- */

static enum conf_log_kind kind_of(const struct reader *r, struct str path)
{
    if (str_equals(path, STR("/dev/stderr")) || str_equals(path, STR("stderr")))
        return CONF_LOG_STDERR;
    if (str_equals(path, STR("/dev/stdout")))
        return CONF_LOG_STDOUT;
    if (syslog_is(path))
        return CONF_LOG_SYSLOG;
    /* nginx: an error_log's "$" is a character as any other. */
    if (str_find(path, '$') && r->row &&
        strcmp(r->row->name, "access_log") == 0)
        return CONF_LOG_BY_PATH;
    return CONF_LOG_FILE;
}

static struct str path_of(struct reader *r, struct str name,
                          enum conf_log_kind kind)
{
    switch (kind) {
    case CONF_LOG_STDERR:
        return STR("/dev/stderr");
    case CONF_LOG_STDOUT:
        return STR("/dev/stdout");
    case CONF_LOG_BY_PATH:
        return STR("variable:"); /* one destination for all of them */
    case CONF_LOG_SYSLOG:
        return arena_copy(r->arena, name);
    case CONF_LOG_FILE:
        break;
    }
    return reader_path(r, r->conf->prefix, name);
}

/* Whom a syslog server's name stands for is found out with all others. */
static int add_host(struct reader *r, struct conf_log *log)
{
    struct buf why = {0};
    struct syslog s;

    if (log->kind != CONF_LOG_SYSLOG || syslog_parse(&s, log->path, &why) < 0 ||
        s.unix_path.len > 0)
        return 0;
    log->host = hosts_add(r, "syslog server", s.server, s.host, s.port);
    return log->host ? 0 : -ENOMEM;
}

/* The one destination of that path, known from now on. */
static struct conf_log *add_log(struct reader *r, struct str path,
                                enum conf_log_kind kind)
{
    struct conf_log *log = dict_get(&r->logs, path);

    if (log)
        return log;
    log = arena_alloc(r->arena, sizeof(*log));
    if (!log || dict_put(&r->logs, r->arena, path, log) < 0)
        return NULL;
    *log = (struct conf_log){
        .place = r->place, .kind = kind, .path = path, .number = UINT16_MAX};
    return add_host(r, log) < 0 ? NULL : log;
}

/* The destination of that name; NULL when memory ran out. What is written in
 * the file is opened, be it used or not; a default only where it is used. */
static struct conf_log *find_log(struct reader *r, struct str name)
{
    enum conf_log_kind kind = kind_of(r, name);
    struct str path = path_of(r, name, kind);
    struct conf_log *log = path.at ? add_log(r, path, kind) : NULL;

    if (!log || !place_is_set(r->place))
        return log;
    if (!place_is_set(log->place))
        log->place = r->place;
    return reader_keep_log(r, log) < 0 ? NULL : log;
}

/* ---- error_log ---- */

/* What may stand in place of a path, and is none of it. */
static int check_name(struct reader *r)
{
    struct str name = r->words[1];
    char memory[200];
    struct buf why = buf_over(memory, sizeof(memory));
    struct syslog s;

    if (str_starts_with(name, STR("memory:")))
        return reader_error(
            r, "\"%.*s\" is not supported by this version of prong",
            STR_ARG(name));
    if (syslog_is(name) && syslog_parse(&s, name, &why) < 0)
        return reader_error(r, "%.*s", STR_ARG(buf_str(&why)));
    return 0;
}

/* nginx knows "debug_http" and its like; what they narrow is not told apart
 * here. */
static int find_level(struct reader *r, enum log_level *level)
{
    *level = LOG_ERROR;
    for (unsigned i = 2; i < r->count; i++) {
        if (str_starts_with(r->words[i], STR("debug_"))) {
            *level = LOG_DEBUG;
            continue;
        }
        if (!log_level_parse(r->words[i], level) || *level == LOG_STDERR)
            return reader_error(r, "invalid log level \"%.*s\"",
                                STR_ARG(r->words[i]));
    }
    return 0;
}

static int set_error_log(struct reader *r, void *field)
{
    struct settings *s = r->level->settings;
    struct conf_error_log *logs;
    struct conf_log *log;
    enum log_level level;

    (void)field;
    if (check_name(r) < 0 || find_level(r, &level) < 0)
        return -EINVAL;
    log = find_log(r, r->words[1]);
    logs = reader_grow(r, s->error_logs, s->error_log_count, sizeof(*logs));
    if (!log || !logs)
        return -ENOMEM;
    s->error_logs = logs;
    logs[s->error_log_count++] = (struct conf_error_log){r->place, log, level};
    s->error_log_place = r->place;
    return 0;
}

/* ---- log_format ---- */

static int find_escape(struct reader *r, enum conf_escape *escape)
{
    static const struct directive_word words[] = {
        {"escape=default", CONF_ESCAPE_DEFAULT},
        {"escape=json", CONF_ESCAPE_JSON},
        {"escape=none", CONF_ESCAPE_NONE},
        {NULL, 0},
    };

    for (const struct directive_word *w = words; w->name; w++) {
        if (str_equals(r->words[2], str_of(w->name))) {
            *escape = (enum conf_escape)w->value;
            return 0;
        }
    }
    return reader_error(r, "unknown log format escaping \"%.*s\"",
                        STR_ARG(str_from(r->words[2], 7)));
}

/* The words of a format follow each other without a space. */
static int join_words(struct reader *r, unsigned from, struct template *into)
{
    struct buf text = {0};
    int err;

    for (unsigned i = from; i < r->count; i++)
        buf_put(&text, r->words[i]);
    err = text.failed ? -ENOMEM : reader_template(r, buf_str(&text), into);
    buf_close(&text);
    return err;
}

static int set_format(struct reader *r, void *field)
{
    struct conf_log_format *format;
    bool escapes = str_starts_with(r->words[2], STR("escape="));
    int err = 0;

    (void)field;
    if (dict_get(&r->formats, r->words[1]))
        return reader_error(r, "duplicate \"log_format\" name \"%.*s\"",
                            STR_ARG(r->words[1]));
    format = arena_alloc(r->arena, sizeof(*format));
    if (!format)
        return -ENOMEM;
    *format = (struct conf_log_format){r->place, r->words[1], 0, {{0}, 0, 0}};
    if (escapes)
        err = find_escape(r, &format->escape);
    if (err == 0)
        err = join_words(r, escapes ? 3 : 2, &format->value);
    return err < 0 ? err
                   : dict_put(&r->formats, r->arena, format->name, format);
}

/* ---- access_log ---- */

static int set_buffer(struct reader *r, struct conf_access_log *log,
                      struct str value)
{
    if (value_size(value, &log->buffer) && log->buffer > 0)
        return 0;
    return reader_error(r, "invalid buffer size \"%.*s\"", STR_ARG(value));
}

static int set_flush(struct reader *r, struct conf_access_log *log,
                     struct str value)
{
    if (value_time(value, &log->flush_ms) && log->flush_ms > 0)
        return 0;
    return reader_error(r, "invalid flush time \"%.*s\"", STR_ARG(value));
}

static int set_condition(struct reader *r, struct conf_access_log *log,
                         struct str value)
{
    return reader_template(r, value, &log->condition);
}

/* What prong does not do: the log stays plain text. */
static int skip_gzip(struct reader *r, struct conf_access_log *log,
                     struct str value)
{
    (void)value;
    if (log->buffer == 0)
        log->buffer = 64 * 1024;
    reader_warn(r, "\"gzip\" of \"access_log\" is ignored: logs are written as "
                   "plain text,");
    return 0;
}

static int set_option(struct reader *r, struct conf_access_log *log,
                      struct str word)
{
    static const struct {
        struct str name;
        int (*set)(struct reader *, struct conf_access_log *, struct str);
    } options[] = {
        {STR("buffer="), set_buffer},
        {STR("flush="), set_flush},
        {STR("if="), set_condition},
        {STR("gzip="), skip_gzip},
    };

    if (str_equals(word, STR("gzip")))
        return skip_gzip(r, log, word);
    for (size_t i = 0; i < ARRAY_LEN(options); i++) {
        if (str_starts_with(word, options[i].name))
            return options[i].set(r, log, str_from(word, options[i].name.len));
    }
    return reader_error(r, "invalid parameter \"%.*s\"", STR_ARG(word));
}

/* Everything behind the path. */
static int set_options(struct reader *r, struct conf_access_log *log)
{
    struct str name = r->count > 2 ? r->words[2] : STR("combined");
    int err = 0;

    log->format = dict_get(&r->formats, name);
    if (!log->format)
        return reader_error(r, "unknown log format \"%.*s\"", STR_ARG(name));
    for (unsigned i = 3; err == 0 && i < r->count; i++)
        err = set_option(r, log, r->words[i]);
    if (err == 0 && log->flush_ms && !log->buffer)
        return reader_error(r, "no buffer is defined for access_log \"%.*s\"",
                            STR_ARG(r->words[1]));
    return err;
}

static int switch_off(struct reader *r, struct settings *s)
{
    if (r->count > 2)
        return reader_error(r, "invalid parameter \"%.*s\"",
                            STR_ARG(r->words[2]));
    s->access_log_count = 0;
    s->access_log_place = r->place;
    return 0;
}

static int add_access_log(struct reader *r, struct settings *s,
                          const struct conf_access_log *log)
{
    struct conf_access_log *logs =
        reader_grow(r, s->access_logs, s->access_log_count, sizeof(*logs));

    if (!logs)
        return -ENOMEM;
    s->access_logs = logs;
    logs[s->access_log_count++] = *log;
    s->access_log_place = r->place;
    return 0;
}

static int set_access_log(struct reader *r, void *field)
{
    struct conf_access_log log = {.place = r->place};
    struct settings *s = r->level->settings;
    int err;

    (void)field;
    if (str_equals(r->words[1], STR("off")))
        return switch_off(r, s);
    if (check_name(r) < 0)
        return -EINVAL;
    err = set_options(r, &log);
    if (err == 0 && kind_of(r, r->words[1]) == CONF_LOG_BY_PATH)
        err = reader_template(r, r->words[1], &log.path);
    if (err < 0)
        return err;
    log.log = find_log(r, r->words[1]);
    return log.log ? add_access_log(r, s, &log) : -ENOMEM;
}

/* clang-format off */
static const struct directive rows[] = {
    {"access_log", DIRECTIVE_DONE, IN_HSLI | IN_LIMIT_EXCEPT, ARGS_1_MORE,
     set_access_log,
     FIELDS(TARGET_SETTINGS, struct settings, access_logs, access_log_place,
            access_log_place),
     .repeats = true, .fallback = PRONG_ACCESS_LOG_PATH " combined"},
    {"error_log", DIRECTIVE_DONE, IN_MAIN | IN_HSL, ARGS_1_MORE, set_error_log,
     FIELDS(TARGET_SETTINGS, struct settings, error_logs, error_log_place,
            error_log_place),
     .repeats = true, .fallback = PRONG_ERROR_LOG_PATH " error"},
    {"log_format", DIRECTIVE_DONE, IN_HTTP, ARGS_2_MORE, set_format,
     .repeats = true,
     .fallback = "combined '$remote_addr - $remote_user [$time_local] "
                 "\"$request\" $status $body_bytes_sent "
                 "\"$http_referer\" \"$http_user_agent\"'"},
    {"log_not_found", DIRECTIVE_DONE, IN_HSL, ARGS_1, set_flag,
     FIELD(TARGET_SETTINGS, struct settings, log_not_found),
     .fallback = "on"},
};
/* clang-format on */

const struct directive_table directives_log = {"log", rows, ARRAY_LEN(rows)};
