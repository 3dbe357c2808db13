/* snapshot.c - copies what the scoreboard says and merges it */
#include "ipc/snapshot.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ipc/scoreboard.h"

static uint64_t load(const _Atomic uint64_t *word)
{
    return atomic_load_explicit(word, memory_order_relaxed);
}

bool snapshot_is_live(const struct snapshot_slot *slot)
{
    switch (slot->state) {
    case SLOT_STARTING:
    case SLOT_SERVING:
    case SLOT_DRAINING:
    case SLOT_ORPHANED:
        return true;
    default:
        return false;
    }
}

/* `since` is read last: a slot that changes its owner meanwhile can only make
 * the difference too small, and then it is 0. */
static void copy_counters(const struct slot *slot, struct snapshot_slot *into)
{
    for (unsigned i = 0; i < COUNTER_COUNT; i++)
        into->counters[i] = load(&slot->counters[i]);
    for (unsigned i = 0; i < COUNTER_COUNT; i++) {
        uint64_t since = 0;

        if (counter_kind((enum counter)i) == COUNTER)
            since = load(&slot->since[i]);
        into->own[i] =
            into->counters[i] > since ? into->counters[i] - since : 0;
    }
}

static void copy_latency(const struct slot *slot, struct snapshot_slot *into)
{
    struct histogram_copy since;

    histogram_read(&slot->latency_head, &into->latency_head);
    histogram_read(&slot->latency_whole, &into->latency_whole);
    into->own_head = into->latency_head;
    histogram_read(&slot->since_head, &since);
    histogram_subtract(&into->own_head, &since);
    into->own_whole = into->latency_whole;
    histogram_read(&slot->since_whole, &since);
    histogram_subtract(&into->own_whole, &since);
}

static void copy_slot(struct slot *slot, int32_t pid,
                      struct snapshot_slot *into)
{
    uint32_t role = atomic_load_explicit(&slot->role, memory_order_relaxed);

    into->state = slot_state(slot);
    into->role = role < ROLE_COUNT ? (enum role_id)role : ROLE_COUNT;
    into->pid = slot_pid(slot);
    into->generation = slot_generation(slot);
    into->started_ms = load(&slot->started_ms);
    into->heartbeat_ms = load(&slot->heartbeat_ms);
    into->last_request_ms = load(&slot->last_request_ms);
    into->log_waiting = logring_fill(&slot->log);
    into->log_oldest_ms = logring_oldest_ms(&slot->log);
    copy_counters(slot, into);
    copy_latency(slot, into);
    inflight_read(slot, pid, &into->inflight);
}

static void merge(struct snapshot *s, const struct snapshot_slot *slot)
{
    for (unsigned i = 0; i < COUNTER_COUNT; i++) {
        uint64_t n = slot->counters[i];

        switch (counter_kind((enum counter)i)) {
        case COUNTER:
            s->total[i] += n;
            break;
        case GAUGE:
            s->total[i] += snapshot_is_live(slot) ? n : 0;
            break;
        case MAX:
            s->total[i] = n > s->total[i] ? n : s->total[i];
            break;
        }
    }
    histogram_merge(&s->total_head, &slot->latency_head);
    histogram_merge(&s->total_whole, &slot->latency_whole);
}

static bool make_room(struct snapshot *s, unsigned count)
{
    struct snapshot_slot *slots;

    if (count <= s->slot_room)
        return true;
    slots = realloc(s->slots, count * sizeof(*slots));
    if (!slots)
        return false;
    s->slots = slots;
    s->slot_room = count;
    return true;
}

/* The owner's gauge of all may be ahead of the three that it is the sum of. */
static void settle_active(uint64_t *counters)
{
    counters[COUNTER_active] = counters[COUNTER_reading] +
                               counters[COUNTER_writing] +
                               counters[COUNTER_idle];
}

static void copy_slots(struct scoreboard *board, int32_t pid,
                       struct snapshot *into)
{
    for (unsigned i = 0; i < into->slot_count; i++) {
        struct snapshot_slot *slot = &into->slots[i];

        *slot = (struct snapshot_slot){.number = i};
        copy_slot(scoreboard_slot(board, i), pid, slot);
        settle_active(slot->counters);
        settle_active(slot->own);
        merge(into, slot);
    }
}

/* The structure is kept still if it can be had; if not, the copy is good all
 * the same, for every slot's words are whole at any time. */
int scoreboard_snapshot(struct scoreboard *board, int32_t pid,
                        const struct snapshot_clock *now, struct snapshot *into)
{
    unsigned count = scoreboard_slots(board);
    bool still;

    if (!make_room(into, count))
        return -ENOMEM;
    into->clock = *now;
    into->since_wall = scoreboard_since_wall(board);
    into->log_level = scoreboard_log_level(board);
    into->has_section = scoreboard_section(board, &into->section);
    if (!into->has_section)
        into->section = (struct section){0};
    into->slot_count = count;
    memset(into->total, 0, sizeof(into->total));
    into->total_head = (struct histogram_copy){0};
    into->total_whole = (struct histogram_copy){0};
    still = pid != 0 && scoreboard_try(board, pid);
    copy_slots(board, pid, into);
    if (still)
        scoreboard_let_go(board, pid);
    return 0;
}

void snapshot_close(struct snapshot *s)
{
    free(s->slots);
    *s = (struct snapshot){0};
}
