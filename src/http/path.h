/* path.h - from the target's raw path to a name under the root, and back */
#ifndef PRONG_HTTP_PATH_H
#define PRONG_HTTP_PATH_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"
#include "http/status.h"

/* Decodes percent-encoding once, removes "." and ".." segments, merges slashes
 * if asked, all as nginx does: %2F is a slash like any other and dots may be
 * encoded. The result stands in the arena, begins with '/', holds no NUL and no
 * dot segment, and is ended by a NUL that `len` does not count.
 * HTTP_NONE; 400 for a bad %XX, a NUL, a way above the root; 503. */
enum http_status path_clean(struct str raw, bool merge_slashes,
                            struct arena *arena, struct str *path);

/* Splits a target's "path?args#fragment": the fragment is dropped, `args.at` is
 * NULL where there is no '?'. */
void path_split(struct str target, struct str *path, struct str *args);

/* Writes a clean path as it may stand in a URI (Location, href): all but
 * RFC 3986's pchar and '/' as %XX. A leading "//" is broken up, for it would
 * name a host. */
void path_put_escaped(struct buf *into, struct str path);

/* One segment, for a link relative to its directory: '/' and ':' as %XX too. */
void path_put_segment(struct buf *into, struct str name);

/* Text of a target that may hold anything (args): every byte outside
 * 0x21-0x7e and `"<>\^`{|}` as %XX; what is encoded stays. */
void path_put_args(struct buf *into, struct str args);

/* The same for what is to be one value among args: space, "#%&+;?" and what is
 * no printable ASCII as %XX. */
void path_put_value(struct buf *into, struct str value);

/* A redirect's target as rewrite makes it: printable characters behind '%' that
 * are encoded are decoded, up to the first '?'; nginx's rule. */
void path_put_redirect(struct buf *into, struct str target);

/* Is one of its segments ".."? No clean path has one; what variables were put
 * into may. */
bool path_climbs(struct str path);

/* Is the path, or a segment of it, a dot file other than /.well-known/? */
bool path_is_hidden(struct str path);

#endif
