#include "net/resolve.h"

#include <errno.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <linux/capability.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/str.h"

/* ---- names ---- */

static void take(struct address *into, const struct addrinfo *from)
{
    *into = (struct address){.len = from->ai_addrlen};
    memcpy(&into->name, from->ai_addr, from->ai_addrlen);
}

/* Those of one family behind the `count` that are there; the new count. */
static unsigned take_family(struct address *list, unsigned count,
                            const struct addrinfo *found, int family)
{
    for (; found; found = found->ai_next) {
        if (found->ai_family == family &&
            found->ai_addrlen <= sizeof(list->name))
            take(&list[count++], found);
    }
    return count;
}

static int take_all(const struct addrinfo *found, uint16_t port,
                    struct address **list, unsigned *count)
{
    unsigned most = 0;
    struct address *all;

    for (const struct addrinfo *i = found; i; i = i->ai_next)
        most++;
    all = calloc(most + 1, sizeof(*all));
    if (!all)
        return -ENOMEM;
    *count = take_family(all, 0, found, AF_INET);
    *count = take_family(all, *count, found, AF_INET6);
    for (unsigned i = 0; i < *count; i++)
        address_set_port(&all[i], port);
    *list = all;
    return 0;
}

int resolve_addresses(const char *host, uint16_t port, struct address **list,
                      unsigned *count)
{
    struct addrinfo hints = {.ai_family = AF_UNSPEC,
                             .ai_socktype = SOCK_STREAM,
                             .ai_flags = AI_ADDRCONFIG};
    struct addrinfo *found = NULL;
    int verdict = getaddrinfo(host, NULL, &hints, &found);
    int err;

    if (verdict == EAI_MEMORY)
        return -ENOMEM;
    if (verdict != 0)
        return -ENOENT;
    err = take_all(found, port, list, count);
    freeaddrinfo(found);
    return err;
}

/* ---- addresses ---- */

/* A number of /proc/sys; `otherwise` where it cannot be read. */
static uint64_t read_setting(const char *path, uint64_t otherwise)
{
    char text[32];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text));
    uint64_t value = otherwise;

    if (fd >= 0)
        close(fd);
    while (n > 0 && text[n - 1] == '\n')
        n--;
    if (n > 0)
        str_number((struct str){text, (size_t)n}, &value);
    return value;
}

static bool same_host(const struct sockaddr *own, const struct address *a)
{
    const struct sockaddr_in *in4 = (const void *)&a->name;
    const struct sockaddr_in6 *in6 = (const void *)&a->name;

    if (!own || own->sa_family != a->name.ss_family)
        return false;
    if (own->sa_family == AF_INET)
        return ((const struct sockaddr_in *)(const void *)own)
                   ->sin_addr.s_addr == in4->sin_addr.s_addr;
    return own->sa_family == AF_INET6 &&
           memcmp(&((const struct sockaddr_in6 *)(const void *)own)->sin6_addr,
                  &in6->sin6_addr, sizeof(in6->sin6_addr)) == 0;
}

static bool is_loopback(const struct address *a)
{
    const struct sockaddr_in *in4 = (const void *)&a->name;

    return a->name.ss_family == AF_INET &&
           ntohl(in4->sin_addr.s_addr) >> 24 == 127;
}

static bool allows_foreign(int family)
{
    return read_setting(family == AF_INET
                            ? "/proc/sys/net/ipv4/ip_nonlocal_bind"
                            : "/proc/sys/net/ipv6/ip_nonlocal_bind",
                        0) != 0;
}

bool resolve_is_local(const struct address *address)
{
    int family = address->name.ss_family;
    struct ifaddrs *all;
    bool found = false;

    if ((family != AF_INET && family != AF_INET6) || address_is_any(address) ||
        is_loopback(address) || allows_foreign(family))
        return true;
    if (getifaddrs(&all) < 0)
        return true;
    for (const struct ifaddrs *i = all; i && !found; i = i->ifa_next)
        found = same_host(i->ifa_addr, address);
    freeifaddrs(all);
    return found;
}

/* ---- ports ---- */

static bool has_bind_capability(void)
{
    struct __user_cap_header_struct head = {.version =
                                                _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {0};

    if (syscall(SYS_capget, &head, data) < 0)
        return geteuid() == 0;
    return data[0].effective >> CAP_NET_BIND_SERVICE & 1;
}

bool resolve_may_bind(uint16_t port)
{
    return port >= read_setting("/proc/sys/net/ipv4/ip_unprivileged_port_start",
                                1024) ||
           has_bind_capability();
}
