/* linting.h - loads a configuration from a text and lists what lint finds */
#ifndef PRONG_TEST_LINTING_H
#define PRONG_TEST_LINTING_H

#include "loading.h"

#include "conf/lint.h"

struct linting {
    struct lint lint;
    struct buf found; /* "P03:4 " for each */
    const char *code; /* NULL: all of them */
};

static inline void list_finding(struct lint *lint, const struct lint_finding *f)
{
    struct linting *l = (struct linting *)(void *)lint;

    if (!l->code || strcmp(l->code, f->row->code) == 0)
        buf_printf(&l->found, "%s:%u ", f->row->code, f->place.line);
}

/* What is found in the text, of one code or of all. */
static inline void assert_findings(const char *text, const char *code,
                                   const char *wanted)
{
    struct linting l = {.lint = {.found = list_finding}, .code = code};
    struct conf *conf;
    struct catcher c;

    catch_open(&c);
    if (load_text(&conf, text) < 0)
        fail_msg("%s\n%s", text, catch_said(&c));
    catch_close(&c);
    l.lint.conf = conf;
    lint_check(&l.lint);
    buf_put_char(&l.found, '\0');
    if (strcmp(l.found.data, wanted) != 0)
        fail_msg("%s\nfound %s, not %s", text, l.found.data, wanted);
    buf_close(&l.found);
    conf_free(conf);
}

#endif
