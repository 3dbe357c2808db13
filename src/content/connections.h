/* connections.h - figures of all workers together, as stub_status and
 * $connections_active show them */
#ifndef PRONG_CONTENT_CONNECTIONS_H
#define PRONG_CONTENT_CONNECTIONS_H

#include <stdint.h>

#include "content/exchange.h"
#include "ipc/counters.h"

/* The sum of one figure over the scoreboard: a gauge over those that live, a
 * counter over all. Without a scoreboard (env->board) it is 0. */
uint64_t connections_sum(const struct env *env, enum counter which);

#endif
