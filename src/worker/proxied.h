/* proxied.h - the beginning of a connection that comes through a proxy: the
 * header of the PROXY protocol, before HTTP is spoken */
#ifndef PRONG_WORKER_PROXIED_H
#define PRONG_WORKER_PROXIED_H

#include "worker/conn.h"

extern const struct session_ops session_proxied;

#endif
