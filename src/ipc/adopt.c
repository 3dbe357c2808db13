/* adopt.c - tells the orphans from the dead and frees what the dead held */
#include "ipc/adopt.h"

#include <unistd.h>

static bool is_survivor(struct layout *layout, unsigned used, int32_t pid)
{
    for (unsigned i = 0; i < used; i++) {
        const struct slot *slot = layout_slot(layout, i);

        if (slot_state(slot) == SLOT_ORPHANED && slot_pid(slot) == pid)
            return true;
    }
    return false;
}

static unsigned sort_slots(struct layout *layout, unsigned used)
{
    unsigned survivors = 0;

    for (unsigned i = 0; i < used; i++) {
        struct slot *slot = layout_slot(layout, i);

        if (slot_state(slot) != SLOT_FREE && slot_lives(slot)) {
            slot_state_set(slot, SLOT_ORPHANED);
            survivors++;
        } else {
            atomic_store_explicit(&slot->pid, 0, memory_order_relaxed);
            slot_state_set(slot, SLOT_FREE);
        }
    }
    return survivors;
}

/* While survivors use the semaphore it must not be made anew. A token that was
 * lost is found by scoreboard_tick. */
static void free_guard(struct layout *layout, unsigned used,
                       struct guard *guard)
{
    int32_t holder = atomic_load_explicit(&guard->holder, memory_order_relaxed);

    if (holder != 0 && !is_survivor(layout, used, holder))
        guard_repair(guard, holder);
}

/* Whoever has the structure got it from the dead: a reader at most, to whom a
 * slot may change under its eyes at worst. One that is stopped would keep the
 * new master from its own slot, and so would a token that was lost. */
static void take_structure_back(struct guard *guard)
{
    guard_repair(guard,
                 atomic_load_explicit(&guard->holder, memory_order_relaxed));
    guard_heal(guard, getpid());
}

void adopt_slots(struct layout *layout, unsigned used)
{
    unsigned survivors = sort_slots(layout, used);

    if (survivors == 0)
        guard_init(&layout->structure);
    else
        take_structure_back(&layout->structure);
    for (unsigned i = 0; i < used; i++) {
        struct guard *guard = &layout_slot(layout, i)->inflight.guard;

        if (survivors == 0)
            guard_init(guard);
        else
            free_guard(layout, used, guard);
    }
}
