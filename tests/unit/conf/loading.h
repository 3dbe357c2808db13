/* loading.h - loads a configuration from a text and catches what is logged */
#ifndef PRONG_TEST_LOADING_H
#define PRONG_TEST_LOADING_H

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/log.h"
#include "conf/conf.h"

/* Lines like "[emerg] text\n". */
struct catcher {
    struct log_sink sink;
    struct buf said;
};

static inline void catch_message(struct log_sink *sink, enum log_level level,
                                 struct str text)
{
    struct catcher *c = (struct catcher *)(void *)sink;

    buf_printf(&c->said, "[%s] %.*s\n", log_level_name(level), STR_ARG(text));
}

static inline void catch_open(struct catcher *c)
{
    *c = (struct catcher){.sink = {catch_message, LOG_DEBUG}};
    log_sink_set(&c->sink);
}

/* What was said, ended by NUL. */
static inline const char *catch_said(struct catcher *c)
{
    buf_put_char(&c->said, '\0');
    c->said.len--;
    return c->said.data;
}

static inline void catch_close(struct catcher *c)
{
    log_sink_set(NULL);
    buf_close(&c->said);
}

/* Loads the text as if it were /c with the prefix /p. */
static inline int load_request(struct conf **conf, const char *text,
                               const char *directives)
{
    struct conf_request request = {
        .file = "/c",
        .prefix = "/p",
        .directives = directives,
        .text = str_of(text),
    };

    *conf = NULL;
    return conf_load(conf, &request);
}

static inline int load_text(struct conf **conf, const char *text)
{
    return load_request(conf, text, NULL);
}

#endif
