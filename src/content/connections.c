/* connections.c - figures of all workers together */
#include "content/connections.h"

#include "ipc/scoreboard.h"

static bool counts(const struct slot *slot, enum counter which)
{
    if (counter_kind(which) == COUNTER)
        return true;
    switch (slot_state(slot)) {
    case SLOT_STARTING:
    case SLOT_SERVING:
    case SLOT_DRAINING:
    case SLOT_ORPHANED:
        return true;
    default:
        return false;
    }
}

uint64_t connections_sum(const struct env *env, enum counter which)
{
    unsigned count = env->board ? scoreboard_slots(env->board) : 0;
    uint64_t sum = 0;

    for (unsigned i = 0; i < count; i++) {
        const struct slot *slot = scoreboard_slot(env->board, i);

        if (slot && counts(slot, which))
            sum += atomic_load_explicit(&slot->counters[which],
                                        memory_order_relaxed);
    }
    return sum;
}
