/* inflight.c - noting the request in hand under a guard that is only tried */
#include "ipc/inflight.h"

#include <string.h>

#include "base/attr.h"
#include "ipc/slot.h"

static void put(_Atomic uint64_t *word, uint64_t n)
{
    atomic_store_explicit(word, n, memory_order_relaxed);
}

static void put32(_Atomic uint32_t *word, uint32_t n)
{
    atomic_store_explicit(word, n, memory_order_relaxed);
}

static uint64_t get(const _Atomic uint64_t *word)
{
    return atomic_load_explicit(word, memory_order_relaxed);
}

static uint32_t get32(const _Atomic uint32_t *word)
{
    return atomic_load_explicit(word, memory_order_relaxed);
}

/* From here to mark_end what `flag` vouches for is not whole. */
static void mark_begin(_Atomic uint32_t *flag)
{
    put32(flag, 0);
    atomic_thread_fence(memory_order_release);
}

static void mark_end(_Atomic uint32_t *flag)
{
    atomic_store_explicit(flag, 1, memory_order_release);
}

static uint8_t copy(char *into, size_t room, struct str text)
{
    size_t len = text.len < room ? text.len : room;

    if (len > 0)
        memcpy(into, text.at, len);
    return (uint8_t)len;
}

static bool enter(struct slot *own)
{
    if (guard_try(&own->inflight.guard, slot_pid(own)))
        return true;
    put32(&own->stale, 1);
    slot_add(own, COUNTER_inflight_stale, 1);
    return false;
}

static void leave(struct slot *own)
{
    guard_give(&own->inflight.guard, slot_pid(own));
}

static void fill(struct inflight_request *into,
                 const struct inflight_what *what, uint64_t started_ms)
{
    into->started_ms = started_ms;
    into->method_len = copy(into->method, INFLIGHT_METHOD_MAX, what->method);
    into->client_len = copy(into->client, INFLIGHT_CLIENT_MAX, what->client);
    into->target_len = copy(into->target, INFLIGHT_TARGET_MAX, what->target);
}

void inflight_set(struct slot *own, const struct inflight_what *what,
                  uint64_t now_ms)
{
    struct inflight *in = &own->inflight;
    uint64_t count = get(&in->count);

    put(&own->request_started_ms, now_ms);
    if (!enter(own))
        return;
    mark_begin(&in->whole);
    fill(&in->recent[count % INFLIGHT_RECENT], what, now_ms);
    put32(&in->in_hand, count % INFLIGHT_RECENT);
    atomic_store_explicit(&in->count, count + 1, memory_order_release);
    mark_end(&in->whole);
    put32(&own->stale, 0);
    leave(own);
}

void inflight_resume(struct slot *own, const struct inflight_what *what,
                     uint64_t started_ms)
{
    struct inflight *in = &own->inflight;

    put(&own->request_started_ms, started_ms);
    if (!enter(own))
        return;
    mark_begin(&in->whole);
    fill(&in->resumed, what, started_ms);
    put32(&in->in_hand, INFLIGHT_RECENT);
    mark_end(&in->whole);
    put32(&own->stale, 0);
    leave(own);
}

void inflight_phase(struct slot *own, enum phase phase, uint64_t now_ms)
{
    put(&own->phase_since_ms, now_ms);
    put32(&own->phase, phase);
}

void inflight_clear(struct slot *own)
{
    put32(&own->phase, PHASE_IDLE);
}

void inflight_forget(struct slot *slot)
{
    put32(&slot->phase, PHASE_IDLE);
    put32(&slot->stale, 0);
    put32(&slot->inflight.whole, 0);
    put32(&slot->inflight.noted, 0);
    put(&slot->inflight.count, 0);
}

const char *phase_name(unsigned phase)
{
    static const char *const names[PHASE_COUNT] = {
        "idle", "reading", "resolving", "sending", "logging", "waiting",
    };

    return phase < PHASE_COUNT ? names[phase] : "unknown";
}

/* The lengths come from shared memory. */
static void take(struct inflight_request *into,
                 const struct inflight_request *from)
{
    *into = *from;
    if (into->method_len > INFLIGHT_METHOD_MAX)
        into->method_len = INFLIGHT_METHOD_MAX;
    if (into->client_len > INFLIGHT_CLIENT_MAX)
        into->client_len = INFLIGHT_CLIENT_MAX;
    if (into->target_len > INFLIGHT_TARGET_MAX)
        into->target_len = INFLIGHT_TARGET_MAX;
}

/* Whatever the word says, one that exists. */
static const struct inflight_request *in_hand(const struct inflight *in)
{
    uint32_t which = get32(&in->in_hand);

    return which < INFLIGHT_RECENT ? &in->recent[which] : &in->resumed;
}

/* Behind the guard. Without `whole` the next entry to be written may be half
 * written, and that is the oldest once all are in use. */
static void look(struct slot *slot, struct inflight_view *into)
{
    const struct inflight *in = &slot->inflight;
    bool whole = atomic_load_explicit(&in->whole, memory_order_acquire) != 0;
    uint64_t count = get(&in->count);
    unsigned good = whole ? INFLIGHT_RECENT : INFLIGHT_RECENT - 1;

    into->looked = true;
    into->known =
        whole && get32(&slot->stale) == 0 && into->phase != PHASE_IDLE;
    if (into->known)
        take(&into->now, in_hand(in));
    into->recent_count = count < good ? (unsigned)count : good;
    for (unsigned i = 0; i < into->recent_count; i++)
        take(&into->recent[i], &in->recent[(count - 1 - i) % INFLIGHT_RECENT]);
    if (atomic_load_explicit(&in->noted, memory_order_acquire) != 0)
        memcpy(into->note, in->note, sizeof(into->note) - 1);
}

void inflight_read(struct slot *slot, int32_t pid, struct inflight_view *into)
{
    uint32_t phase = get32(&slot->phase);

    *into = (struct inflight_view){
        .phase = phase < PHASE_COUNT ? (enum phase)phase : PHASE_IDLE,
        .phase_since_ms = get(&slot->phase_since_ms),
        .started_ms = get(&slot->request_started_ms),
    };
    if (pid == 0 || !guard_try(&slot->inflight.guard, pid))
        return;
    look(slot, into);
    guard_give(&slot->inflight.guard, pid);
}

bool slot_note(struct slot *own, struct str text)
{
    struct inflight *in = &own->inflight;

    if (!guard_try(&in->guard, slot_pid(own)))
        return false;
    mark_begin(&in->noted);
    memset(in->note, 0, sizeof(in->note));
    copy(in->note, sizeof(in->note) - 1, text);
    mark_end(&in->noted);
    leave(own);
    return true;
}
