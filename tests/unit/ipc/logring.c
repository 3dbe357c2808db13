/* logring.c - the cases of ipc/logring; all interleavings of producer and
 * consumer are walked through by tests/model/logring */
#include <pthread.h>
#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/attr.h"
#include "ipc/logring.h"

static int make(void **state)
{
    struct logring *ring = aligned_alloc(128, sizeof(*ring));

    if (!ring)
        return -1;
    memset(ring, 0, sizeof(*ring));
    *state = ring;
    return 0;
}

static int drop(void **state)
{
    free(*state);
    return 0;
}

static bool put(struct logring *ring, struct str text, uint64_t time_ms)
{
    struct logring_record record = {
        .log = 7, .level = LOG_WARN, .time_ms = time_ms, .text = text};

    return logring_write(ring, &record);
}

/* A line whose every byte can be told from its number and length. */
static struct str line(char *into, unsigned number)
{
    size_t len = number * 37u % 200;

    for (size_t i = 0; i < len; i++)
        into[i] = (char)(number + i);
    return (struct str){into, len};
}

static void what_goes_in_comes_out(void **state)
{
    struct logring *ring = *state;
    struct logring_cursor cursor;
    struct logring_record got;

    assert_int_equal(logring_oldest_ms(ring), 0);
    assert_true(put(ring, STR("one\n"), 5));
    assert_true(put(ring, STR(""), 6));
    assert_int_equal(logring_fill(ring), 32 + 16);
    assert_int_equal(logring_oldest_ms(ring), 5);
    cursor = logring_begin(ring);
    assert_int_equal(logring_peek(ring, &cursor, &got), LOGRING_RECORD);
    assert_int_equal(got.log, 7);
    assert_int_equal(got.level, LOG_WARN);
    assert_int_equal(got.time_ms, 5);
    assert_true(str_equals(got.text, STR("one\n")));
    logring_consume(ring, &cursor);
    assert_int_equal(logring_oldest_ms(ring), 6);
    assert_int_equal(logring_peek(ring, &cursor, &got), LOGRING_RECORD);
    assert_int_equal(got.text.len, 0);
    assert_int_equal(logring_peek(ring, &cursor, &got), LOGRING_EMPTY);
    logring_consume(ring, &cursor);
    assert_int_equal(logring_fill(ring), 0);
    assert_int_equal(logring_oldest_ms(ring), 0);
}

static void what_is_not_consumed_comes_again(void **state)
{
    struct logring *ring = *state;

    put(ring, STR("a"), 1);
    for (int i = 0; i < 2; i++) {
        struct logring_cursor cursor = logring_begin(ring);
        struct logring_record got;

        assert_int_equal(logring_peek(ring, &cursor, &got), LOGRING_RECORD);
        assert_true(str_equals(got.text, STR("a")));
    }
}

/* Many times round, with every length, so that each way to meet the end of the
 * ring happens. */
static void settled_ones_are_known_again(void **state)
{
    struct logring *ring = *state;
    struct logring_cursor cursor;
    struct logring_record got[3], again;

    assert_true(put(ring, STR("one\n"), 1));
    assert_true(put(ring, STR("two\n"), 2));
    assert_true(put(ring, STR("three\n"), 3));
    cursor = logring_begin(ring);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(logring_peek(ring, &cursor, &got[i]), LOGRING_RECORD);
        assert_false(got[i].settled);
    }
    logring_settle(ring, got[1].at);
    logring_settle(ring, got[1].at);
    cursor = logring_begin(ring); /* as a successor would */
    for (int i = 0; i < 3; i++) {
        assert_int_equal(logring_peek(ring, &cursor, &again), LOGRING_RECORD);
        assert_int_equal(again.settled, i == 1);
        assert_true(again.at == got[i].at && again.time_ms == got[i].time_ms);
        assert_true(str_equals(again.text, got[i].text));
        assert_int_equal(again.level, LOG_WARN);
        assert_int_equal(again.log, 7);
    }
    assert_int_equal(logring_peek(ring, &cursor, &again), LOGRING_EMPTY);
    logring_consume(ring, &cursor);
    /* what comes into the same bytes is fresh */
    for (unsigned i = 0; i < LOGRING_SIZE / 32; i++) {
        assert_true(put(ring, STR("new\n"), i));
        cursor = logring_begin(ring);
        assert_int_equal(logring_peek(ring, &cursor, &again), LOGRING_RECORD);
        assert_false(again.settled);
        logring_settle(ring, again.at);
        logring_consume(ring, &cursor);
    }
}

static void nothing_is_lost_at_the_seam(void **state)
{
    struct logring *ring = *state;
    unsigned written = 0;
    unsigned read = 0;
    char text[256];

    while (read < 20000) {
        struct logring_cursor cursor;
        struct logring_record got;

        while (put(ring, line(text, written), written + 1))
            written++;
        assert_true(logring_fill(ring) > LOGRING_SIZE - 512);
        cursor = logring_begin(ring);
        for (unsigned i = 0; i < 1 + read % 900; i++) {
            if (logring_peek(ring, &cursor, &got) != LOGRING_RECORD)
                break;
            assert_true(str_equals(got.text, line(text, read)));
            assert_int_equal(got.time_ms, read + 1);
            read++;
        }
        logring_consume(ring, &cursor);
        assert_true(read == written ||
                    logring_oldest_ms(ring) == (uint64_t)read + 1);
    }
}

static void long_lines_are_cut(void **state)
{
    struct logring *ring = *state;
    struct logring_cursor cursor;
    struct logring_record got;
    size_t size = LOGRING_LINE_MAX + 500;
    char *text = malloc(size);

    memset(text, 'x', size);
    text[size - 1] = '\n';
    assert_true(put(ring, (struct str){text, size}, 1));
    cursor = logring_begin(ring);
    assert_int_equal(logring_peek(ring, &cursor, &got), LOGRING_RECORD);
    assert_int_equal(got.text.len, LOGRING_LINE_MAX);
    assert_int_equal(got.text.at[LOGRING_LINE_MAX - 1], '\n');
    free(text);
}

/* Wherever an empty ring stands, the longest line fits. */
static void the_longest_line_always_fits(void **state)
{
    struct logring *ring = *state;

    for (uint64_t at = 0; at < LOGRING_SIZE; at += 16) {
        struct logring_room room;

        ring->head = ring->tail = at;
        room = logring_reserve(ring, LOGRING_LINE_MAX);
        assert_non_null(room.at);
        assert_int_equal(room.room, LOGRING_LINE_MAX);
    }
}

static void a_reservation_binds_nobody(void **state)
{
    struct logring *ring = *state;
    struct logring_record record = {.log = 1, .level = LOG_INFO, .time_ms = 3};
    struct logring_record got;
    struct logring_cursor cursor;
    struct logring_room room = logring_reserve(ring, 1000);

    assert_int_equal(logring_fill(ring), 0);
    room = logring_reserve(ring, 1000);
    memcpy(room.at, "short\n", 6);
    logring_commit(ring, &room, &record, 6);
    assert_int_equal(logring_fill(ring), 32);
    room = logring_reserve(ring, 4);
    logring_commit(ring, &room, &record, 999); /* more than the room */
    cursor = logring_begin(ring);
    assert_int_equal(logring_peek(ring, &cursor, &got), LOGRING_RECORD);
    assert_true(str_equals(got.text, STR("short\n")));
    assert_int_equal(logring_peek(ring, &cursor, &got), LOGRING_RECORD);
    assert_int_equal(got.text.len, 4);
}

static void a_full_ring_drops_the_new_line(void **state)
{
    struct logring *ring = *state;
    unsigned count = 0;

    while (put(ring, STR("0123456789012345"), 1))
        count++;
    assert_int_equal(count, LOGRING_SIZE / 32);
    assert_int_equal(logring_fill(ring), LOGRING_SIZE);
    assert_null(logring_reserve(ring, 0).at);
}

/* Every single word of the ring may be anything. */
static void hostile_bytes_end_the_reading(void **state)
{
    static const uint64_t words[] = {
        0,
        1,
        15,
        16,
        UINT64_MAX,
        (uint64_t)1 << 56,
        (uint64_t)1 << 56 | 0xffffffff,
        (uint64_t)1 << 56 | LOGRING_SIZE,
        (uint64_t)1 << 56 | 0xfffffff8,
        (uint64_t)2 << 56 | 0xffffffff,
        (uint64_t)2 << 56,
        (uint64_t)3 << 56 | 16,
        (uint64_t)1 << 56 | (uint64_t)9 << 48 | 3,
    };
    static const uint64_t ends[] = {
        0,
        1,
        16,
        17,
        4096,
        LOGRING_SIZE - 16,
        LOGRING_SIZE,
        LOGRING_SIZE + 16,
        UINT64_MAX,
        UINT64_MAX - 15,
        (uint64_t)1 << 63,
    };
    struct logring *ring = *state;

    for (size_t w = 0; w < ARRAY_LEN(words); w++) {
        for (size_t i = 0; i < LOGRING_SIZE / 8; i++)
            ring->words[i] = words[w];
        for (size_t h = 0; h < ARRAY_LEN(ends); h++) {
            for (size_t t = 0; t < ARRAY_LEN(ends); t++) {
                struct logring_cursor cursor;
                struct logring_record got;
                unsigned steps = 0;

                ring->head = ends[h];
                ring->tail = ends[t];
                cursor = logring_begin(ring);
                while (logring_peek(ring, &cursor, &got) == LOGRING_RECORD) {
                    const char *begin = (const char *)ring->words;

                    assert_true(got.text.at >= begin &&
                                got.text.at + got.text.len <=
                                    begin + LOGRING_SIZE);
                    assert_true(++steps <= LOGRING_SIZE / 16);
                }
                assert_true(logring_fill(ring) <= LOGRING_SIZE);
                logring_oldest_ms(ring);
                logring_discard(ring);
                cursor = logring_begin(ring);
                assert_int_equal(logring_peek(ring, &cursor, &got),
                                 LOGRING_EMPTY);
                logring_mend(ring);
                assert_true(put(ring, STR("good again"), 1));
                cursor = logring_begin(ring);
                assert_int_equal(logring_peek(ring, &cursor, &got),
                                 LOGRING_RECORD);
                assert_true(str_equals(got.text, STR("good again")));
                memset((char *)ring->words + (ring->tail % LOGRING_SIZE), 0,
                       16);
                for (size_t i = 0; i < 4; i++)
                    ring->words[(ring->tail / 8 + i) % (LOGRING_SIZE / 8)] =
                        words[w];
            }
        }
    }
}

static void senseless_counts_are_mended(void **state)
{
    static const struct {
        uint64_t head;
        uint64_t tail;
    } cases[] = {
        {1, 0}, {0, 16}, {LOGRING_SIZE + 16, 0}, {7, 3}, {UINT64_MAX, 0},
    };
    struct logring *ring = *state;

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct logring_cursor cursor;
        struct logring_record got;

        ring->head = cases[i].head;
        ring->tail = cases[i].tail;
        assert_false(put(ring, STR("x"), 1)); /* dropped, not written wild */
        logring_mend(ring);
        assert_true(put(ring, STR("x"), 1));
        cursor = logring_begin(ring);
        if (logring_peek(ring, &cursor, &got) == LOGRING_CORRUPT)
            logring_discard(ring); /* the tail was the senseless one */
        assert_true(put(ring, STR("y"), 1));
    }
}

enum { THREADED_LINES = 200000 };

static void *produce(void *argument)
{
    struct logring *ring = argument;
    char text[256];

    for (unsigned i = 0; i < THREADED_LINES;) {
        if (put(ring, line(text, i), i + 1))
            i++;
    }
    return NULL;
}

/* Both at once, on real processors; under a thread sanitizer this also shows
 * that the two words order everything else. */
static void two_at_once(void **state)
{
    struct logring *ring = *state;
    unsigned read = 0;
    char text[256];
    pthread_t producer;

    assert_int_equal(pthread_create(&producer, NULL, produce, ring), 0);
    while (read < THREADED_LINES) {
        struct logring_cursor cursor = logring_begin(ring);
        struct logring_record got;

        while (logring_peek(ring, &cursor, &got) == LOGRING_RECORD) {
            if (!str_equals(got.text, line(text, read)))
                fail_msg("line %u is torn", read);
            read++;
        }
        logring_consume(ring, &cursor);
    }
    pthread_join(producer, NULL);
    assert_int_equal(logring_fill(ring), 0);
}

static void a_call_is_made_once_until_it_is_heard(void **state)
{
    struct logring *ring = *state;

    assert_true(logring_call(ring));
    assert_false(logring_call(ring));
    logring_listen(ring);
    assert_true(logring_call(ring));
    logring_uncall(ring); /* it was lost on the way */
    assert_true(logring_call(ring));
}

enum { CALLED_LINES = 100000, PATIENCE_S = 20 };

struct caller {
    struct logring *ring;
    sem_t bell;
};

static void *produce_and_call(void *argument)
{
    struct caller *c = argument;

    for (unsigned i = 0; i < CALLED_LINES;) {
        if (!put(c->ring, STR("line\n"), i + 1))
            continue;
        i++;
        if (logring_call(c->ring))
            sem_post(&c->bell);
    }
    return NULL;
}

static unsigned drain(struct logring *ring)
{
    struct logring_cursor cursor;
    struct logring_record got;
    unsigned count = 0;

    logring_listen(ring);
    cursor = logring_begin(ring);
    while (logring_peek(ring, &cursor, &got) == LOGRING_RECORD)
        count++;
    logring_consume(ring, &cursor);
    return count;
}

/* Whoever looks only when it is called misses no record. */
static void every_record_is_called_for(void **state)
{
    struct caller c = {.ring = *state};
    struct timespec deadline;
    unsigned read = 0;
    pthread_t producer;

    assert_int_equal(sem_init(&c.bell, 0, 0), 0);
    assert_int_equal(pthread_create(&producer, NULL, produce_and_call, &c), 0);
    clock_gettime(CLOCK_MONOTONIC, &deadline);
    deadline.tv_sec += PATIENCE_S;
    while (read < CALLED_LINES) {
        if (sem_clockwait(&c.bell, CLOCK_MONOTONIC, &deadline) != 0)
            fail_msg("nobody called for line %u", read);
        read += drain(c.ring);
    }
    pthread_join(producer, NULL);
    assert_int_equal(read, CALLED_LINES);
    sem_destroy(&c.bell);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, make, drop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(what_goes_in_comes_out),
        CASE(what_is_not_consumed_comes_again),
        CASE(settled_ones_are_known_again),
        CASE(nothing_is_lost_at_the_seam),
        CASE(long_lines_are_cut),
        CASE(the_longest_line_always_fits),
        CASE(a_reservation_binds_nobody),
        CASE(a_full_ring_drops_the_new_line),
        CASE(hostile_bytes_end_the_reading),
        CASE(senseless_counts_are_mended),
        CASE(two_at_once),
        CASE(a_call_is_made_once_until_it_is_heard),
        CASE(every_record_is_called_for),
    };

    return cmocka_run_group_tests_name("ipc/logring", tests, NULL, NULL);
}
