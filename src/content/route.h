/* route.h - which server and which location answer for a request */
#ifndef PRONG_CONTENT_ROUTE_H
#define PRONG_CONTENT_ROUTE_H

#include "conf/conf.h"
#include "content/exchange.h"
#include "http/status.h"

enum { ROUTE_REDIRECTS_MAX = 10 };

/* Chooses the server by endpoint and host, and its own settings to go on with
 * until a location is known. HTTP_NONE, or 500 when a regular expression takes
 * too long: the default server is chosen then. */
enum http_status route_server(struct exchange *x);

/* Chooses x->location for the path, as nginx does: an exact one; else the one
 * with the longest name that begins the path, and so on inside it; but a
 * regular expression goes before a prefix, unless that has ^~. The server's own
 * settings where none fits. HTTP_NONE, or 500 when a regular expression takes
 * too long. */
enum http_status route_match(struct exchange *x);

/* A rewrite has changed the path: another location is looked for. HTTP_NONE, or
 * 500 when that never ends. */
enum http_status route_rewritten(struct exchange *x);

/* An internal redirect: the exchange goes on with another path (arena or
 * configuration; ended by NUL). HTTP_NONE, or 500 when that never ends. */
enum http_status route_again(struct exchange *x, struct str path,
                             struct str args);

/* Goes on in the named location, with the path as it is. HTTP_NONE, or 500 when
 * that never ends or there is none of that name. */
enum http_status route_named(struct exchange *x, struct str name);

/* One or the other: "@name", or a path with its args. 503: no memory. */
enum http_status route_to(struct exchange *x, struct str target);

#endif
