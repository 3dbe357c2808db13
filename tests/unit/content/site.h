/* site.h - a fixture whose configuration is read from a text */
#ifndef PRONG_TESTS_CONTENT_SITE_H
#define PRONG_TESTS_CONTENT_SITE_H

#include "fixture.h"

struct site {
    struct fixture *f;
    struct conf *conf;
};

/* A server with these lines, over the fixture's directory. */
static inline void site_open(struct site *s, const char *lines)
{
    struct buf text = {0};
    struct conf_request request = {.file = "/c", .prefix = "/p"};

    s->f = fixture_new();
    buf_printf(&text, "events {} http { server { root %s;\n%s\n} }", s->f->root,
               lines);
    assert_false(text.failed);
    request.text = buf_str(&text);
    assert_int_equal(conf_load(&s->conf, &request), 0);
    buf_close(&text);
    s->f->env.conf = s->conf;
    s->f->env.log_line = NULL;
}

static inline void site_close(struct site *s)
{
    fixture_free(s->f);
    conf_free(s->conf);
}

/* Begins a request for a path, raw and clean alike, and args. */
static inline struct exchange *site_enter(struct site *s, const char *path,
                                          const char *args)
{
    struct exchange *x = &s->f->x;

    exchange_reset(x);
    x->server = s->conf->servers[0];
    x->location = &x->server->whole;
    x->method = METHOD_GET;
    x->request.method = METHOD_GET;
    x->request.method_text = STR("GET");
    x->request.path = str_of(path);
    x->path = str_of(path);
    x->args = str_of(args);
    return x;
}

#endif
