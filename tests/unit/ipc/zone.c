/* zone.c - the cases of ipc/zone */
#include "ipc/zone.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "ipc/pace.h"

static struct zone *zone_of(enum zone_kind kind, size_t size)
{
    struct zone *z = NULL;

    assert_int_equal(zone_open(&z, kind, size), 0);
    return z;
}

static uint64_t key_number(const struct zone *z, unsigned i)
{
    char text[32];

    snprintf(text, sizeof(text), "key %u", i);
    return zone_key(z, str_of(text));
}

static void a_key_keeps_its_cell(void **state)
{
    struct zone *z = zone_of(ZONE_PACE, 65536);
    enum { KEYS = 500 };

    (void)state;
    for (unsigned i = 0; i < KEYS; i++) {
        struct zone_cell *cell = zone_find(z, key_number(z, i));

        assert_non_null(cell);
        assert_int_equal(cell->word, 0);
        cell->word = i + 1;
    }
    for (unsigned i = 0; i < KEYS; i++)
        assert_int_equal(zone_find(z, key_number(z, i))->word, i + 1);
    zone_close(z);
}

/* Keys whose cells are all the same sixteen. */
static uint64_t crowded(unsigned i)
{
    return i + 1;
}

static void the_longest_untouched_goes(void **state)
{
    struct zone *z = zone_of(ZONE_PACE, 65536);

    (void)state;
    for (unsigned i = 0; i < ZONE_WINDOW; i++)
        zone_find(z, crowded(i))->word = (100 + (i * 7) % 16) << 24;
    /* The first has the least time; what it left is wiped. */
    assert_int_equal(zone_find(z, crowded(99))->word, 0);
    zone_find(z, crowded(99))->word = UINT64_C(200) << 24;
    for (unsigned i = 1; i < ZONE_WINDOW; i++)
        assert_int_equal(zone_find(z, crowded(i))->word, (100 + (i * 7) % 16)
                                                             << 24);
    zone_close(z);
}

static void a_count_never_goes(void **state)
{
    struct zone *z = zone_of(ZONE_TALLY, 65536);

    (void)state;
    for (unsigned i = 0; i < ZONE_WINDOW; i++)
        zone_find(z, crowded(i))->word = UINT64_C(1) << 48 | i;
    assert_null(zone_find(z, crowded(99)));
    zone_find(z, crowded(3))->word = 77; /* a count of 0 */
    zone_find(z, crowded(99))->word = UINT64_C(1) << 48;
    assert_null(zone_find(z, crowded(3)));
    zone_close(z);
}

enum { WORKERS = 4, ROUNDS = 4000, BURST = 1000 };

/* All hit the same new keys at the same time. */
static void hit(struct zone *z, int go, int done)
{
    uint64_t passed = 0;
    uint64_t excess;
    char byte;

    if (read(go, &byte, 1) < 0)
        _exit(2);
    for (unsigned i = 0; i < ROUNDS; i++)
        if (pace_try(zone_find(z, key_number(z, i % 3)), 1, BURST * 1000, 5,
                     &excess))
            passed++;
    if (write(done, &passed, sizeof(passed)) < 0)
        _exit(2);
    _exit(0);
}

static void processes_lose_no_request(void **state)
{
    struct zone *z = zone_of(ZONE_PACE, 65536);
    int go[2];
    int done[2];
    uint64_t total = 0;

    (void)state;
    assert_int_equal(pipe(go), 0);
    assert_int_equal(pipe(done), 0);
    for (int i = 0; i < WORKERS; i++)
        if (fork() == 0) {
            close(go[1]);
            hit(z, go[0], done[1]);
        }
    close(go[1]); /* its end is the start */
    for (int i = 0; i < WORKERS; i++) {
        uint64_t passed;
        int status;

        assert_int_equal(read(done[0], &passed, sizeof(passed)),
                         sizeof(passed));
        total += passed;
        assert_true(wait(&status) > 0);
        assert_int_equal(status, 0);
    }
    /* Three keys; each the first and its burst. */
    assert_int_equal(total, 3 * (BURST + 1));
    close(go[0]);
    close(done[0]);
    close(done[1]);
    zone_close(z);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_key_keeps_its_cell),
        cmocka_unit_test(the_longest_untouched_goes),
        cmocka_unit_test(a_count_never_goes),
        cmocka_unit_test(processes_lose_no_request),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
