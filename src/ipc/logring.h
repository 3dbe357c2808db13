/* logring.h - log records on their way from one process to the logger
 *
 * A ring of bytes in shared memory with one producer (the slot's owner) and one
 * consumer (the logger); neither ever waits for the other. `head` and `tail`
 * count bytes for ever; a record becomes visible whole, when `head` moves over
 * it, and its room is free again when `tail` does. So a producer killed in the
 * middle leaves nothing torn, and a consumer killed between writing and moving
 * the tail lets its successor write the same records again: at least once.
 *
 * The consumer believes nothing that it reads: whatever the bytes are, it stays
 * inside the ring and comes to an end. */
#ifndef PRONG_IPC_LOGRING_H
#define PRONG_IPC_LOGRING_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/log.h"
#include "base/str.h"

/* A power of two; the test of all interleavings makes it tiny. */
#ifndef LOGRING_SIZE
#define LOGRING_SIZE (128 * 1024)
#endif

/* The longest line: in an empty ring it fits at any position. */
#define LOGRING_LINE_MAX (LOGRING_SIZE / 4)

struct logring {
    _Alignas(128) _Atomic uint64_t head; /* the producer's */
    _Alignas(128) _Atomic uint64_t tail; /* the consumer's */
    _Atomic uint64_t called;             /* see logring_call */
    _Alignas(128) _Atomic uint64_t words[LOGRING_SIZE / 8];
};

/* Room for one line under construction. `at` is NULL when there is none. */
struct logring_room {
    char *at;
    size_t room;
    uint64_t begin; /* where its record begins */
};

/* A record as the consumer sees it; `text` points into the ring and is good
 * until logring_consume moves over it. */
struct logring_record {
    uint16_t log;         /* number of the log; see conf_log */
    enum log_level level; /* LOG_STDERR for an access line */
    uint64_t time_ms;     /* CLOCK_MONOTONIC, when it was committed */
    struct str text;      /* with its newline, if the producer wrote one */
    uint64_t at;          /* where it begins: for logring_settle; only peek */
    bool settled;         /* see logring_settle; only peek */
};

enum logring_verdict {
    LOGRING_RECORD,  /* `record` is filled and the cursor moved behind it */
    LOGRING_EMPTY,   /* nothing more by now */
    LOGRING_CORRUPT, /* makes no sense from here on: see logring_discard */
};

/* The producer. */

/* Room for a line of up to `room` bytes (at most LOGRING_LINE_MAX; more is cut
 * to that). The line is formatted straight into it. A full ring yields no room:
 * the caller drops the line and counts log_dropped. */
struct logring_room logring_reserve(struct logring *ring, size_t room);

/* Publishes the first `len` bytes (at most the room) as one record. To give a
 * reservation up, just do not commit it. */
void logring_commit(struct logring *ring, const struct logring_room *room,
                    const struct logring_record *record, size_t len);

/* Reserve, copy, commit. False when the ring is full. A text that is too long
 * is cut, its last byte kept (the newline). */
bool logring_write(struct logring *ring, const struct logring_record *record);

/* After a commit: must the consumer be woken? No, when it was called already
 * and has not listened since, for then it will see this record too. Whoever
 * finds that the call was lost says so with logring_uncall. */
bool logring_call(struct logring *ring);
void logring_uncall(struct logring *ring);

/* Makes a ring usable again whose owner left it senseless. Only while nobody
 * produces: when a slot is claimed. */
void logring_mend(struct logring *ring);

/* The consumer, before it looks: what is committed from now on calls again. */
void logring_listen(struct logring *ring);

/* The consumer. `cursor` is its own word: logring_begin, then peek until it
 * says something else than LOGRING_RECORD, write what was seen, then
 * logring_consume with the cursor. Bounded by what was there at the begin. */
struct logring_cursor {
    uint64_t at;
    uint64_t end;
};

struct logring_cursor logring_begin(const struct logring *ring);
enum logring_verdict logring_peek(const struct logring *ring,
                                  struct logring_cursor *cursor,
                                  struct logring_record *record);

/* Marks the record that a peek found at `at` as dealt with, in the ring itself:
 * one destination may be stuck while others are not, so records are written out
 * of their order; the tail moves only over what is settled from the beginning
 * on, and a successor of a killed logger sees what need not be written again. A
 * fresh record is never settled. */
void logring_settle(struct logring *ring, uint64_t at);

/* Frees all that lies before the cursor. */
void logring_consume(struct logring *ring, const struct logring_cursor *cursor);

/* After LOGRING_CORRUPT: gives up everything that is in the ring now (count
 * log_corrupt). What the cursor passed counts as consumed. */
void logring_discard(struct logring *ring);

/* Anyone. */

/* Bytes that wait, headers included; never more than LOGRING_SIZE. */
size_t logring_fill(const struct logring *ring);

/* When the oldest waiting record was committed, or 0 when none waits. A hint
 * to all but the consumer. */
uint64_t logring_oldest_ms(const struct logring *ring);

#endif
