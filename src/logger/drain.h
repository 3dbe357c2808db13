/* drain.h - from the rings of all slots to the outputs
 *
 * What is taken from a ring is written first, settled then, and the tail moves
 * over what is settled. The lines of a blocked output stay where they are while
 * the ring is at most half full; beyond that the oldest of them are given up,
 * because whoever writes to the ring needs the room for other outputs' lines.
 */
#ifndef PRONG_LOGGER_DRAIN_H
#define PRONG_LOGGER_DRAIN_H

#include <stdbool.h>
#include <stdint.h>

#include "logger/batch.h"
#include "logger/output.h"
#include "logger/paths.h"

struct scoreboard;
struct slot;

struct drain {
    struct scoreboard *board;
    struct str hostname; /* what syslog servers are told */
    struct slot *own;    /* the logger's: for its figures; NULL: none */
    struct outputs outputs;
    struct paths paths;
    uint64_t strays; /* lines whose file could not be had, since it was said */
    int stray_error; /* of the last: errno */
    char stray_path[256];
    uint64_t unknown; /* records for no output, since it was said last */
    /* An output is blocked from now on; may be NULL. */
    void (*blocked)(struct drain *d, struct output *o);
    struct batch batch;
    struct batch_write write;
};

/* Brings what is in one slot's ring to the outputs. A number that has no slot
 * is ignored. */
void drain_slot(struct drain *d, unsigned number);

/* All rings, also of slots whose owner is gone. */
void drain_all(struct drain *d);

/* Tries a blocked output again: finishes the line that it took half of. True
 * when it is not blocked any more (then drain). */
bool drain_retry(struct drain *d, struct output *o);

/* Does no ring hold anything? */
bool drain_is_done(const struct drain *d);

/* Gives up what is still in the rings and counts it. */
void drain_give_up(struct drain *d);

#endif
