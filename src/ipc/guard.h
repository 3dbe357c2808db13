/* guard.h - mutual exclusion between processes that may be killed or stopped
 *
 * A POSIX semaphore and, beside it, the pid of the holder. The semaphore is
 * where one waits; exclusion is the compare-and-swap of `holder` from 0:
 *
 *   take    get the semaphore, then holder 0 -> pid. When the second fails the
 *           token was one too many: it is kept and one starts again. A holder
 *           takes a further token away if it finds one.
 *   give    holder pid -> 0, and post only if that succeeded.
 *   repair  by the master alone, when it has reaped a child and before it
 *           forks again (so the pid cannot be someone else's yet): holder
 *           dead -> 0, and post only if that succeeded.
 *   heal    whoever died between the two steps of take or of give leaves the
 *           semaphore at 0 and no holder. One who has waited until the
 *           deadline and finds that takes it by 0 -> pid and gives it back.
 *           If that process was only stopped, then there is one token too
 *           many for a while; the holder's word still excludes.
 *
 * What is behind a guard can be left half written by a holder that was killed:
 * its users mark the record whole as the last thing. No call blocks but
 * guard_wait. `pid` is the caller's own, never 0. */
#ifndef PRONG_IPC_GUARD_H
#define PRONG_IPC_GUARD_H

#include <semaphore.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

struct guard {
    sem_t semaphore;
    _Atomic int32_t holder; /* a pid, or 0 */
};

/* Free and in nobody's hands. Only for memory that no other process uses. */
int guard_init(struct guard *g);

/* Takes it if it is free. */
bool guard_try(struct guard *g, int32_t pid);

/* Waits until it is free or until `deadline` (CLOCK_MONOTONIC), then heals what
 * nobody holds. 0 when it is held by the caller now, or -ETIMEDOUT. The master
 * never calls it: it tries, and returns by timer. */
int guard_wait(struct guard *g, int32_t pid, const struct timespec *deadline);

/* Gives it back; false when it was no longer the caller's. */
bool guard_give(struct guard *g, int32_t pid);

/* Frees it from a process that is dead; was it the holder? */
bool guard_repair(struct guard *g, int32_t dead);

/* At 0 without a holder: someone is between two steps, or died there. */
bool guard_looks_lost(struct guard *g);

/* Takes what looked lost for longer than any step lasts and gives it back;
 * false when it was not lost any more. */
bool guard_heal(struct guard *g, int32_t pid);

#endif
