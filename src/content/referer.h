/* referer.h - did the client come from a page that the site wants it to come
 * from? */
#ifndef PRONG_CONTENT_REFERER_H
#define PRONG_CONTENT_REFERER_H

#include <stdbool.h>

#include "content/exchange.h"

/* By the location's valid_referers; without any every request is valid. */
bool referer_is_valid(struct exchange *x);

#endif
