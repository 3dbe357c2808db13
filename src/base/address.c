/* address.c - reading, printing and matching addresses */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>
#include <sys/un.h>

#include "base/address.h"

/* The kinds share their memory; sockaddr_storage is aligned for each. */
static struct sockaddr_in *inet4(const struct address *a)
{
    return (struct sockaddr_in *)(void *)&a->name;
}

static struct sockaddr_in6 *inet6(const struct address *a)
{
    return (struct sockaddr_in6 *)(void *)&a->name;
}

static struct sockaddr_un *local(const struct address *a)
{
    return (struct sockaddr_un *)(void *)&a->name;
}

struct address address_any(int family, uint16_t port)
{
    struct address a = {0};

    a.name.ss_family = (sa_family_t)family;
    a.len = family == AF_INET6 ? sizeof(struct sockaddr_in6)
                               : sizeof(struct sockaddr_in);
    address_set_port(&a, port);
    return a;
}

int address_parse(struct address *into, struct str text, uint16_t port)
{
    bool bracketed =
        text.len >= 2 && text.at[0] == '[' && text.at[text.len - 1] == ']';
    char host[INET6_ADDRSTRLEN];
    struct address a;

    if (bracketed)
        text = (struct str){text.at + 1, text.len - 2};
    if (text.len == 0 || text.len >= sizeof(host) || str_find(text, '\0'))
        return -EINVAL;
    memcpy(host, text.at, text.len);
    host[text.len] = '\0';

    a = address_any(AF_INET, port);
    if (!bracketed && inet_pton(AF_INET, host, &inet4(&a)->sin_addr) == 1) {
        *into = a;
        return 0;
    }
    a = address_any(AF_INET6, port);
    if (inet_pton(AF_INET6, host, &inet6(&a)->sin6_addr) == 1) {
        *into = a;
        return 0;
    }
    return -EINVAL;
}

int address_unix(struct address *into, struct str path)
{
    struct address a = {.name.ss_family = AF_UNIX};

    if (path.len == 0 || str_find(path, '\0'))
        return -EINVAL;
    if (path.len >= sizeof(local(&a)->sun_path))
        return -ENAMETOOLONG;
    memcpy(local(&a)->sun_path, path.at, path.len);
    a.len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + path.len + 1);
    *into = a;
    return 0;
}

/* The name of a unix socket: empty where it has none; one that begins with
 * NUL is in Linux's abstract namespace and is as long as it says. */
static struct str local_name(const struct address *a)
{
    const char *path = local(a)->sun_path;
    size_t head = offsetof(struct sockaddr_un, sun_path);
    size_t len = a->len > head ? a->len - head : 0;

    if (len > 0 && path[0] != '\0')
        len = strnlen(path, len);
    return (struct str){path, len};
}

static void print_local(struct buf *into, const struct address *a)
{
    struct str name = local_name(a);

    buf_put(into, STR("unix:"));
    if (name.len > 0 && name.at[0] == '\0') {
        buf_put_char(into, '@');
        buf_put_escaped(into, str_from(name, 1));
    } else {
        buf_put(into, name);
    }
}

void address_print_host(struct buf *into, const struct address *a)
{
    char host[INET6_ADDRSTRLEN] = "";

    switch (a->name.ss_family) {
    case AF_INET:
        inet_ntop(AF_INET, &inet4(a)->sin_addr, host, sizeof(host));
        break;
    case AF_INET6:
        inet_ntop(AF_INET6, &inet6(a)->sin6_addr, host, sizeof(host));
        break;
    case AF_UNIX:
        print_local(into, a);
        break;
    }
    buf_put(into, str_of(host));
}

void address_print(struct buf *into, const struct address *a)
{
    bool bracketed = a->name.ss_family == AF_INET6;

    if (bracketed)
        buf_put_char(into, '[');
    address_print_host(into, a);
    if (bracketed)
        buf_put_char(into, ']');
    if (bracketed || a->name.ss_family == AF_INET) {
        buf_put_char(into, ':');
        buf_put_number(into, address_port(a));
    }
}

uint16_t address_port(const struct address *a)
{
    switch (a->name.ss_family) {
    case AF_INET:
        return ntohs(inet4(a)->sin_port);
    case AF_INET6:
        return ntohs(inet6(a)->sin6_port);
    }
    return 0;
}

void address_set_port(struct address *a, uint16_t port)
{
    switch (a->name.ss_family) {
    case AF_INET:
        inet4(a)->sin_port = htons(port);
        break;
    case AF_INET6:
        inet6(a)->sin6_port = htons(port);
        break;
    }
}

/* The bytes that say which host it is, in network order. */
static struct str host_bytes(const struct address *a)
{
    switch (a->name.ss_family) {
    case AF_INET:
        return (struct str){(const char *)&inet4(a)->sin_addr, 4};
    case AF_INET6:
        return (struct str){(const char *)&inet6(a)->sin6_addr, 16};
    case AF_UNIX:
        return local_name(a);
    }
    return (struct str){NULL, 0};
}

bool address_equals(const struct address *a, const struct address *b)
{
    if (a->name.ss_family != b->name.ss_family ||
        address_port(a) != address_port(b))
        return false;
    if (a->name.ss_family == AF_INET6 &&
        inet6(a)->sin6_scope_id != inet6(b)->sin6_scope_id)
        return false;
    return str_equals(host_bytes(a), host_bytes(b));
}

bool address_is_any(const struct address *a)
{
    static const char zeros[16];
    struct str host = host_bytes(a);

    return (a->name.ss_family == AF_INET || a->name.ss_family == AF_INET6) &&
           memcmp(host.at, zeros, host.len) == 0;
}

/* The bits of byte `at` that a prefix of `bits` covers. */
static unsigned char covered(unsigned bits, size_t at)
{
    if (bits >= 8 * (at + 1))
        return 0xff;
    if (bits <= 8 * at)
        return 0;
    return (unsigned char)(0xff << (8 - bits % 8));
}

/* Clears the bits of the host behind the prefix; were there any? */
static bool clear_host(struct network *n)
{
    struct str host = host_bytes(&n->base);
    unsigned char *byte = (unsigned char *)&n->base + (host.at - (char *)n);
    bool cleared = false;

    for (size_t i = 0; i < host.len; i++) {
        unsigned char kept = byte[i] & covered(n->bits, i);

        cleared |= kept != byte[i];
        byte[i] = kept;
    }
    return cleared;
}

int network_parse(struct network *into, struct str text, bool *cleared)
{
    struct str rest = text;
    struct str host = str_cut(&rest, '/');
    struct network n = {0};
    uint64_t bits;
    bool had_bits;
    int err;

    err = address_parse(&n.base, host, 0);
    if (err < 0)
        return err;
    bits = 8 * host_bytes(&n.base).len;
    n.bits = (unsigned)bits;
    if (rest.at && (!str_number(rest, &bits) || bits > n.bits))
        return -EINVAL;
    n.bits = (unsigned)bits;
    had_bits = clear_host(&n);
    if (cleared)
        *cleared = had_bits;
    *into = n;
    return 0;
}

static bool is_mapped(struct str host)
{
    static const char prefix[12] = {[10] = '\xff', [11] = '\xff'};

    return host.len == 16 && memcmp(host.at, prefix, sizeof(prefix)) == 0;
}

bool network_holds(const struct network *n, const struct address *a)
{
    struct str net = host_bytes(&n->base);
    struct str host = host_bytes(a);

    if (n->base.name.ss_family == AF_INET && a->name.ss_family == AF_INET6 &&
        is_mapped(host))
        host = str_from(host, 12);
    else if (n->base.name.ss_family != a->name.ss_family ||
             a->name.ss_family == AF_UNIX)
        return false;
    for (size_t i = 0; i < net.len; i++)
        if ((net.at[i] ^ host.at[i]) & covered(n->bits, i))
            return false;
    return net.len > 0;
}
