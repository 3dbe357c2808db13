/* directives_main.c - what the master is told, outside of http */
#include "config.h"

#include <errno.h>

#include "conf/directives.h"
#include "conf/setters.h"

static int set_user(struct reader *r, void *field)
{
    struct conf_text *user = field;
    struct conf_text *group = &r->conf->main.group;

    *user = (struct conf_text){r->place, r->words[1]};
    if (r->count == 3)
        *group = (struct conf_text){r->place, r->words[2]};
    return 0;
}

static int set_workers(struct reader *r, void *field)
{
    uint64_t n;

    if (str_number(r->words[1], &n))
        return set_number(r, field);
    if (!str_equals(r->words[1], STR("auto")))
        return reader_error(r, "\"%s\" directive invalid value", r->row->name);
    *(struct conf_number *)field = (struct conf_number){r->place, 0};
    return 0;
}

static int set_connections(struct reader *r, void *field)
{
    uint64_t n;

    if (!str_number(r->words[1], &n))
        return reader_error(r, "invalid number \"%.*s\"", STR_ARG(r->words[1]));
    return set_number(r, field);
}

static int read_events(struct reader *r, void *field)
{
    struct level *level = reader_level(r, IN_EVENTS);

    (void)field;
    if (!level)
        return -ENOMEM;
    if (r->has_events)
        return reader_error(r, "\"events\" directive is duplicate");
    r->has_events = true;
    level->main = &r->conf->main;
    return reader_block(r, level);
}

/* As many as the scoreboard has slots for, with room for the draining. */
static const struct directive_bounds workers = {1, 128};
static const struct directive_bounds connections = {1, 1 << 20};
static const struct directive_bounds files = {1, 1 << 30};

static const struct directive_word unsupported[] = {
    {"reject", CONF_UNSUPPORTED_REJECT},
    {"stub", CONF_UNSUPPORTED_STUB},
    {NULL, 0},
};

/* clang-format off */
static const struct directive rows[] = {
    {"daemon", DIRECTIVE_DONE, IN_MAIN, ARGS_1, set_flag,
     FIELD(TARGET_MAIN, struct main_settings, daemon),
     .fallback = "on"},
    {"events", DIRECTIVE_DONE, IN_MAIN, ARGS_0 | ENDS_IN_BLOCK, read_events, NO_FIELD},
    {"pid", DIRECTIVE_DONE, IN_MAIN, ARGS_1, set_path,
     FIELD(TARGET_MAIN, struct main_settings, pid),
     .fallback = PRONG_PID_PATH},
    {"user", DIRECTIVE_DONE, IN_MAIN, ARGS_1_2, set_user,
     FIELD(TARGET_MAIN, struct main_settings, user),
     .fallback = PRONG_USER " " PRONG_GROUP},
    {"worker_connections", DIRECTIVE_DONE, IN_EVENTS, ARGS_1, set_connections,
     FIELD(TARGET_MAIN, struct main_settings, worker_connections),
     .fallback = "512", .bounds = &connections},
    {"worker_processes", DIRECTIVE_DONE, IN_MAIN, ARGS_1, set_workers,
     FIELD(TARGET_MAIN, struct main_settings, worker_processes),
     .fallback = "1", .bounds = &workers},
    {"worker_rlimit_core", DIRECTIVE_DONE, IN_MAIN, ARGS_1, set_size,
     FIELD(TARGET_MAIN, struct main_settings, worker_rlimit_core)},
    {"worker_rlimit_nofile", DIRECTIVE_DONE, IN_MAIN, ARGS_1, set_number,
     FIELD(TARGET_MAIN, struct main_settings, worker_rlimit_nofile),
     .bounds = &files},
    {"worker_shutdown_timeout", DIRECTIVE_DONE, IN_MAIN, ARGS_1, set_time,
     FIELD(TARGET_MAIN, struct main_settings, worker_shutdown_timeout)},

    {"control_fifo", DIRECTIVE_OWN, IN_MAIN, ARGS_1, set_fifo,
     FIELD(TARGET_MAIN, struct main_settings, control_fifo)},
    {"control_group", DIRECTIVE_OWN, IN_MAIN, ARGS_1, set_text,
     FIELD(TARGET_MAIN, struct main_settings, control_group)},
    {"stats_fifo", DIRECTIVE_OWN, IN_MAIN, ARGS_1, set_fifo,
     FIELD(TARGET_MAIN, struct main_settings, stats_fifo)},
    {"stats_group", DIRECTIVE_OWN, IN_MAIN, ARGS_1, set_text,
     FIELD(TARGET_MAIN, struct main_settings, stats_group)},
    {"unsupported", DIRECTIVE_OWN, IN_MAIN, ARGS_1, set_choice,
     FIELD(TARGET_MAIN, struct main_settings, unsupported),
     .fallback = "reject", .words = unsupported},
};
/* clang-format on */

const struct directive_table directives_main = {"main", rows, ARRAY_LEN(rows)};
