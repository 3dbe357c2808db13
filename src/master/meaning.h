/* meaning.h - what a signal to the master means
 *
 * Pure. The terminal signals every process of its foreground group; what it
 * sends carries SI_KERNEL, and what a process sends SI_USER or the like. */
#ifndef PRONG_MASTER_MEANS_H
#define PRONG_MASTER_MEANS_H

#include <stdbool.h>
#include <stdint.h>

enum meaning {
    MEANS_NOTHING,
    MEANS_STOP,
    MEANS_QUIT,
    MEANS_RELOAD,
    MEANS_REOPEN,
    MEANS_UPGRADE,
    MEANS_DRAIN_WORKERS, /* and keep the master */
    MEANS_REAP,
};

/* `lost_terminal`: there was a controlling terminal at the start, and there is
 * none now. */
enum meaning meaning_of(uint32_t signal, int32_t code, bool lost_terminal);

/* Did the terminal send it? */
bool meaning_is_terminal(uint32_t signal, int32_t code);

#endif
