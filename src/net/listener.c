/* listener.c - opens the sockets that clients connect to, and plans a reload */
#include "net/listener.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/attr.h"
#include "net/holder.h"

/* ---- one socket ---- */

static int set(int fd, int level, int option, int value)
{
    return setsockopt(fd, level, option, &value, sizeof(value)) < 0 ? -errno
                                                                    : 0;
}

/* What may be set at any time. What the kernel refuses is only a wish. */
static void apply(int fd, int family, const struct listen_options *o)
{
    if (o->rcvbuf > 0)
        set(fd, SOL_SOCKET, SO_RCVBUF, o->rcvbuf);
    if (o->sndbuf > 0)
        set(fd, SOL_SOCKET, SO_SNDBUF, o->sndbuf);
    if (o->keepalive_is_set)
        set(fd, SOL_SOCKET, SO_KEEPALIVE, o->keepalive);
    if (family == AF_UNIX)
        return;
    if (o->keepalive_idle_s > 0)
        set(fd, IPPROTO_TCP, TCP_KEEPIDLE, o->keepalive_idle_s);
    if (o->keepalive_interval_s > 0)
        set(fd, IPPROTO_TCP, TCP_KEEPINTVL, o->keepalive_interval_s);
    if (o->keepalive_count > 0)
        set(fd, IPPROTO_TCP, TCP_KEEPCNT, o->keepalive_count);
    if (o->fastopen >= 0)
        set(fd, IPPROTO_TCP, TCP_FASTOPEN, o->fastopen);
    set(fd, IPPROTO_TCP, TCP_DEFER_ACCEPT, o->deferred ? 1 : 0);
    /* Inherited by every connection, which so needs no call of its own. */
    set(fd, IPPROTO_TCP, TCP_NODELAY, 1);
}

static const char *unix_path(const struct address *address)
{
    return ((const struct sockaddr_un *)&address->name)->sun_path;
}

/* Is the name that of a socket on which nobody listens any more? To connect to
 * a regular file is refused just so. */
static bool is_remainder(const struct address *address)
{
    struct stat found;
    bool refused;
    int fd;

    if (lstat(unix_path(address), &found) < 0 || !S_ISSOCK(found.st_mode))
        return false;
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return false;
    refused = connect(fd, (const struct sockaddr *)&address->name,
                      address->len) < 0 &&
              errno == ECONNREFUSED;
    close(fd);
    return refused;
}

static int bind_to(int fd, const struct address *address)
{
    const struct sockaddr *name = (const struct sockaddr *)&address->name;

    if (bind(fd, name, address->len) == 0)
        return 0;
    if (errno != EADDRINUSE || name->sa_family != AF_UNIX)
        return -errno;
    if (!is_remainder(address))
        return -EADDRINUSE;
    if (unlink(unix_path(address)) < 0)
        return -errno;
    return bind(fd, name, address->len) < 0 ? -errno : 0;
}

static int fail(struct listener_failure *failure, const char *call, int err)
{
    *failure = (struct listener_failure){.call = call, .err = -err};
    return err;
}

static int prepare(int fd, const struct address *address,
                   const struct listen_options *o, bool shares,
                   struct listener_failure *failure)
{
    int family = address->name.ss_family;
    int err = set(fd, SOL_SOCKET, SO_REUSEADDR, 1);

    if (err < 0)
        return fail(failure, "setsockopt(SO_REUSEADDR)", err);
    if (family == AF_INET6)
        err = set(fd, IPPROTO_IPV6, IPV6_V6ONLY, o->ipv6only);
    if (err < 0)
        return fail(failure, "setsockopt(IPV6_V6ONLY)", err);
    if (shares && family != AF_UNIX)
        err = set(fd, SOL_SOCKET, SO_REUSEPORT, 1);
    if (err < 0)
        return fail(failure, "setsockopt(SO_REUSEPORT)", err);
    apply(fd, family, o);
    return 0;
}

static int open_one(const struct address *address,
                    const struct listen_options *o, bool shares,
                    struct listener_failure *failure)
{
    int family = address->name.ss_family;
    int fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int err;

    if (fd < 0)
        return fail(failure, "socket", -errno);
    err = prepare(fd, address, o, shares, failure);
    if (err < 0)
        goto out;
    err = bind_to(fd, address);
    if (err < 0) {
        fail(failure, "bind", err);
        goto out;
    }
    if (family == AF_UNIX)
        chmod(unix_path(address), 0666);
    if (listen(fd, o->backlog) < 0)
        err = fail(failure, "listen", -errno);
out:
    if (err < 0)
        close(fd);
    return err < 0 ? err : fd;
}

/* ---- a listener ---- */

static int add(struct listener *l, bool shares,
               struct listener_failure *failure)
{
    int *fds = realloc(l->fds, (l->count + 1) * sizeof(*fds));
    int fd;

    if (!fds)
        return fail(failure, "malloc", -ENOMEM);
    l->fds = fds;
    fd = open_one(&l->address, &l->options, shares, failure);
    if (fd < 0)
        return fd;
    l->fds[l->count++] = fd;
    return 0;
}

static int grow(struct listener *l, unsigned sockets, bool shares,
                struct listener_failure *failure)
{
    unsigned wanted = l->options.reuseport && sockets > 0 ? sockets : 1;
    int err = 0;

    while (err == 0 && l->count < wanted)
        err = add(l, shares || l->options.reuseport, failure);
    return err;
}

/* Does the kernel refuse to bind the one while the other listens? */
static bool collides(const struct listener *old,
                     const struct conf_listener *wanted)
{
    const struct address *a = &old->address;
    const struct address *b = &wanted->address;
    int family = a->name.ss_family;

    if (family == AF_UNIX || b->name.ss_family == AF_UNIX ||
        address_port(a) != address_port(b))
        return false;
    if (family == b->name.ss_family)
        return address_is_any(a) || address_is_any(b) || address_equals(a, b);
    /* [::] holds the IPv4 addresses too, unless it is told not to. */
    if (family == AF_INET6)
        return address_is_any(a) && !old->options.ipv6only;
    return address_is_any(b) && !wanted->options.ipv6only;
}

/* Those that collide share their port, or do so no more; how many there are. */
static unsigned share_ports(const struct listener_others *others,
                            const struct conf_listener *wanted, bool share)
{
    unsigned found = 0;

    for (; others; others = others->next)
        for (unsigned i = 0; i < others->count; i++) {
            const struct listener *l = others->list[i];

            if (!l || !collides(l, wanted))
                continue;
            found++;
            for (unsigned k = 0; k < l->count; k++)
                set(l->fds[k], SOL_SOCKET, SO_REUSEPORT,
                    share || l->options.reuseport);
        }
    return found;
}

/* Two sockets of one port, the one bound to a wildcard and the other to a
 * specific address, may both stand only if both share the port. So both do for
 * the moment in which the second is bound; nobody else can slip in later. */
int listener_open(struct listener *l, const struct conf_listener *wanted,
                  unsigned sockets, const struct listener_others *others,
                  struct listener_failure *failure)
{
    bool shares = share_ports(others, wanted, true) > 0;
    int err;

    *l = (struct listener){.address = wanted->address,
                           .options = wanted->options};
    err = grow(l, sockets, shares, failure);
    share_ports(others, wanted, false);
    if (err < 0) {
        listener_close(l, false);
        return err;
    }
    if (shares && !l->options.reuseport)
        set(l->fds[0], SOL_SOCKET, SO_REUSEPORT, 0);
    return 0;
}

int listener_grow(struct listener *l, unsigned sockets,
                  struct listener_failure *failure)
{
    return grow(l, sockets, false, failure);
}

void listener_adapt(struct listener *l, const struct listen_options *options)
{
    for (unsigned i = 0; i < l->count; i++) {
        apply(l->fds[i], l->address.name.ss_family, options);
        if (options->backlog != l->options.backlog)
            listen(l->fds[i], options->backlog);
    }
    l->options = *options;
}

void listener_close(struct listener *l, bool removes)
{
    if (!l)
        return;
    for (unsigned i = 0; i < l->count; i++)
        close(l->fds[i]);
    if (removes && l->count > 0 && l->address.name.ss_family == AF_UNIX)
        unlink(unix_path(&l->address));
    free(l->fds);
    *l = (struct listener){0};
}

/* ---- words ---- */

static void put_reason(struct buf *into, int err)
{
    const char *words = strerrordesc_np(err);

    buf_printf(into, " failed (%d: %s)", err, words ? words : "unknown");
}

static void put_holder(struct buf *into, const struct address *address)
{
    struct holder holder;

    if (holder_find(address, &holder) == 0)
        buf_printf(into, ": held by %s (pid %ld)",
                   holder.name[0] ? holder.name : "a process",
                   (long)holder.pid);
}

void listener_explain(struct buf *into, const struct conf_listener *wanted,
                      const struct listener_failure *failure)
{
    const struct address *address = &wanted->address;
    const char *to = strchr(failure->call, '(') ? " " : "() ";

    buf_printf(into, "%s%s", failure->call, to);
    if (strcmp(failure->call, "bind") == 0 ||
        strcmp(failure->call, "listen") == 0)
        buf_put(into, STR("to "));
    address_print(into, address);
    if (strcmp(failure->call, "listen") == 0)
        buf_printf(into, ", backlog %d", wanted->options.backlog);
    put_reason(into, failure->err);
    if (failure->err == EADDRINUSE)
        put_holder(into, address);
    else if (failure->err == EACCES && address_port(address) > 0 &&
             address_port(address) < 1024)
        buf_put(into, STR(": ports below 1024 need root, or \"setcap "
                          "cap_net_bind_service=+ep\" on the program, or "
                          "\"sysctl net.ipv4.ip_unprivileged_port_start=0\""));
    else if (failure->err == EADDRNOTAVAIL)
        buf_put(into, STR(": no interface of this machine has the address"));
}

bool listener_is_optional(const struct conf *conf,
                          const struct conf_listener *wanted, int err)
{
    if (err != -EAFNOSUPPORT || wanted->address.name.ss_family != AF_INET6 ||
        !address_is_any(&wanted->address))
        return false;
    for (unsigned i = 0; i < conf->listener_count; i++) {
        const struct address *other = &conf->listeners[i]->address;

        if (other->name.ss_family == AF_INET &&
            address_port(other) == address_port(&wanted->address))
            return true;
    }
    return false;
}

/* ---- a reload ---- */

static bool goes_on(const struct listener *old,
                    const struct conf_listener *wanted)
{
    return address_equals(&old->address, &wanted->address) &&
           old->options.reuseport == wanted->options.reuseport &&
           (old->address.name.ss_family != AF_INET6 ||
            old->options.ipv6only == wanted->options.ipv6only);
}

static int find_kept(const struct listener *old, unsigned count,
                     const struct conf_listener *wanted)
{
    for (unsigned i = 0; i < count; i++)
        if (goes_on(&old[i], wanted))
            return (int)i;
    return LISTENER_NONE;
}

void listeners_plan(const struct listener *old, unsigned old_count,
                    struct conf_listener *const *wanted, unsigned wanted_count,
                    int *keep)
{
    for (unsigned i = 0; i < wanted_count; i++)
        keep[i] = find_kept(old, old_count, wanted[i]);
}
