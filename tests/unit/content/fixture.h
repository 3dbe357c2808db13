/* fixture.h - a site in a directory of its own, and one exchange with it */
#ifndef PRONG_TESTS_CONTENT_FIXTURE_H
#define PRONG_TESTS_CONTENT_FIXTURE_H

#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/buf.h"
#include "conf/conf.h"
#include "content/exchange.h"
#include "http/parser.h"

struct fixture {
    struct env env;
    struct conf conf;
    struct server server;
    struct server *servers[1];
    struct conf_server_name name;
    struct endpoint endpoint;
    struct peer peer;
    struct conf_log log_file;
    struct conf_error_log error_log;
    struct template_part root_part;
    struct mime types;
    struct arena arena;
    struct template index;
    struct head_field fields[2];
    struct exchange x;
    char root[64];
    struct buf logged;
};

static inline void fixture_log(struct env *env, const struct conf_log *log,
                               enum log_level level, struct str line)
{
    struct fixture *f = CONTAINER_OF(env, struct fixture, env);

    (void)level;
    assert_ptr_equal(log, &f->log_file);
    buf_put(&f->logged, line);
}

/* A template without a variable. */
static inline struct template fixture_text(struct fixture *f, const char *text)
{
    struct template_part *part = arena_alloc(&f->arena, sizeof(*part));

    assert_non_null(part);
    part->text = arena_copy(&f->arena, str_of(text));
    return (struct template){part->text, part, 1};
}

/* A "return" in the location, for a test to fill. */
static inline struct rewrite_return *fixture_return(struct fixture *f,
                                                    struct location *l)
{
    struct rewrite_return *answer = arena_alloc(&f->arena, sizeof(*answer));
    struct rewrite_step *step = arena_alloc(&f->arena, sizeof(*step));

    assert_non_null(answer);
    assert_non_null(step);
    *step = (struct rewrite_step){.kind = REWRITE_RETURN, .answer = answer};
    l->rewrite = (struct rewrite_program){step, 1};
    return answer;
}

static inline void fixture_settings(struct fixture *f, struct settings *s)
{
    s->root.value = fixture_text(f, f->root);
    s->index = (struct conf_index){.names = &f->index, .count = 1};
    s->types = &f->types;
    s->default_type.text = STR("application/octet-stream");
    s->hidden_files.value = CONF_HIDDEN_NOT_FOUND;
    s->error_logs = &f->error_log;
    s->error_log_count = 1;
    s->log_not_found.on = true;
    s->keepalive_timeout.value = 75000;
    s->keepalive_requests.value = 1000;
    s->keepalive_time.value = 3600000;
    s->client_max_body_size.value = 1 << 20;
    s->server_tokens.value = CONF_TOKENS_ON;
    s->etag.on = true;
    s->max_ranges.value = UINT64_MAX;
    s->absolute_redirect.on = true;
    s->port_in_redirect.on = true;
}

static inline void fixture_conf(struct fixture *f)
{
    f->name.name = STR("site.test");
    f->server.names = &f->name;
    f->server.name_count = 1;
    f->server.settings.merge_slashes.on = true;
    f->server.settings.max_headers.value = 1000;
    f->server.settings.ignore_invalid_headers.on = true;
    f->servers[0] = &f->server;
    f->endpoint.default_server = &f->server;
    f->endpoint.servers = f->servers;
    f->endpoint.server_count = 1;
    f->error_log =
        (struct conf_error_log){.log = &f->log_file, .level = LOG_INFO};
    f->conf.error_logs = &f->error_log;
    f->conf.error_log_count = 1;
    f->conf.resolved.hostname = STR("machine");
    mime_add(&f->types, &f->arena, STR("html"), STR("text/html"), NULL);
    mime_add(&f->types, &f->arena, STR("txt"), STR("text/plain"), NULL);
    f->index = fixture_text(f, "index.html");
    fixture_settings(f, &f->server.whole.settings);
}

static inline struct fixture *fixture_new(void)
{
    struct fixture *f = calloc(1, sizeof(*f));

    assert_non_null(f);
    snprintf(f->root, sizeof(f->root), "/tmp/prong-content-XXXXXX");
    assert_non_null(mkdtemp(f->root));
    fixture_conf(f);
    address_parse(&f->peer.client, STR("192.0.2.7"), 40000);
    address_parse(&f->peer.local, STR("192.0.2.1"), 8080);
    f->peer.endpoint = &f->endpoint;
    f->peer.number = 5;
    f->peer.requests = 1;
    f->env.conf = &f->conf;
    f->env.log_level = -1;
    f->env.log_line = fixture_log;
    f->env.wall.tv_sec = 1700000000; /* Tue, 14 Nov 2023 22:13:20 GMT */
    f->env.has_openat2 = true;
    f->x.env = &f->env;
    f->x.peer = &f->peer;
    exchange_reset(&f->x);
    return f;
}

static inline int fixture_remove(const char *path, const struct stat *s,
                                 int type, struct FTW *where)
{
    (void)s;
    (void)type;
    (void)where;
    return remove(path);
}

static inline void fixture_free(struct fixture *f)
{
    exchange_close(&f->x);
    arena_close(&f->arena);
    buf_close(&f->logged);
    nftw(f->root, fixture_remove, 8, FTW_DEPTH | FTW_PHYS);
    free(f);
}

/* Where `name` lives in the site; good until the next call. */
static inline const char *fixture_path(struct fixture *f, const char *name)
{
    static char path[512];

    snprintf(path, sizeof(path), "%s%s", f->root, name);
    return path;
}

/* A file of these bytes, last changed at `modified`. */
static inline void fixture_write(struct fixture *f, const char *name,
                                 const void *bytes, size_t len, time_t modified)
{
    struct timespec times[2] = {{.tv_sec = modified}, {.tv_sec = modified}};
    const char *path = fixture_path(f, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, len), len);
    assert_int_equal(futimens(fd, times), 0);
    close(fd);
}

static inline void fixture_mkdir(struct fixture *f, const char *name)
{
    assert_int_equal(mkdir(fixture_path(f, name), 0755), 0);
}

/* Makes the text, a whole head, the exchange's request; the status with which
 * the parser refuses it. The text must live as long as the exchange uses it. */
static inline enum http_status fixture_request(struct fixture *f,
                                               const char *head)
{
    static const struct parser_limits limits = {8192, 32768};
    struct parser p;
    size_t taken;

    exchange_reset(&f->x);
    buf_reset(&f->logged);
    parser_open(&p, &f->x.request, &f->x.arena, &limits);
    if (parser_feed(&p, str_of(head), &taken) == PARSER_REFUSED)
        return p.status;
    assert_int_equal(p.phase, PARSER_IN_BODY);
    return HTTP_NONE;
}

/* Everything that the body yields, read from files where they say so. */
static inline void fixture_body(struct fixture *f, struct buf *into)
{
    struct piece piece;

    buf_reset(into);
    for (;;) {
        assert_int_equal(body_next(&f->x, &piece), 0);
        if (piece.kind == PIECE_END)
            break;
        if (piece.kind == PIECE_MEMORY) {
            buf_put(into, piece.memory);
            continue;
        }
        assert_true(buf_reserve(into, piece.length));
        assert_int_equal(pread(piece.fd, into->data + into->len, piece.length,
                               (off_t)piece.offset),
                         piece.length);
        into->len += piece.length;
    }
}

static inline bool fixture_has(struct str text, const char *part)
{
    return text.len > 0 &&
           memmem(text.at, text.len, part, strlen(part)) != NULL;
}

#endif
