/* endpoints.h - from the words of all "listen" directives to sockets
 *
 * Every address:port that a server listens on is an endpoint; each endpoint is
 * a socket of its own but the specific addresses beside a wildcard. */
#ifndef PRONG_CONF_ENDPOINTS_H
#define PRONG_CONF_ENDPOINTS_H

#include "conf/conf.h"

/* Fills conf->listeners. 0, -EINVAL (logged), -ENOMEM. */
int endpoints_settle(struct conf *conf, const struct conf_lookups *lookups);

#endif
