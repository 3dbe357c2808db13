/* address.h - where a socket is: IPv4, IPv6 and unix addresses and networks */
#ifndef PRONG_BASE_ADDRESS_H
#define PRONG_BASE_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "base/buf.h"
#include "base/str.h"

/* An address as the system's calls take it. The zero value is AF_UNSPEC. */
struct address {
    struct sockaddr_storage name;
    socklen_t len;
};

/* "127.0.0.1", "::1" or "[::1]", without a port; the port becomes `port`.
 * 0, or -EINVAL when the text is no numeric address. */
int address_parse(struct address *into, struct str text, uint16_t port);

/* "unix:/path" without the "unix:". 0; -EINVAL when it is empty or holds a NUL;
 * -ENAMETOOLONG when it does not fit. */
int address_unix(struct address *into, struct str path);

/* 0.0.0.0 or [::] with a port; `family` is AF_INET or AF_INET6. */
struct address address_any(int family, uint16_t port);

/* "0.0.0.0:80", "[::1]:8080", "unix:/run/x.sock", "unix:" for one without a
 * name: as nginx prints addresses. "unix:@x" is one of the abstract namespace;
 * of the zero value nothing is printed. */
void address_print(struct buf *into, const struct address *a);

/* The same without the port: what a log calls the client. */
void address_print_host(struct buf *into, const struct address *a);

/* 0 where there are no ports. */
uint16_t address_port(const struct address *a);
void address_set_port(struct address *a, uint16_t port);

bool address_equals(const struct address *a, const struct address *b);

/* Is it 0.0.0.0 or [::]? */
bool address_is_any(const struct address *a);

/* A network: an address and how many of its leading bits count. */
struct network {
    struct address base;
    unsigned bits;
};

/* "10.0.0.0/8", "2001:db8::/32" or one address. 0 or -EINVAL; bits of the
 * base behind the prefix are cleared, and `cleared` (may be NULL) says so. */
int network_parse(struct network *into, struct str text, bool *cleared);

/* Does the network hold the address? A network of IPv4 holds IPv4-mapped IPv6
 * addresses too. Never true of unix sockets. */
bool network_holds(const struct network *n, const struct address *a);

#endif
