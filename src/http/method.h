/* method.h - the methods of HTTP: served, known but refused, unknown */
#ifndef PRONG_HTTP_METHOD_H
#define PRONG_HTTP_METHOD_H

#include <stdbool.h>

#include "base/str.h"

enum method {
    METHOD_UNKNOWN, /* a token that means nothing to us: 501 */
    METHOD_GET,
    METHOD_HEAD,
    METHOD_OPTIONS,
    METHOD_OTHER, /* the registered rest, POST, TRACE, CONNECT...: 405 */
};

/* What a file can be asked for: the value of Allow. */
#define METHOD_ALLOW "GET, HEAD, OPTIONS"

/* Methods are case-sensitive (RFC 9110 section 9.1). */
enum method method_find(struct str token);

/* One bit for each method that a configuration can name (limit_except), the
 * case of letters aside; 0 for every other text. */
unsigned method_bit(struct str name);

/* Is the text a token (RFC 9110 section 5.6.2)? */
bool method_is_token(struct str text);

#endif
