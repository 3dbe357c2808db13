/* variable.h - the values of variables, and templates made into text
 *
 * conf knows the names, this file what they are worth for one exchange. */
#ifndef PRONG_CONTENT_VARIABLE_H
#define PRONG_CONTENT_VARIABLE_H

#include <stdbool.h>

#include "base/buf.h"
#include "conf/conf.h"
#include "conf/template.h"
#include "content/exchange.h"

/* Appends the value of one part, be it literal text or a variable; nothing
 * where there is no value. */
void variable_put(struct buf *into, struct exchange *x,
                  const struct template_part *part);

/* Appends all parts of the template. */
void variable_expand(struct buf *into, struct exchange *x,
                     const struct template *t);

/* The same for a line of a log: values are escaped, and one that does not exist
 * is "-" (with CONF_ESCAPE_DEFAULT; else nothing). */
void variable_expand_logged(struct buf *into, struct exchange *x,
                            const struct template *t, enum conf_escape escape);

/* The template's text (without a copy where it is constant), ended by NUL, in
 * the exchange's arena; `at` is NULL when memory ran out. */
struct str variable_text(struct exchange *x, const struct template *t);

#endif
