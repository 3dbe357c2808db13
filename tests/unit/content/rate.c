/* rate.c - the cases of content/rate that are arithmetic */
#include "content/rate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/attr.h"

#define NONE UINT64_MAX

static void allows(void **state)
{
    static const struct {
        uint64_t rate, free_bytes, sent, elapsed_ms, allowed, wait_ms;
    } rows[] = {
        {0, 0, 0, 0, NONE, 0},
        {0, 100, 1000, 5, NONE, 0},
        {1000, 0, 0, 0, 1000, 0},
        {1000, 0, 400, 0, 600, 0},
        {1000, 500, 400, 0, 1100, 0},
        {1000, 0, 1000, 500, 500, 0},
        {1000, 0, 1000, 0, 0, 251},
        {1000, 0, 1500, 500, 0, 251},
        {1000, 500, 1500, 0, 0, 251},
        {1000, 0, 3000, 1000, 0, 1251},
        {1, 0, 0, 0, 1, 0},
        {1, 0, 1, 0, 0, 1001},
        {1, 0, 1, 999, 0, 1001},
        {1, 0, 1, 1000, 1, 0},
        {1ULL << 62, 0, 0, 100000, NONE, 0},
        {1ULL << 62, 1ULL << 62, 1, 0, (1ULL << 63) - 1, 0},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct rate r = {.bytes_s = rows[i].rate,
                         .free_bytes = rows[i].free_bytes};
        uint64_t wait_ms = 0;
        uint64_t n =
            rate_allows(&r, rows[i].sent, rows[i].elapsed_ms, &wait_ms);

        if (n != rows[i].allowed || wait_ms != rows[i].wait_ms)
            fail_msg("row %zu: %llu after %llu ms", i, (unsigned long long)n,
                     (unsigned long long)wait_ms);
    }
}

/* Whatever the steps, after the wait something may go. */
static void goes_on(void **state)
{
    (void)state;
    for (uint64_t rate = 1; rate < 2000000; rate = rate * 3 + 1) {
        struct rate r = {.bytes_s = rate};
        uint64_t sent = 0, elapsed = 0;

        for (int i = 0; i < 100; i++) {
            uint64_t wait_ms = 0;
            uint64_t n = rate_allows(&r, sent, elapsed, &wait_ms);

            sent += n;
            elapsed += wait_ms;
            if (n == 0)
                assert_true(rate_allows(&r, sent, elapsed, &wait_ms) > 0);
            assert_true(sent <= rate * (elapsed + 1000) / 1000);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(allows),
        cmocka_unit_test(goes_on),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
