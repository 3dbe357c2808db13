/* derive.h - the values of variables that map, geo and split_clients make */
#ifndef PRONG_CONTENT_DERIVE_H
#define PRONG_CONTENT_DERIVE_H

#include "conf/uservar.h"
#include "content/exchange.h"

/* Each finds the value for this exchange, in its arena or longer lived; `at` is
 * NULL only when memory ran out. */
struct str derive_map(struct exchange *x, const struct uservar *v);
struct str derive_geo(struct exchange *x, const struct uservar *v);
struct str derive_split(struct exchange *x, const struct uservar *v);

#endif
