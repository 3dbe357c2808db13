/* lines.c - finding, counting and mending the ends of lines */
#include "http/lines.h"

#include <stdint.h>

static bool is_empty(struct str line)
{
    return str_equals(line, STR("\r\n")) || str_equals(line, STR("\n"));
}

enum lines_verdict lines_scan(struct lines *l, struct str text, size_t line_max,
                              size_t head_max)
{
    const char *end;

    while ((end = str_find(str_from(text, l->scanned), '\n'))) {
        struct str line = str_between(text.at + l->line_at, end + 1);

        l->scanned = l->line_at + line.len;
        if (line.len > line_max || l->scanned > head_max)
            return LINES_TOO_LONG;
        if (l->line_at > 0 && is_empty(line))
            return LINES_END;
        l->line_at = l->scanned;
    }
    l->scanned = text.len;
    if (l->scanned - l->line_at > line_max || l->scanned >= head_max)
        return LINES_TOO_LONG;
    return LINES_MORE;
}

size_t lines_empty(struct str text)
{
    size_t at = 0;

    for (;;) {
        struct str rest = str_from(text, at);

        if (str_starts_with(rest, STR("\r\n")))
            at += 2;
        else if (str_starts_with(rest, STR("\n")))
            at += 1;
        else
            return at;
    }
}

bool lines_first(struct str text, struct str *line)
{
    const char *end = str_find(text, '\n');

    if (end)
        text = str_between(text.at, end);
    if (text.len > 0 && text.at[text.len - 1] == '\r')
        text.len--;
    *line = text;
    return end != NULL;
}

bool lines_have_bare_lf(struct str text)
{
    const char *end;

    for (size_t from = 0; (end = str_find(str_from(text, from), '\n'));
         from = (size_t)(end + 1 - text.at))
        if (end == text.at || end[-1] != '\r')
            return true;
    return false;
}

struct str lines_rewrite(struct arena *arena, struct str text)
{
    char *copy = arena_alloc_array(arena, text.len, 2);
    size_t len = 0;

    for (size_t i = 0; copy && i < text.len; i++) {
        if (text.at[i] == '\n' && (i == 0 || text.at[i - 1] != '\r'))
            copy[len++] = '\r';
        copy[len++] = text.at[i];
    }
    return (struct str){copy, len};
}
