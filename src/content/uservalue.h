/* uservalue.h - the values of the configuration's own variables, and of the
 * groups that a regular expression captured, for one exchange */
#ifndef PRONG_CONTENT_USERVALUE_H
#define PRONG_CONTENT_USERVALUE_H

#include "base/buf.h"
#include "base/regex.h"
#include "conf/pattern.h"
#include "content/exchange.h"

/* Matches; on success the groups of the exchange are those of this match, and
 * the variables named in it have their values: what they had stays otherwise.
 * The subject must live as long as the exchange. REGEX_EXCEEDED was logged. */
enum regex_verdict uservalue_match(struct exchange *x, const struct pattern *p,
                                   struct str subject);

/* Forgets the groups: $1 to $9 are empty. */
void uservalue_forget_groups(struct exchange *x);

/* $1 to $9; `at` is NULL where there is none. */
struct str uservalue_group(const struct exchange *x, unsigned n);

/* The value of the variable with this index; `at` is NULL where it has none. */
struct str uservalue_get(struct exchange *x, unsigned index);

/* Gives it a value (of the exchange's arena, or longer lived). False when
 * memory ran out. */
bool uservalue_set(struct exchange *x, unsigned index, struct str value);

#endif
