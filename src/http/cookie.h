/* cookie.h - finds a cookie in the Cookie field (RFC 6265 section 4.2) */
#ifndef PRONG_HTTP_COOKIE_H
#define PRONG_HTTP_COOKIE_H

#include <stdbool.h>

#include "base/str.h"

/* Looks in the field's value for the first cookie of that name, in any case, as
 * nginx does. Its value goes up to the next ';', spaces before it not counted,
 * and points into the field. A name that no "=" follows is passed over, and a
 * comma may stand before a name as a ';' does. */
bool cookie_find(struct str field, struct str name, struct str *value);

#endif
