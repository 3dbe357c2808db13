/* lines.h - the lines of a head, before anyone knows what they mean */
#ifndef PRONG_HTTP_LINES_H
#define PRONG_HTTP_LINES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/str.h"

/* How far a head that is still growing has been looked at; zero at first. */
struct lines {
    size_t scanned; /* no end of a line is left before here */
    size_t line_at; /* where the line begins that is not whole yet */
};

enum lines_verdict {
    LINES_MORE,     /* no empty line yet */
    LINES_END,      /* `scanned` is right behind the empty line */
    LINES_TOO_LONG, /* the line at `line_at`, or the head up to its end */
};

/* Goes on looking for the empty line that ends a head; the text begins with the
 * head and is what there is of it. Lines end in CRLF or LF, which count. */
enum lines_verdict lines_scan(struct lines *l, struct str text, size_t line_max,
                              size_t head_max);

/* How many bytes of empty lines the text begins with. */
size_t lines_empty(struct str text);

/* The first line without its end, or what there is of it; true when whole. */
bool lines_first(struct str text, struct str *line);

/* Does any line end in LF alone? */
bool lines_have_bare_lf(struct str text);

/* The text with CRLF for every bare LF, in the arena; `at` is NULL when memory
 * ran out. */
struct str lines_rewrite(struct arena *arena, struct str text);

#endif
