/* host.h - the host and port that a request names (RFC 3986 section 3.2) */
#ifndef PRONG_HTTP_HOST_H
#define PRONG_HTTP_HOST_H

#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"
#include "http/status.h"

/* Validates "host[:port]" and splits it: a name of RFC 3986's characters, an
 * IPv4 address, or "[IPv6]", so that nothing hostile is left for a Location.
 * The host comes without a final dot, in lower case: copied into the arena only
 * when that took a change. No port: 0. HTTP_NONE, 400 or 503. */
enum http_status host_parse(struct str authority, struct arena *arena,
                            struct str *host, uint16_t *port);

#endif
