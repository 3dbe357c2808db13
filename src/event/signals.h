/* signals.h - signals as something that a loop can wait for */
#ifndef PRONG_EVENT_SIGNALS_H
#define PRONG_EVENT_SIGNALS_H

#include <signal.h>
#include <stdbool.h>
#include <sys/signalfd.h>

#include "event/loop.h"

/* Embedded in its user; set `arrived` first. The zero value is closed. */
struct signals {
    struct watcher watcher;
    struct loop *loop; /* NULL: not open */
    void (*arrived)(struct signals *signals,
                    const struct signalfd_siginfo *info);
};

/* Blocks the signals of `set` for the process and watches for them. 0 or
 * -errno. A signal that coalesced arrives once: reap until none is left. */
int signals_open(struct signals *signals, struct loop *loop,
                 const sigset_t *set);

/* The signals stay blocked. */
void signals_close(struct signals *signals);

/* Did a process send it (kill, sigqueue)? The terminal's come from the
 * kernel. */
bool signals_from_process(const struct signalfd_siginfo *info);

#endif
