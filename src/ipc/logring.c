/* logring.c - one producer, one consumer, and what either may believe
 *
 * Every record begins at a multiple of 16 with two words: length, log, level
 * and kind in the first, the time in the second; the text follows and is padded
 * to 16. A record never wraps: where the rest of the ring is too short, one of
 * kind SKIP fills it, which becomes visible together with the record behind. A
 * record that the consumer has dealt with before its turn becomes SETTLED. */
#include "ipc/logring.h"

#include <string.h>

enum { ALIGN = 16, HEAD = 16, MASK = LOGRING_SIZE - 1 };
enum kind { KIND_NONE, KIND_RECORD, KIND_SKIP, KIND_SETTLED };

_Static_assert((LOGRING_SIZE & MASK) == 0, "a power of two");
_Static_assert(LOGRING_SIZE >= 8 * HEAD, "room for a few records");

static char *byte_at(struct logring *ring, uint64_t at)
{
    return (char *)ring->words + (at & MASK);
}

static uint64_t padded(uint64_t len)
{
    return (len + ALIGN - 1) & ~(uint64_t)(ALIGN - 1);
}

static void store(struct logring *ring, uint64_t at, uint64_t word)
{
    atomic_store_explicit(&ring->words[(at & MASK) / 8], word,
                          memory_order_relaxed);
}

static uint64_t load(const struct logring *ring, uint64_t at)
{
    return atomic_load_explicit(&ring->words[(at & MASK) / 8],
                                memory_order_relaxed);
}

static uint64_t pack(size_t len, enum kind kind, uint16_t log, unsigned level)
{
    return (uint64_t)len | (uint64_t)log << 32 | (uint64_t)level << 48 |
           (uint64_t)kind << 56;
}

struct logring_room logring_reserve(struct logring *ring, size_t room)
{
    uint64_t head = atomic_load_explicit(&ring->head, memory_order_relaxed);
    uint64_t tail = atomic_load_explicit(&ring->tail, memory_order_acquire);
    uint64_t rest = LOGRING_SIZE - (head & MASK);
    uint64_t begin = head;
    uint64_t need;

    if (room > LOGRING_LINE_MAX)
        room = LOGRING_LINE_MAX;
    need = HEAD + padded(room);
    if (need > rest)
        begin += rest;
    /* the first two: someone left it senseless; the consumer or the next claim
     * of the slot will mend it */
    if (head % ALIGN != 0 || head - tail > LOGRING_SIZE ||
        begin + need - tail > LOGRING_SIZE)
        return (struct logring_room){0};
    return (struct logring_room){byte_at(ring, begin + HEAD), room, begin};
}

void logring_commit(struct logring *ring, const struct logring_room *room,
                    const struct logring_record *record, size_t len)
{
    uint64_t head = atomic_load_explicit(&ring->head, memory_order_relaxed);

    if (len > room->room)
        len = room->room;
    if (room->begin != head) {
        store(ring, head + 8, record->time_ms);
        store(ring, head, pack(room->begin - head - HEAD, KIND_SKIP, 0, 0));
    }
    store(ring, room->begin + 8, record->time_ms);
    store(ring, room->begin,
          pack(len, KIND_RECORD, record->log, record->level));
    atomic_store_explicit(&ring->head, room->begin + HEAD + padded(len),
                          memory_order_release);
}

bool logring_write(struct logring *ring, const struct logring_record *record)
{
    struct str text = record->text;
    struct logring_room room = logring_reserve(ring, text.len);

    if (!room.at)
        return false;
    if (text.len > 0)
        memcpy(room.at, text.at, room.room);
    if (text.len > room.room)
        room.at[room.room - 1] = text.at[text.len - 1];
    logring_commit(ring, &room, record, room.room);
    return true;
}

/* Both sides exchange the word, so one of them sees the other: the consumer the
 * record that was committed before the call, or the producer that the consumer
 * has listened and must be called again. */
bool logring_call(struct logring *ring)
{
    return atomic_exchange_explicit(&ring->called, 1, memory_order_acq_rel) ==
           0;
}

void logring_uncall(struct logring *ring)
{
    atomic_store_explicit(&ring->called, 0, memory_order_relaxed);
}

void logring_listen(struct logring *ring)
{
    atomic_exchange_explicit(&ring->called, 0, memory_order_acq_rel);
}

/* The consumer may still be at work: it notices by itself when the head that it
 * saw makes no sense any more. */
void logring_mend(struct logring *ring)
{
    uint64_t head = atomic_load_explicit(&ring->head, memory_order_relaxed);
    uint64_t tail = atomic_load_explicit(&ring->tail, memory_order_acquire);

    if (head % ALIGN != 0 || head - tail > LOGRING_SIZE)
        atomic_store_explicit(&ring->head, padded(tail), memory_order_release);
}

struct logring_cursor logring_begin(const struct logring *ring)
{
    uint64_t tail = atomic_load_explicit(&ring->tail, memory_order_relaxed);
    uint64_t head = atomic_load_explicit(&ring->head, memory_order_acquire);

    return (struct logring_cursor){tail, head & ~(uint64_t)(ALIGN - 1)};
}

/* What the first word says, if it can be true: the size of the whole record, or
 * 0. `left` is a multiple of 16, and so is every size: one always gets on. */
static uint64_t size_of(uint64_t word, uint64_t at, uint64_t left)
{
    uint64_t size = HEAD + padded((uint32_t)word);

    if (size > left || (at & MASK) + size > LOGRING_SIZE)
        return 0;
    return size;
}

enum logring_verdict logring_peek(const struct logring *ring,
                                  struct logring_cursor *cursor,
                                  struct logring_record *record)
{
    while (cursor->at != cursor->end) {
        uint64_t at = cursor->at;
        uint64_t left = cursor->end - at;
        uint64_t word = load(ring, at & ~(uint64_t)(ALIGN - 1));
        uint64_t size = size_of(word, at, left);
        unsigned kind = (unsigned)(word >> 56);
        unsigned level = (word >> 48) & 0xff;

        if (at % ALIGN != 0 || left > LOGRING_SIZE || size == 0 ||
            level > LOG_DEBUG || kind == KIND_NONE || kind > KIND_SETTLED)
            return LOGRING_CORRUPT;
        cursor->at += size;
        if (kind == KIND_SKIP)
            continue;
        *record = (struct logring_record){
            .log = (uint16_t)(word >> 32),
            .level = (enum log_level)level,
            .time_ms = load(ring, at + 8),
            .text = {(const char *)ring->words + ((at + HEAD) & MASK),
                     (uint32_t)word},
            .at = at,
            .settled = kind == KIND_SETTLED,
        };
        return LOGRING_RECORD;
    }
    return LOGRING_EMPTY;
}

/* Between tail and head the word is the consumer's: the producer comes back to
 * it only when the tail has moved. */
void logring_settle(struct logring *ring, uint64_t at)
{
    uint64_t word = load(ring, at);

    if (word >> 56 == KIND_RECORD)
        store(ring, at,
              (word & ~(UINT64_C(0xff) << 56)) | (uint64_t)KIND_SETTLED << 56);
}

void logring_consume(struct logring *ring, const struct logring_cursor *cursor)
{
    atomic_store_explicit(&ring->tail, cursor->at, memory_order_release);
}

void logring_discard(struct logring *ring)
{
    uint64_t head = atomic_load_explicit(&ring->head, memory_order_acquire);

    atomic_store_explicit(&ring->tail, head & ~(uint64_t)(ALIGN - 1),
                          memory_order_release);
}

size_t logring_fill(const struct logring *ring)
{
    uint64_t tail = atomic_load_explicit(&ring->tail, memory_order_relaxed);
    uint64_t head = atomic_load_explicit(&ring->head, memory_order_relaxed);
    uint64_t fill = head - tail;

    if ((int64_t)fill < 0)
        return 0;
    return fill < LOGRING_SIZE ? (size_t)fill : LOGRING_SIZE;
}

/* A SKIP has the time of the record behind it. */
uint64_t logring_oldest_ms(const struct logring *ring)
{
    uint64_t tail = atomic_load_explicit(&ring->tail, memory_order_acquire);
    uint64_t head = atomic_load_explicit(&ring->head, memory_order_acquire);

    return head == tail ? 0 : load(ring, tail + 8);
}
