/* pace.h - how fast requests of one key come: a bucket that leaks
 *
 * nginx's arithmetic. A word holds the time of the last request (40 bits of
 * milliseconds) and by how many thousandths of a request its key is ahead of
 * the rate (24 bits, the excess). The word 0 is a key that was never seen. */
#ifndef PRONG_IPC_PACE_H
#define PRONG_IPC_PACE_H

#include <stdbool.h>
#include <stdint.h>

#include "ipc/zone.h"

enum { PACE_EXCESS_MAX = (1 << 24) - 1 };

/* The excess that one more request at `now_ms` would have; `rate` is in
 * thousandths of a request a second. */
uint64_t pace_excess(uint64_t word, uint64_t rate, uint64_t now_ms);

/* The word after that request. */
uint64_t pace_next(uint64_t word, uint64_t rate, uint64_t now_ms);

/* Takes the request into account; returns its excess. */
uint64_t pace_take(struct zone_cell *cell, uint64_t rate, uint64_t now_ms);

/* The same, unless its excess is more than `burst`: false, and nothing was
 * taken. `excess` is written in either case. */
bool pace_try(struct zone_cell *cell, uint64_t rate, uint64_t burst,
              uint64_t now_ms, uint64_t *excess);

#endif
