/* slot.c - what is counted together, and whose a slot is */
#include "ipc/slot.h"

#include <unistd.h>

#include "base/attr.h"
#include "os/identity.h"

static enum counter gauge_of(enum slot_connection where)
{
    switch (where) {
    case SLOT_CONNECTION_READING:
        return COUNTER_reading;
    case SLOT_CONNECTION_WRITING:
        return COUNTER_writing;
    case SLOT_CONNECTION_IDLE:
        return COUNTER_idle;
    case SLOT_CONNECTION_NONE:
        break;
    }
    return COUNTER_COUNT;
}

void slot_connection(struct slot *own, enum slot_connection from,
                     enum slot_connection to)
{
    enum counter less = gauge_of(from);
    enum counter more = gauge_of(to);

    if (less == more)
        return;
    if (less != COUNTER_COUNT)
        slot_gauge_add(own, less, -1);
    else
        slot_gauge_add(own, COUNTER_active, 1);
    if (more != COUNTER_COUNT)
        slot_gauge_add(own, more, 1);
    else
        slot_gauge_add(own, COUNTER_active, -1);
    slot_max(own, COUNTER_active_max, slot_get(own, COUNTER_active));
}

void slot_answer(struct slot *own, unsigned status)
{
    slot_add(own, COUNTER_requests, 1);
    slot_add(own, counter_of_class(status), 1);
    slot_add(own, counter_of_status(status), 1);
}

void slot_latency(struct slot *own, uint64_t head_us, uint64_t whole_us)
{
    histogram_add(&own->latency_head, head_us);
    histogram_add(&own->latency_whole, whole_us);
}

enum slot_state slot_state(const struct slot *slot)
{
    uint32_t state = atomic_load_explicit(&slot->state, memory_order_acquire);

    return state < SLOT_STATE_COUNT ? (enum slot_state)state : SLOT_ENDED;
}

void slot_state_set(struct slot *slot, enum slot_state state)
{
    atomic_store_explicit(&slot->state, state, memory_order_release);
}

const char *slot_state_name(enum slot_state state)
{
    static const char *const names[SLOT_STATE_COUNT] = {
        "free",    "starting", "serving",  "draining",
        "waiting", "ended",    "orphaned",
    };

    return (unsigned)state < SLOT_STATE_COUNT ? names[state] : "unknown";
}

/* The user comes from the process itself: the master could see the one of the
 * moment before the child gave up its privileges. */
void slot_begin(struct slot *slot, int32_t pid)
{
    struct identity who;

    if (identity_of(&who, pid) == 0)
        atomic_store_explicit(&slot->start_time, who.start_time,
                              memory_order_relaxed);
    if (pid == getpid())
        atomic_store_explicit(&slot->uid, geteuid(), memory_order_relaxed);
    atomic_store_explicit(&slot->pid, pid, memory_order_release);
}

static void renew_counters(struct slot *slot)
{
    for (unsigned i = 0; i < COUNTER_COUNT; i++) {
        enum counter c = (enum counter)i;

        if (counter_kind(c) == GAUGE)
            slot_set(slot, c, 0);
        atomic_store_explicit(&slot->since[i], slot_get(slot, c),
                              memory_order_relaxed);
    }
}

void slot_renew(struct slot *slot, uint64_t generation, uint64_t now_ms)
{
    atomic_store_explicit(&slot->pid, 0, memory_order_relaxed);
    atomic_store_explicit(&slot->uid, UINT32_MAX, memory_order_relaxed);
    atomic_store_explicit(&slot->start_time, 0, memory_order_relaxed);
    atomic_store_explicit(&slot->generation, generation, memory_order_relaxed);
    atomic_store_explicit(&slot->started_ms, now_ms, memory_order_relaxed);
    slot_heartbeat(slot, now_ms);
    slot_last_request(slot, 0);
    renew_counters(slot);
    histogram_copy(&slot->since_head, &slot->latency_head);
    histogram_copy(&slot->since_whole, &slot->latency_whole);
    inflight_forget(slot);
    logring_mend(&slot->log);
    atomic_fetch_add_explicit(&slot->claims, 1, memory_order_relaxed);
    slot_state_set(slot, SLOT_STARTING);
}

bool slot_lives(const struct slot *slot)
{
    struct identity who = {
        .pid = atomic_load_explicit(&slot->pid, memory_order_acquire),
        .uid = atomic_load_explicit(&slot->uid, memory_order_relaxed),
        .start_time =
            atomic_load_explicit(&slot->start_time, memory_order_relaxed),
    };

    return who.pid > 0 && who.start_time > 0 && identity_lives(&who);
}
