/* resolve.h - what the configuration asks of the network: names, addresses and
 * ports of this machine */
#ifndef PRONG_NET_RESOLVE_H
#define PRONG_NET_RESOLVE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/address.h"

/* Every address of a host name with that port, IPv4 before IPv6. 0 with a list
 * that the caller frees, -ENOENT when the name is unknown, -ENOMEM. May block,
 * as name servers do. */
int resolve_addresses(const char *host, uint16_t port, struct address **list,
                      unsigned *count);

/* Would bind take the address? Any address, one of an interface, all of
 * 127.0.0.0/8, and all there are where the system allows foreign ones; unix
 * sockets too. True when the interfaces cannot be asked. */
bool resolve_is_local(const struct address *address);

/* May this process bind the port? */
bool resolve_may_bind(uint16_t port);

#endif
