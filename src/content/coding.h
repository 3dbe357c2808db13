/* coding.h - what is done to an answer's content on its way: decoded for who
 * takes no gzip, named in its charset, or coded with gzip */
#ifndef PRONG_CONTENT_CODING_H
#define PRONG_CONTENT_CODING_H

#include <stdbool.h>

#include "content/exchange.h"

/* Will coding_apply send other bytes than the file's, when the answer has this
 * status? Then nobody can be given ranges of them. Sets x->varies where it
 * depends on the client. */
bool coding_changes(struct exchange *x, unsigned status);

/* Names the charset behind the answer's type, where the location says one.
 * False when memory ran out. */
bool coding_name_charset(struct exchange *x);

/* Settles all of it, once the answer's fields are known. False when memory ran
 * out. */
bool coding_apply(struct exchange *x);

#endif
