/* hosts.h - names of hosts that the configuration mentions
 *
 * What a directive wrote stays text until conf_resolve asks for all of it. */
#ifndef PRONG_CONF_HOSTS_H
#define PRONG_CONF_HOSTS_H

#include <stdint.h>

#include "base/address.h"
#include "base/str.h"
#include "conf/place.h"

struct conf;
struct conf_lookups;
struct reader;

struct conf_host {
    struct conf_host *next; /* in no order */
    struct place place;
    const char *where; /* "set_real_ip_from": what a refusal says */
    struct str text;   /* as written, for the refusal */
    struct str name;   /* ended by NUL */
    uint16_t port;
    struct address *addresses; /* once conf_resolve has asked */
    unsigned count;
};

/* A host of the directive at hand; NULL when memory ran out. */
struct conf_host *hosts_add(struct reader *r, const char *where,
                            struct str text, struct str name, uint16_t port);

/* Asks for every host. 0; -EINVAL after each that was not found was logged;
 * -ENOMEM. */
int hosts_settle(struct conf *conf, const struct conf_lookups *lookups);

#endif
