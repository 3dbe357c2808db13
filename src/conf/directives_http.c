/* directives_http.c - the blocks, and what tells servers apart */
#include <errno.h>
#include <glob.h>

#include "conf/directives.h"
#include "conf/inherit.h"
#include "conf/listen.h"
#include "conf/locations.h"
#include "conf/setters.h"
#include "conf/source.h"

/* ---- include ---- */

static int read_matches(struct reader *r, const glob_t *found)
{
    int err = 0;

    for (size_t i = 0; i < found->gl_pathc; i++) {
        struct str path = arena_copy(r->arena, str_of(found->gl_pathv[i]));
        int one = path.at ? source_read(r, path) : -ENOMEM;

        if (one == -ENOMEM || r->stopped)
            return one;
        if (one < 0)
            err = one;
    }
    return err;
}

static int read_glob(struct reader *r, struct str pattern)
{
    glob_t found = {0};
    int err;

    switch (glob(pattern.at, 0, NULL, &found)) {
    case 0:
        err = read_matches(r, &found);
        break;
    case GLOB_NOMATCH:
        err = 0;
        break;
    case GLOB_NOSPACE:
        err = -ENOMEM;
        break;
    default:
        err = reader_error(r, "glob() \"%.*s\" failed", STR_ARG(pattern));
    }
    globfree(&found);
    return err;
}

static int include(struct reader *r, void *field)
{
    struct str path = reader_path(r, r->conf_dir, r->words[1]);

    (void)field;
    if (!path.at)
        return -ENOMEM;
    return strpbrk(path.at, "*?[") ? read_glob(r, path) : source_read(r, path);
}

/* ---- http, server ---- */

static const struct directive *row_of(struct reader *r, const char *name)
{
    return directive_find(&r->directives, str_of(name));
}

static int read_http(struct reader *r, void *field)
{
    struct level *level = reader_level(r, IN_HTTP);
    const struct directive *format = row_of(r, "log_format");
    int err;

    (void)field;
    if (!level)
        return -ENOMEM;
    if (r->has_http)
        return reader_error(r, "\"http\" directive is duplicate");
    r->has_http = true;
    level->settings = &r->http;
    level->server_settings = &r->http_servers;
    err = reader_default(r, format, level, str_of(format->fallback));
    return err < 0 ? err : reader_block(r, level);
}

static int keep_server(struct reader *r, struct server *server)
{
    struct conf *conf = r->conf;
    struct server **all = reader_grow(r, conf->servers, conf->server_count,
                                      sizeof(struct server *));

    if (!all)
        return -ENOMEM;
    conf->servers = all;
    server->number = conf->server_count;
    all[conf->server_count++] = server;
    return 0;
}

static int read_server(struct reader *r, void *field)
{
    struct server *server = arena_alloc(r->arena, sizeof(*server));
    struct level *level = reader_level(r, IN_SERVER);
    int err;

    (void)field;
    if (!server || !level || keep_server(r, server) < 0)
        return -ENOMEM;
    server->place = r->place;
    server->whole.place = r->place;
    server->whole.kind = LOCATION_SERVER;
    level->server = server;
    level->settings = &server->whole.settings;
    level->server_settings = &server->settings;
    level->program = &server->whole.rewrite;
    err = reader_block(r, level);
    return err < 0 ? err : locations_settle(r, level, &server->whole.inside);
}

/* clang-format off */
static const struct directive rows[] = {
    {"http", DIRECTIVE_DONE, IN_MAIN, ARGS_0 | ENDS_IN_BLOCK, read_http, NO_FIELD},
    {"include", DIRECTIVE_DONE, IN_ANY, ARGS_1, include, .repeats = true},
    {"listen", DIRECTIVE_DONE, IN_SERVER, ARGS_1_MORE, listen_set,
     .repeats = true, .fallback = "80"},
    {"server", DIRECTIVE_DONE, IN_HTTP, ARGS_0 | ENDS_IN_BLOCK, read_server,
     .repeats = true},
};
/* clang-format on */

const struct directive_table directives_http = {"http", rows, ARRAY_LEN(rows)};
