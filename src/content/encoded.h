/* encoded.h - files that lie coded beside the plain one: page.html.gz */
#ifndef PRONG_CONTENT_ENCODED_H
#define PRONG_CONTENT_ENCODED_H

#include <stdbool.h>

#include "content/exchange.h"

/* Opens the one of x->filename's coded siblings that the location allows and
 * the client wants most; the answer's content_encoding names it. False where
 * there is none: the plain file is what is left. */
bool encoded_open(struct exchange *x);

#endif
