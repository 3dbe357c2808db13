/* lint.h - mistakes that are valid: what a configuration says and its author
 * hardly means
 *
 * Each has a code that never changes its meaning; doc/lint.md shows each with
 * an example and its mend. "# prong: allow P03" on the line that a finding
 * names, or alone on the line before it, silences it; several codes may follow.
 */
#ifndef PRONG_CONF_LINT_H
#define PRONG_CONF_LINT_H

#include <stddef.h>

#include "base/attr.h"
#include "conf/conf.h"

struct lint;

/* One row is all it takes, with one of the checks or more. */
struct lint_row {
    const char *code;
    const char *title;
    const char *mend; /* what to write instead */
    void (*server)(struct lint *lint, const struct server *server);
    /* Each location and "if", the server's own level not among them. */
    void (*location)(struct lint *lint, const struct location *around,
                     const struct location *location);
    void (*comment)(struct lint *lint, const struct conf_comment *comment);
};

struct lint_finding {
    const struct lint_row *row;
    struct place place;
    struct str text; /* until the call returns */
};

/* Who asks; zeroed but for the first two. */
struct lint {
    void (*found)(struct lint *lint, const struct lint_finding *finding);
    const struct conf *conf; /* settled: conf_load is enough */

    const struct lint_row *row; /* the one at work */
    const struct server *server;
    unsigned count; /* findings that were told */
};

extern const struct lint_row lint_rows[];
extern const size_t lint_row_count;

/* Calls `found` for each mistake that no comment allows, row by row. */
void lint_check(struct lint *lint);

/* For the checks of the rows: one finding of the row at work. */
void lint_tell(struct lint *lint, struct place place, const char *format, ...)
    ATTR_PRINTF(3, 4);

/* The next word of a comment, blanks and commas between; false at its end. */
bool lint_next_word(struct str *rest, struct str *word);

/* The row of a code, or NULL. */
const struct lint_row *lint_find(struct str code);

#endif
