/* builtin.h - what each variable of conf/variables.h is worth to an exchange
 *
 * One function a row: it appends the value, or returns false where there is
 * none. Of a family the rest of the name says which one. */
#ifndef PRONG_CONTENT_BUILTIN_H
#define PRONG_CONTENT_BUILTIN_H

#include <stdbool.h>

#include "base/buf.h"
#include "conf/variables.h"
#include "content/exchange.h"

#define BUILTIN_ROW(name)                                                      \
    bool builtin_##name(struct buf *into, struct exchange *x);
VARIABLES(BUILTIN_ROW)
#undef BUILTIN_ROW

#define BUILTIN_FAMILY(id, name)                                               \
    bool builtin_any_##name(struct buf *into, struct exchange *x,              \
                            struct str rest);
VARIABLE_FAMILIES(BUILTIN_FAMILY)
#undef BUILTIN_FAMILY

/* A text, which is no value where `at` is NULL; and a number. */
static inline bool builtin_put(struct buf *into, struct str text)
{
    buf_put(into, text);
    return text.at != NULL;
}

static inline bool builtin_put_number(struct buf *into, uint64_t n)
{
    buf_put_number(into, n);
    return true;
}

/* Is it the field $http_REST or $sent_http_REST? '_' stands for '-'. */
bool builtin_is_field(struct str field, struct str rest);

#endif
