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

/* Listeners that are open already; rows may be NULL. */
struct listener_others {
    struct listener *const *list;
    unsigned count;
    const struct listener_others *next; /* more of them, or NULL */
};

/* Opens `sockets` sockets for what the configuration wants (one is opened
 * unless it says reuseport): bound and listening, non-blocking, close-on-exec.
 * `others` (may be NULL) are those of our own, old and new: one that is bound
 * to the wildcard and one to a specific address of the same port may stand side
 * by side. 0 or -errno with `failure` filled and nothing left open. */
int listener_open(struct listener *l, const struct conf_listener *wanted,
                  unsigned sockets, const struct listener_others *others,
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

/* Is it fine to go on without this listener? So it is for [::] on a machine
 * without IPv6 when an IPv4 address of the same port is listened on. */
bool listener_is_optional(const struct conf *conf,
                          const struct conf_listener *wanted, int err);

/* ---- a reload ---- */

enum { LISTENER_NONE = -1 };

/* Pure. `keep[i]` becomes the index of the old listener that goes on as wanted
 * one `i`, or LISTENER_NONE: a new one is opened. An old one is kept when
 * address, ipv6only and reuseport are the same; the others are closed once the
 * new generation serves. */
void listeners_plan(const struct listener *old, unsigned old_count,
                    struct conf_listener *const *wanted, unsigned wanted_count,
                    int *keep);

#endif
