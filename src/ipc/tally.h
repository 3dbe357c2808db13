/* tally.h - how many connections of one key there are, over all workers
 *
 * Each worker has a ledger, memory that the master mapped before it forked: a
 * line for each count that its connections hold. When the worker has died, be
 * it in the middle of a change, the master gives back exactly what it held. */
#ifndef PRONG_IPC_TALLY_H
#define PRONG_IPC_TALLY_H

#include <stdatomic.h>
#include <stdint.h>

#include "ipc/zone.h"

/* A process's own view of a ledger, copied by the fork. */
struct tally_ledger {
    _Atomic uint64_t *lines; /* shared; NULL: it is closed */
    uint32_t room;
    uint32_t worker; /* its slot's number on the scoreboard */
};

/* Room for `room` counts, 1 at least; set `worker` before the fork. 0 or
 * -errno. */
int tally_ledger_open(struct tally_ledger *ledger, uint32_t room);
void tally_ledger_close(struct tally_ledger *ledger);

/* How a zone is known in a ledger, and to whoever reads it. */
struct tally_zone {
    uint16_t number;
    struct zone *zone;
};

/* A worker's own view of its ledger. */
struct tally {
    const struct tally_ledger *ledger; /* NULL: nothing is counted */
    uint32_t *next;  /* of each line, in its chain; 0: the last */
    uint32_t vacant; /* first of those that are free again */
    uint32_t used;   /* lines behind this never were */
};

/* What one connection holds: lines in a chain, counted from 1. */
struct tally_hold {
    uint32_t first; /* 0: nothing */
};

/* The ledger's lines must be free. 0 or -ENOMEM. */
int tally_open(struct tally *t, const struct tally_ledger *ledger);
void tally_close(struct tally *t);

enum tally_verdict {
    TALLY_TAKEN,
    TALLY_LIMITED, /* `limit` are there already */
    TALLY_FULL,    /* no cell or no line is left */
};

/* Counts one more of the key, as long as that are `limit` at most, and hangs it
 * on the hold. */
enum tally_verdict tally_take(struct tally *t, struct tally_zone zone,
                              uint64_t key, unsigned limit,
                              struct tally_hold *hold);

/* Gives back all that hangs on the hold. `zones` by their numbers. */
void tally_give_back(struct tally *t, struct zone *const *zones,
                     struct tally_hold *hold);

/* The same for all lines of a worker that is dead. Only by whoever reaped it.
 * Returns how many counts were given back. */
unsigned tally_reap(const struct tally_ledger *ledger,
                    struct zone *const *zones, unsigned zone_count);

#endif
