#include "config.h"

#include "conf/conf.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "conf/inherit.h"
#include "conf/reader.h"
#include "conf/source.h"
#include "conf/unsupported.h"

/* ---- where everything begins ---- */

/* The directory that the command was given in, with a slash; "/" when it is
 * not to be had. */
static struct str current_directory(struct arena *arena)
{
    char *path = getcwd(NULL, 0);
    struct str copy = arena_printf(arena, "%s/", path ? path : "");

    free(path);
    return copy;
}

static struct str absolute(struct arena *arena, const char *path)
{
    struct str here;

    if (path[0] == '/')
        return arena_printf(arena, "%s", path);
    here = current_directory(arena);
    if (!here.at)
        return here;
    return arena_printf(arena, "%.*s%s", STR_ARG(here), path);
}

static int set_prefix(struct conf *conf, const struct conf_request *request)
{
    const char *wanted = request->prefix ? request->prefix : PRONG_PREFIX;
    struct str prefix = absolute(&conf->arena, wanted);

    if (prefix.at && !str_ends_with(prefix, STR("/")))
        prefix = arena_printf(&conf->arena, "%.*s/", STR_ARG(prefix));
    conf->prefix = prefix;
    return prefix.at ? 0 : -ENOMEM;
}

static int set_file(struct reader *r)
{
    const char *file = r->request->file ? r->request->file : PRONG_CONF_PATH;
    const char *slash;

    r->conf->file = reader_path(r, r->conf->prefix, str_of(file));
    if (!r->conf->file.at)
        return -ENOMEM;
    slash = str_find_last(r->conf->file, '/');
    r->conf_dir = str_between(r->conf->file.at, slash + 1);
    return 0;
}

/* "-c my.conf" begins at the prefix, as nginx has it, and that surprises. */
static int read_main_file(struct reader *r)
{
    const char *file = r->request->file;

    if (r->request->text.at)
        return reader_text(r, r->request->text, r->conf->file.at);
    if (file && file[0] != '/' && access(r->conf->file.at, F_OK) < 0 &&
        access(file, F_OK) == 0) {
        log_at(LOG_EMERG,
               "open() \"%s\" failed (2: No such file or directory): relative "
               "paths begin at the prefix \"%s\", try -c \"$PWD/%s\"",
               r->conf->file.at, r->conf->prefix.at, file);
        r->errors++;
        return -EINVAL;
    }
    return source_read(r, r->conf->file);
}

/* ---- settling ---- */

/* What -e says stands in place of the default. */
static int set_first_error_log(struct reader *r)
{
    struct str words[] = {STR("error_log"), str_of(r->request->error_log)};

    if (!r->request->error_log || place_is_set(r->top.error_log_place))
        return 0;
    r->row = directive_find(&r->directives, words[0]);
    r->level = &r->main;
    r->place = (struct place){place_command_line, 1};
    r->words = words;
    r->count = ARRAY_LEN(words);
    return r->row->set(r, NULL);
}

/* Beside the pid file, with another end of the name. */
static int settle_fifo(struct reader *r, struct conf_path *fifo,
                       const char *suffix)
{
    struct str beside = r->conf->main.pid.text;

    if (place_is_set(fifo->place))
        return 0;
    if (str_ends_with(beside, STR(".pid")))
        beside.len -= 4;
    fifo->path = arena_printf(r->arena, "%.*s%s", STR_ARG(beside), suffix);
    return fifo->path.at ? 0 : -ENOMEM;
}

static int settle_main(struct reader *r)
{
    struct level events = {.context = IN_EVENTS, .main = &r->conf->main};
    int err = set_first_error_log(r);

    if (err == 0)
        err = inherit_defaults(r, &r->main, TARGET_MAIN);
    if (err == 0)
        err = inherit_defaults(r, &events, TARGET_MAIN);
    if (err == 0)
        err = inherit_defaults(r, &r->main, TARGET_SETTINGS);
    if (err == 0)
        err = settle_fifo(r, &r->conf->main.control_fifo, ".ctl");
    if (err == 0)
        err = settle_fifo(r, &r->conf->main.stats_fifo, ".stats");
    r->conf->error_logs = r->top.error_logs;
    r->conf->error_log_count = r->top.error_log_count;
    return err;
}

static int settle_http(struct reader *r)
{
    struct level http = {
        .context = IN_HTTP,
        .settings = &r->http,
        .server_settings = &r->http_servers,
    };
    int err;

    r->conf->http = &r->http;
    inherit_from(TARGET_SETTINGS, &r->http, &r->top);
    err = inherit_defaults(r, &http, TARGET_SETTINGS);
    return err < 0 ? err : inherit_defaults(r, &http, TARGET_SERVER);
}

/* A destination that nobody wrote down is opened only where it is used. */
static int use_logs(struct reader *r, const struct settings *s)
{
    int err = 0;

    for (unsigned i = 0; err == 0 && i < s->access_log_count; i++)
        err = reader_keep_log(r, s->access_logs[i].log);
    for (unsigned i = 0; err == 0 && i < s->error_log_count; i++)
        err = reader_keep_log(r, s->error_logs[i].log);
    return err;
}

static int settle_location(struct reader *r, struct location *l,
                           const struct settings *around)
{
    int err;

    inherit_from(TARGET_SETTINGS, &l->settings, around);
    if (l->settings.limit_conn_count > r->conf->limit_conn_most)
        r->conf->limit_conn_most = l->settings.limit_conn_count;
    if (l->except)
        inherit_from(TARGET_SETTINGS, &l->except->settings, &l->settings);
    err = use_logs(r, &l->settings);
    for (size_t i = 0; err == 0 && i < l->inside.count; i++) {
        struct location *in = l->inside.all[i];

        /* An "if" is no way around what its location says of methods. */
        if (in->kind == LOCATION_IF)
            in->except = l->except;
        err = settle_location(r, in, &l->settings);
    }
    return err;
}

static int settle_names(struct reader *r, struct server *server)
{
    if (server->name_count)
        return 0;
    server->names = arena_alloc(r->arena, sizeof(*server->names));
    if (!server->names)
        return -ENOMEM;
    server->names[0] =
        (struct conf_server_name){.place = server->place, .name = STR("")};
    server->name_count = 1;
    return 0;
}

static int settle(struct reader *r)
{
    struct conf *conf = r->conf;
    int err = settle_main(r);

    if (err == 0)
        err = zones_settle(r);
    if (err == 0)
        err = use_logs(r, &r->top);
    if (err == 0 && r->has_http)
        err = settle_http(r);
    for (unsigned i = 0; err == 0 && i < conf->server_count; i++) {
        struct server *server = conf->servers[i];

        inherit_from(TARGET_SERVER, &server->settings, &r->http_servers);
        err = settle_names(r, server);
        if (err == 0)
            err = settle_location(r, &server->whole, &r->http);
    }
    return err;
}

/* A variable may be used before it is defined, but not without. */
static int check_variables(struct reader *r)
{
    const struct uservar_table *t = &r->conf->uservars;
    int err = 0;

    for (unsigned i = 0; i < t->count; i++) {
        const struct uservar *v = t->rows[i];

        if (v->kind == USERVAR_UNKNOWN)
            err = reader_error_at(r, v->used, "unknown \"%.*s\" variable",
                                  STR_ARG(v->name));
    }
    return err;
}

/* ---- loading ---- */

/* Everything is read before anything is judged: all reasons in one run. */
static int load(struct reader *r)
{
    int err = 0;

    r->file = place_command_line;
    if (r->request->directives)
        err =
            reader_text(r, str_of(r->request->directives), place_command_line);
    r->file = NULL;
    if (err != -ENOMEM && !r->stopped)
        err = read_main_file(r);
    if (err == -ENOMEM)
        return err;
    if (unsupported_report(r) < 0)
        return -ENOMEM;
    if (referers_settle(r) == -ENOMEM)
        return -ENOMEM;
    check_variables(r);
    r->place = (struct place){0};
    if (!r->errors && !r->has_events)
        return reader_error(r, "no \"events\" section in configuration");
    return r->errors ? -EINVAL : settle(r);
}

static int load_into(struct conf *conf, const struct conf_request *request)
{
    struct reader *r = arena_alloc(&conf->arena, sizeof(*r));
    int err;

    if (!r)
        return -ENOMEM;
    r->conf = conf;
    r->request = request;
    r->arena = &conf->arena;
    r->main = (struct level){
        .context = IN_MAIN,
        .main = &conf->main,
        .settings = &r->top,
    };
    r->level = &r->main;
    err = set_prefix(conf, request);
    if (err == 0)
        err = set_file(r);
    if (err == 0)
        err = directive_index_open(&r->directives, r->arena);
    return err < 0 ? err : load(r);
}

int conf_load(struct conf **conf, const struct conf_request *request)
{
    struct conf *loading = calloc(1, sizeof(*loading));
    int err;

    err = loading ? load_into(loading, request) : -ENOMEM;
    if (err == -ENOMEM)
        log_at(LOG_EMERG, "no memory is left to read the configuration");
    if (err < 0)
        conf_free(loading);
    else
        *conf = loading;
    return err;
}

void conf_free(struct conf *conf)
{
    if (!conf)
        return;
    pattern_close(&conf->patterns);
    arena_close(&conf->arena);
    free(conf);
}

void conf_print_sources(const struct conf *conf, struct buf *into)
{
    for (unsigned i = 0; i < conf->source_count; i++) {
        buf_printf(into, "# configuration file %.*s:\n",
                   STR_ARG(conf->sources[i].path));
        buf_put(into, conf->sources[i].text);
        buf_put_char(into, '\n');
    }
}
