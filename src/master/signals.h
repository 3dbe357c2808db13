/* signals.h - what a signal to the master means
 *
 * Pure. The terminal signals every process of its foreground group; what it
 * sends carries SI_KERNEL, and what a process sends SI_USER or the like. */
#ifndef PRONG_MASTER_SIGNALS_H
#define PRONG_MASTER_SIGNALS_H

#include <stdbool.h>
#include <stdint.h>

enum signals_meaning {
    SIGNALS_NOTHING,
    SIGNALS_STOP,
    SIGNALS_QUIT,
    SIGNALS_RELOAD,
    SIGNALS_REOPEN,
    SIGNALS_UPGRADE,
    SIGNALS_DRAIN_WORKERS, /* and keep the master */
    SIGNALS_REAP,
};

/* `lost_terminal`: there was a controlling terminal at the start, and there is
 * none now. */
enum signals_meaning signals_read(uint32_t signal, int32_t code,
                                  bool lost_terminal);

/* Did the terminal send it? */
bool signals_is_terminal(uint32_t signal, int32_t code);

#endif
