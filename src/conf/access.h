/* access.h - who may come in: what allow, deny and limit_except leave behind */
#ifndef PRONG_CONF_ACCESS_H
#define PRONG_CONF_ACCESS_H

#include <stdbool.h>

#include "base/address.h"
#include "conf/place.h"

enum conf_rule_whom {
    CONF_RULE_ALL,
    CONF_RULE_NETWORK,
    CONF_RULE_UNIX, /* who comes by a unix socket */
};

/* One line of allow or deny. The first that is about a client decides. */
struct conf_rule {
    struct place place;
    bool denies;
    enum conf_rule_whom whom;
    struct network network;
};

/* limit_except; in conf.h, for it holds settings. */
struct conf_limit_except;

#endif
