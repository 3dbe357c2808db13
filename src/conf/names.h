/* names.h - which server of an endpoint a request is for
 *
 * Exact names and wildcards are found by hash, so that a thousand servers cost
 * what ten do; regular expressions are tried one by one, by whoever asks. */
#ifndef PRONG_CONF_NAMES_H
#define PRONG_CONF_NAMES_H

#include "base/arena.h"
#include "base/str.h"
#include "conf/conf.h"
#include "conf/dict.h"

struct names_regex {
    const struct pattern *pattern;
    const struct server *server;
    struct place place;
};

/* The zero value knows no name. */
struct server_names {
    struct dict exact;
    struct dict heads;           /* "*.x", by x */
    struct dict tails;           /* "x.*", by x */
    struct names_regex *regexes; /* in order of appearance */
    unsigned regex_count;
};

/* Remembers a name. 0, -EEXIST when another server (or the same) has it
 * already, -ENOMEM. */
int names_add(struct server_names *names, struct arena *arena,
              const struct conf_server_name *name, struct server *server);

/* The server for a host name as host_parse leaves it (lower case, no final dot,
 * no port; empty: the request named none): the exact name, else the longest
 * wildcard with its star in front, else the longest with its star behind. NULL
 * when nobody has that name, but for the regular expressions. */
const struct server *names_find(const struct endpoint *endpoint,
                                struct str host);

#endif
