/* listen.h - the words of one "listen" directive */
#ifndef PRONG_CONF_LISTEN_H
#define PRONG_CONF_LISTEN_H

#include "conf/reader.h"

/* As written; names are resolved later (conf_resolve). */
struct conf_listen {
    struct place place;
    struct str text;      /* its first argument */
    struct str host;      /* without a port; empty: every IPv4 address */
    struct str unix_path; /* of "unix:", else empty */
    uint16_t first_port, last_port;
    bool is_default;  /* default_server */
    bool has_options; /* some that a socket can only have once */
    bool proxy_protocol;
    struct listen_options options;
};

/* The default of a server that has no listen. */
struct conf_listen listen_default(uint16_t port);

/* The setter of the row. */
int listen_set(struct reader *r, void *field);

#endif
