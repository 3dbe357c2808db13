/* lint.c - the walk over a configuration, and what comments silence */
#include "conf/lint.h"

#include <stdarg.h>
#include <string.h>

/* ---- comments ---- */

bool lint_next_word(struct str *rest, struct str *word)
{
    do {
        size_t len = 0;

        while (len < rest->len && !strchr(" ,\t", rest->at[len]))
            len++;
        *word = (struct str){rest->at, len};
        *rest = str_from(*rest, len < rest->len ? len + 1 : len);
    } while (word->len == 0 && rest->len > 0);
    return word->len > 0;
}

static bool is_about(const struct conf_comment *c, struct place place)
{
    return c->place.file && place.file &&
           strcmp(c->place.file, place.file) == 0 &&
           c->place.line + (c->alone ? 1 : 0) == place.line;
}

static bool is_allowed(const struct lint *lint, struct place place)
{
    for (const struct conf_comment *c = lint->conf->comments; c; c = c->next) {
        struct str rest = c->text;
        struct str word;

        if (!is_about(c, place) || !lint_next_word(&rest, &word) ||
            !str_equals(word, STR("allow")))
            continue;
        while (lint_next_word(&rest, &word))
            if (str_equals(word, str_of(lint->row->code)))
                return true;
    }
    return false;
}

/* ---- what is told ---- */

void lint_tell(struct lint *lint, struct place place, const char *format, ...)
{
    char text[1024];
    struct buf b = buf_over(text, sizeof(text));
    struct lint_finding finding = {lint->row, place, {NULL, 0}};
    va_list args;

    if (is_allowed(lint, place))
        return;
    va_start(args, format);
    buf_vprintf(&b, format, args);
    va_end(args);
    finding.text = buf_str(&b);
    lint->count++;
    lint->found(lint, &finding);
}

const struct lint_row *lint_find(struct str code)
{
    for (size_t i = 0; i < lint_row_count; i++)
        if (str_equals(code, str_of(lint_rows[i].code)))
            return &lint_rows[i];
    return NULL;
}

/* ---- the walk ---- */

static void walk(struct lint *lint, const struct location *around)
{
    for (size_t i = 0; i < around->inside.count; i++) {
        lint->row->location(lint, around, around->inside.all[i]);
        walk(lint, around->inside.all[i]);
    }
}

static void run_row(struct lint *lint)
{
    const struct conf *conf = lint->conf;
    const struct lint_row *row = lint->row;

    if (row->comment)
        for (const struct conf_comment *c = conf->comments; c; c = c->next)
            row->comment(lint, c);
    for (unsigned i = 0; i < conf->server_count; i++) {
        lint->server = conf->servers[i];
        if (row->server)
            row->server(lint, lint->server);
        if (row->location)
            walk(lint, &lint->server->whole);
    }
}

void lint_check(struct lint *lint)
{
    for (size_t i = 0; i < lint_row_count; i++) {
        lint->row = &lint_rows[i];
        run_row(lint);
    }
}
