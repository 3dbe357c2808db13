/* names.h - which server of an endpoint a request is for */
#ifndef PRONG_CONF_NAMES_H
#define PRONG_CONF_NAMES_H

#include "base/arena.h"
#include "base/str.h"
#include "conf/conf.h"
#include "conf/dict.h"

/* The zero value knows no name. */
struct server_names {
    struct dict exact;
};

/* Remembers a name, in lower case. 0, -EEXIST when another server (or the same)
 * has it already, -ENOMEM. */
int names_add(struct server_names *names, struct arena *arena, struct str name,
              struct server *server);

/* The server for a host name as host_parse leaves it (lower case, no final dot,
 * no port; empty: the request named none); the default one when nobody has that
 * name. */
const struct server *names_find(const struct endpoint *endpoint,
                                struct str host);

#endif
