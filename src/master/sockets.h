/* sockets.h - the listening sockets of a generation
 *
 * In the order of its conf->listeners; one that the machine cannot have and may
 * do without is NULL. What a reload keeps is shared with the generation before
 * until the commit or the cancel. */
#ifndef PRONG_MASTER_SOCKETS_H
#define PRONG_MASTER_SOCKETS_H

#include <stdbool.h>

#include "base/buf.h"
#include "conf/conf.h"
#include "ipc/role.h"
#include "net/listener.h"

/* The zero value has none. */
struct sockets {
    struct listener **listeners;
    bool *is_shared; /* with the generation before */
    unsigned count;
};

/* What could not be opened, for whoever wants to wait for it. */
struct sockets_failure {
    const struct conf_listener *wanted;
    struct listener_failure why;
};

/* Opens what `conf` wants, keeping from `old` (may be NULL) what goes on. 0, or
 * -errno with `failure` filled (wanted NULL: memory ran out) and nothing left
 * open. Who may be done without is left out with a warning. */
int sockets_open(struct sockets *s, const struct sockets *old,
                 const struct conf *conf, struct sockets_failure *failure);

/* The new ones are in force: closes those of `old` that are not shared, and
 * `old` is empty. What is kept takes its new options. */
void sockets_commit(struct sockets *s, const struct conf *conf,
                    struct sockets *old);

/* The new ones will not be: closes what was opened for them. */
void sockets_cancel(struct sockets *s);

/* Closes everything, names of unix sockets too. */
void sockets_close(struct sockets *s);

/* `workers` share them from now on: with reuseport each has one of its own. */
int sockets_grow(struct sockets *s, const struct conf *conf, unsigned workers,
                 struct sockets_failure *failure);

/* The workers from `workers` on are gone: their own sockets are closed, so that
 * the kernel gives them no more connections. */
void sockets_shrink(struct sockets *s, const struct conf *conf,
                    unsigned workers);

/* How many descriptors worker `index` of `workers` takes, and which. Where
 * there are more sockets than workers a worker takes several, so that none is
 * left without one who accepts. */
unsigned sockets_count_for(const struct sockets *s, unsigned index,
                           unsigned workers);
void sockets_fill(const struct sockets *s, unsigned index, unsigned workers,
                  struct role_listener *into);

#endif
