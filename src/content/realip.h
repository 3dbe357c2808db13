/* realip.h - who the client is, where a proxy that is trusted says so */
#ifndef PRONG_CONTENT_REALIP_H
#define PRONG_CONTENT_REALIP_H

#include "content/exchange.h"
#include "http/status.h"

struct settings;

/* Puts a peer in place whose `client` is the one that the proxies name, if the
 * settings trust who connected; once a request. HTTP_NONE, or 503 when memory
 * ran out. */
enum http_status realip_apply(struct exchange *x, const struct settings *s);

/* "1.2.3.4", "1.2.3.4:80", "::1", "[::1]" or "[::1]:80". 0 or -EINVAL. */
int realip_parse(struct address *into, struct str text);

#endif
