/* escape.h - values from outside made safe for a line of a log */
#ifndef PRONG_CONTENT_ESCAPE_H
#define PRONG_CONTENT_ESCAPE_H

#include <stddef.h>

#include "base/buf.h"
#include "conf/conf.h"

/* Escapes, in its place, what stands in the buffer from `from` on. When it does
 * not fit any more, the value is dropped and the buffer failed. */
void escape_from(struct buf *text, size_t from, enum conf_escape form);

#endif
