/* resolve.h - what a path names in the file system
 *
 * Links are followed as nginx follows them; what is neither a regular file nor
 * a directory is never opened. What is refused is logged here, in nginx's
 * words. */
#ifndef PRONG_CONTENT_RESOLVE_H
#define PRONG_CONTENT_RESOLVE_H

#include "content/exchange.h"
#include "http/status.h"

enum resolve_verdict {
    RESOLVE_FILE,      /* x->file is open */
    RESOLVE_DIRECTORY, /* it is one; nothing is open */
    RESOLVE_REFUSED,   /* see the status */
};

/* The root or the alias as a text, absolute; `at` is NULL when memory ran out.
 */
struct str resolve_base(struct exchange *x);

/* Did a variable bring a way upward into that text? Nothing is there then. */
bool resolve_climbs(const struct exchange *x, struct str base);

/* What root, or alias, and the path name, whether it is there or not; `at` is
 * NULL where they name nothing. */
struct str resolve_filename(struct exchange *x);

/* Sets x->filename to that: HTTP_NONE; 404 for what would lead out of the root;
 * 500 for an alias where a rewrite changed the path; 503. */
enum http_status resolve_name(struct exchange *x);

/* Opens what x->filename names. With RESOLVE_REFUSED `status` is 403, 404, 500
 * or 503. */
enum resolve_verdict resolve_open(struct exchange *x, enum http_status *status);

/* The same for another path (ended by NUL), as file_open has it: nothing is
 * logged or refused. resolve_look only looks, as file_look. */
int resolve_open_at(struct exchange *x, const char *path, enum file_kind *kind);
int resolve_look(struct exchange *x, const char *path, enum file_kind *kind);

/* For a path that ends with a slash: which of the location's index files is
 * there. HTTP_NONE with `path` (arena) or, where there is none, with its `at`
 * NULL; else the status to refuse with. */
enum http_status resolve_index(struct exchange *x, struct str *path);

#endif
