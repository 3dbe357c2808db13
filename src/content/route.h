/* route.h - which server and which location answer for a request */
#ifndef PRONG_CONTENT_ROUTE_H
#define PRONG_CONTENT_ROUTE_H

#include "conf/conf.h"
#include "content/exchange.h"
#include "http/status.h"

enum { ROUTE_REDIRECTS_MAX = 10 };

/* Chooses the server by endpoint and host, and its own settings to go on with
 * until a location is known. */
void route_server(struct exchange *x);

/* The location of the server for a clean path: an exact one, else the one with
 * the longest name that begins the path, and so on inside it; the server's own
 * settings where none fits. Never NULL. */
const struct location *route_match(const struct server *server,
                                   struct str path);

/* An internal redirect: the exchange goes on with another path (arena or
 * configuration; ended by NUL). HTTP_NONE, or 500 when that never ends. */
enum http_status route_again(struct exchange *x, struct str path,
                             struct str args);

#endif
