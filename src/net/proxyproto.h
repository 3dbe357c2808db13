/* proxyproto.h - the PROXY protocol, versions 1 and 2: who the client of the
 * proxy in front is
 *
 * A proxy says it once, in the first bytes of a connection. Pure: looks at what
 * is there so far and keeps nothing between two calls. */
#ifndef PRONG_NET_PROXYPROTO_H
#define PRONG_NET_PROXYPROTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/address.h"
#include "base/str.h"

/* The longest header that is taken, as in nginx. */
enum { PROXYPROTO_MAX = 4096 };

struct proxyproto {
    bool has_addresses;         /* false: the proxy speaks for itself alone */
    struct address source;      /* the client, as the proxy saw it */
    struct address destination; /* what the client connected to */
    struct str extras; /* version 2: type-length-values; in the bytes */
    size_t length;     /* of the whole header */
};

enum proxyproto_verdict {
    PROXYPROTO_MORE, /* so far so good, but not all of it is here */
    PROXYPROTO_DONE, /* `into` is filled */
    PROXYPROTO_BROKEN,
};

/* Reads the header at the beginning of `bytes`. Not all of it being here, or
 * its being broken, leaves `into` as it was; what is broken is told in `why`
 * (static, nginx's words; "broken header" alone is about bytes worth
 * quoting). */
enum proxyproto_verdict
proxyproto_parse(struct str bytes, struct proxyproto *into, const char **why);

/* The value of one of the extras by the name that nginx gives it: "alpn",
 * "authority", "unique_id", "netns", "ssl_version", "ssl_cn", "ssl_cipher",
 * "ssl_sig_alg", "ssl_key_alg", "0x05"; `at` is NULL when it is not there.
 * "ssl_verify" is a number: see proxyproto_verify. */
struct str proxyproto_extra(const struct proxyproto *p, struct str name);

/* What the proxy found when it verified its client's certificate (0: good);
 * false when it told nothing. */
bool proxyproto_verify(const struct proxyproto *p, uint32_t *result);

#endif
