/* listener.h - the sockets that clients connect to
 *
 * The master opens them and keeps them across reloads and crashes of workers;
 * workers only accept. */
#ifndef PRONG_NET_LISTENER_H
#define PRONG_NET_LISTENER_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/address.h"
#include "base/buf.h"
#include "conf/conf.h"

/* One address that is listened on. The zero value is closed. */
struct listener {
    struct address address;
    struct listen_options options;
    int *fds;       /* one; with `reuseport` one for each worker */
    unsigned count; /* of fds */
};

/* What went wrong, for listener_explain. */
struct listener_failure {
    const char *call; /* "socket", "bind", … */
    int err;          /* errno's value, positive */
};

/* Opens `sockets` sockets for what the configuration wants (one is opened
 * unless it says reuseport): bound and listening, non-blocking, close-on-exec.
 * `over` are sockets that are open and in the way (listeners_plan says which):
 * both may stand until the old one is closed; NULL for none.
 * 0 or -errno with `failure` filled and nothing left open. */
int listener_open(struct listener *l, const struct conf_listener *wanted,
                  unsigned sockets, const struct listener *over,
                  struct listener_failure *failure);

/* Makes sure that there are `sockets` of them, where reuseport asks for one
 * each. More never hurt: what nobody accepts from is closed with the rest only.
 * 0 or -errno. */
int listener_grow(struct listener *l, unsigned sockets,
                  struct listener_failure *failure);

/* Changes what may change while it listens: backlog, deferred, keep-alive,
 * buffers. What the kernel refuses stays as it was. */
void listener_adapt(struct listener *l, const struct listen_options *options);

/* Closes the sockets; `removes` unlinks the name of a unix socket too: for the
 * master, when nobody listens there any more. */
void listener_close(struct listener *l, bool removes);

/* nginx's words and what helps: "bind() to 0.0.0.0:80 failed (98: Address
 * already in use): held by nginx (pid 812)"; for EACCES what to do about ports
 * below 1024. Looks into /proc for the holder. */
void listener_explain(struct buf *into, const struct conf_listener *wanted,
                      const struct listener_failure *failure);

/* Who holds a TCP port or a unix socket's name, where /proc lets us see it. */
struct listener_holder {
    pid_t pid;
    char name[16];
};

/* 0 or -ESRCH. */
int listener_find_holder(const struct address *address,
                         struct listener_holder *into);

/* Is it fine to go on without this listener? So it is for [::] on a machine
 * without IPv6 when an IPv4 address of the same port is listened on. */
bool listener_is_optional(const struct conf *conf,
                          const struct conf_listener *wanted, int err);

/* ---- a reload ---- */

enum { LISTENER_NONE = -1 };

/* What a reload does for one listener that the new configuration wants. */
struct listener_step {
    int keep; /* index of the old listener that goes on; or LISTENER_NONE: a
               * new one is opened */
    int over; /* the old one that is in its way and stands until the commit
               * (wildcard and specific address of one port); or NONE */
};

/* Pure. Fills a step for each of the `wanted_count` new ones; `closes[i]` says
 * whether old one `i` is closed once the new generation serves. A listener is
 * kept when address, ipv6only and reuseport are the same. */
void listeners_plan(const struct listener *old, unsigned old_count,
                    struct conf_listener *const *wanted, unsigned wanted_count,
                    struct listener_step *steps, bool *closes);

#endif
