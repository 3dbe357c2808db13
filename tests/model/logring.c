/* logring.c - every interleaving of producer and consumer over the real ring
 *
 * ipc/logring.c is compiled in here, tiny, with each access to shared memory
 * made a step; texts are copied and read in pieces. Both processes may be
 * killed at every step. The successor of the producer goes on as the next owner
 * of the slot does, that of the consumer begins at the tail. What reaches the
 * file must be whole, in order, and in the end all that was committed. */
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#include "walk.h"

static uint64_t model_load(const _Atomic uint64_t *word);
static void model_store(_Atomic uint64_t *word, uint64_t value);
static void model_copy(void *into, const void *from, size_t len);

#undef atomic_load_explicit
#undef atomic_store_explicit
#define atomic_load_explicit(word, order) model_load(word)
#define atomic_store_explicit(word, value, order) model_store(word, value)
#define memcpy model_copy
#define LOGRING_SIZE 128
#include "ipc/logring.c" /* the real one */
#undef memcpy

enum { PRODUCER, CONSUMER, RECORDS = 9, PIECE = 8, KILLS = 2 };

static struct {
    struct logring ring;
    unsigned committed; /* records whose head was moved */
    unsigned files[2];  /* the last record that was written to each */
    bool blocked;       /* the first file takes nothing for now */
    unsigned kills[2];  /* left */
    bool was_full;
    bool skipped;
} shared;

static bool two_files; /* even records go to the first, odd to the second */

static uint64_t model_load(const _Atomic uint64_t *word)
{
    walk_step();
    walk_saw(*word);
    return *word;
}

/* A record is committed when the head moves, at that very step. */
static void model_store(_Atomic uint64_t *word, uint64_t value)
{
    walk_step();
    if (word == &shared.ring.head) {
        if (walk_self() != PRODUCER)
            walk_violation("the consumer moved the head");
        if (value - shared.ring.tail > LOGRING_SIZE)
            walk_violation("the head overran the tail");
        shared.committed++;
    }
    if (word == &shared.ring.tail && value > shared.ring.head)
        walk_violation("the tail overran the head");
    if (word >= shared.ring.words && value >> 56 == KIND_SKIP)
        shared.skipped = true;
    *word = value;
}

static void model_copy(void *into, const void *from, size_t len)
{
    for (size_t i = 0; i < len; i += PIECE) {
        walk_step();
        (memcpy)((char *)into + i, (const char *)from + i,
                 len - i < PIECE ? len - i : PIECE);
    }
}

/* Lengths from nothing to the longest; each byte tells its record. */
static struct str line(char *into, unsigned number)
{
    static const size_t lens[] = {9, 20, 32, 32, 0, 7, 30, 16, 1};
    size_t len = lens[number % RECORDS];

    memset(into, (int)('a' + number), len);
    return (struct str){into, len};
}

/* Half of the lines are formatted straight into the ring. */
static bool produce_one(unsigned number)
{
    char text[LOGRING_LINE_MAX];
    struct logring_record record = {.log = 3,
                                    .level = LOG_INFO,
                                    .time_ms = number,
                                    .text = line(text, number)};
    struct logring_room room;

    if (number % 2 == 0)
        return logring_write(&shared.ring, &record);
    room = logring_reserve(&shared.ring, LOGRING_LINE_MAX);
    if (!room.at)
        return false;
    model_copy(room.at, record.text.at, record.text.len);
    logring_commit(&shared.ring, &room, &record, record.text.len);
    return true;
}

static void produce(void)
{
    logring_mend(&shared.ring);
    for (;;) {
        walk_place(1);
        walk_saw(shared.committed);
        if (shared.committed == RECORDS)
            walk_step(); /* nothing more to say */
        else if (!produce_one(shared.committed + 1))
            shared.was_full = true; /* dropped and counted; it tries again */
    }
}

/* Is it that file's turn to get this record, once more if its writer died? */
static unsigned *file_of(unsigned number)
{
    unsigned which = two_files ? number % 2 : 0;
    unsigned *file = &shared.files[which];
    unsigned next = two_files ? (*file > 0 ? *file + 2 : 2 - which) : *file + 1;

    if (number == 0 || number > shared.committed || number > next)
        walk_violation("a record out of order");
    if (number < next && shared.kills[CONSUMER] == KILLS)
        walk_violation("written twice, and nobody died");
    return file;
}

/* Reads the text as a writev would: piece by piece, while others run. */
static void deliver(const struct logring_record *got)
{
    char expected[LOGRING_LINE_MAX];
    unsigned number = (unsigned)got->time_ms;
    struct str text = line(expected, number);
    unsigned *file = file_of(number);

    if (text.len != got->text.len || got->log != 3 || got->level != LOG_INFO)
        walk_violation("a record's head is torn");
    for (size_t i = 0; i < text.len && i < got->text.len; i += PIECE) {
        walk_step();
        for (size_t k = i; k < i + PIECE && k < text.len; k++) {
            if (got->text.at[k] != text.at[k])
                walk_violation("a text is torn");
        }
    }
    if (number > *file)
        *file = number;
}

static bool peek(struct logring_cursor *cursor, struct logring_record *got)
{
    enum logring_verdict verdict = logring_peek(&shared.ring, cursor, got);

    if (verdict == LOGRING_CORRUPT)
        walk_violation("a healthy ring was called corrupt");
    return verdict == LOGRING_RECORD;
}

static void consume(void)
{
    struct logring_cursor cursor;
    struct logring_record got;

    for (;;) {
        walk_place(2);
        cursor = logring_begin(&shared.ring);
        while (peek(&cursor, &got))
            deliver(&got);
        logring_consume(&shared.ring, &cursor);
    }
}

static void settle_what_goes(void)
{
    struct logring_cursor cursor = logring_begin(&shared.ring);
    struct logring_record got;

    while (peek(&cursor, &got)) {
        if (got.settled || (got.time_ms % 2 == 0 && shared.blocked))
            continue;
        deliver(&got);
        logring_settle(&shared.ring, got.at);
    }
}

/* One file is blocked every other time: records are settled out of order, and
 * the tail follows as far as it can. */
static void consume_out_of_order(void)
{
    struct logring_cursor cursor;
    struct logring_cursor done;
    struct logring_record got;

    for (;;) {
        walk_place(2);
        walk_saw(shared.blocked);
        settle_what_goes();
        walk_place(3);
        cursor = done = logring_begin(&shared.ring);
        while (peek(&cursor, &got) && got.settled)
            done = cursor;
        logring_consume(&shared.ring, &done);
        shared.blocked = !shared.blocked;
    }
}

static bool may_die(unsigned process)
{
    return shared.kills[process] > 0;
}

static void dies(unsigned process)
{
    shared.kills[process]--;
}

enum { ALWAYS = 1, ALL_WRITTEN = 2, FULL = 4, SKIPPED = 8, KILLED = 16 };

static uint32_t flags(void)
{
    uint32_t f = ALWAYS;

    if (shared.files[0] + (two_files ? 1 : 0) == RECORDS &&
        (!two_files || shared.files[1] == RECORDS) &&
        shared.ring.head == shared.ring.tail)
        f |= ALL_WRITTEN;
    if (shared.was_full)
        f |= FULL;
    if (shared.skipped)
        f |= SKIPPED;
    if (shared.kills[0] == 0 && shared.kills[1] == 0)
        f |= KILLED;
    return f;
}

static const char *play(void (*consumer)(void))
{
    static struct walk w;

    w = (struct walk){
        .name = "log ring",
        .count = 2,
        .run = {produce, consumer},
        .shared = &shared,
        .shared_size = sizeof(shared),
        .may_die = may_die,
        .dies = dies,
        .flags = flags,
    };
    memset(&shared, 0, sizeof(shared));
    shared.kills[PRODUCER] = shared.kills[CONSUMER] = KILLS;
    return walk_all(&w);
}

/* Gives the room back before it has read what lies there. */
static void consume_too_early(void)
{
    struct logring_cursor cursor;
    struct logring_cursor ahead;
    struct logring_record got;

    for (;;) {
        walk_place(2);
        cursor = ahead = logring_begin(&shared.ring);
        ahead.at = ahead.end;
        logring_consume(&shared.ring, &ahead);
        while (peek(&cursor, &got))
            deliver(&got);
    }
}

static void walk_consumer(const char *name, void (*consumer)(void))
{
    const char *violated = play(consumer);
    char what[80];

    snprintf(what, sizeof(what), "whole and in order, %u states",
             walk_states());
    walk_says(!violated, name, violated ? violated : what);
    if (violated)
        walk_trace();
    walk_says(!violated && walk_stuck(ALWAYS, ALL_WRITTEN, 3) == 0, name,
              "all that was committed is written at last");
    walk_says(walk_holds(FULL | SKIPPED | KILLED), name,
              "the ring was full, skipped at its end, and all were killed");
}

int main(void)
{
    puts("1..7");
    walk_consumer("in order", consume);
    two_files = true;
    walk_consumer("out of order", consume_out_of_order);
    two_files = false;
    walk_says(play(consume_too_early) != NULL, "a consumer too hasty",
              "is found out");
    walk_close();
    return 0;
}
