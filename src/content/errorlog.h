/* errorlog.h - what went wrong with a request, told as nginx tells it
 *
 * "*7 TEXT, client: A, server: N, request: "…", host: "…"[, referrer: "…"]"
 * goes to each error log of the request's location whose level takes it. */
#ifndef PRONG_CONTENT_ERRORLOG_H
#define PRONG_CONTENT_ERRORLOG_H

#include "base/attr.h"
#include "base/log.h"
#include "content/exchange.h"

/* Would any log of this request take the level? */
bool errorlog_wants(const struct exchange *x, enum log_level level);

/* `err` is an errno value of either sign, shown as "(2: No such file or
 * directory)" behind the text; 0 shows nothing. */
void errorlog_put(struct exchange *x, enum log_level level, int err,
                  const char *format, ...) ATTR_PRINTF(4, 5);

/* The same about a connection that has not come to asking: "*7 TEXT while
 * reading PROXY protocol, client: A, server: ADDRESS" goes to the logs of the
 * endpoint's default server. */
void errorlog_connection(struct env *env, const struct peer *peer,
                         enum log_level level, int err, struct str text);

#endif
