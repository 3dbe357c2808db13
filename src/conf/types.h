/* types.h - lists of media types: what gzip, charset and their like apply to */
#ifndef PRONG_CONF_TYPES_H
#define PRONG_CONF_TYPES_H

#include "conf/reader.h"

/* The `set` of a row whose field is a struct conf_types. text/html is always
 * among what is written. */
int types_set(struct reader *r, void *field);

/* Is the media type (with or without parameters, any case) one of these? */
bool types_hold(const struct conf_types *types, struct str type);

#endif
