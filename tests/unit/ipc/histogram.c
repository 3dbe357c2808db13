/* histogram.c - the cases of ipc/histogram */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/attr.h"
#include "ipc/histogram.h"

static void buckets_follow_one_another(void **state)
{
    (void)state;
    for (unsigned i = 0; i + 1 < HISTOGRAM_BUCKETS; i++) {
        uint64_t edge = histogram_edge(i);

        assert_int_equal(histogram_bucket(edge), i);
        assert_int_equal(histogram_bucket(edge + 1), i + 1);
    }
    assert_int_equal(histogram_bucket(0), 0);
    assert_int_equal(histogram_bucket(UINT64_MAX), HISTOGRAM_BUCKETS - 1);
    assert_true(histogram_edge(HISTOGRAM_BUCKETS - 2) == (1 << 26) - 1);
    assert_true(histogram_edge(HISTOGRAM_BUCKETS - 1) == UINT64_MAX);
}

static void an_edge_is_at_most_an_eighth_too_great(void **state)
{
    (void)state;
    for (uint64_t us = 1; us < 1 << 26; us += us / 37 + 1) {
        uint64_t edge = histogram_edge(histogram_bucket(us));

        assert_true(edge >= us && edge - us <= us / 8);
    }
}

static struct histogram_copy of(const uint64_t *values, size_t count)
{
    struct histogram h = {0};
    struct histogram_copy copy;

    for (size_t i = 0; i < count; i++)
        histogram_add(&h, values[i]);
    histogram_read(&h, &copy);
    return copy;
}

static void quantiles(void **state)
{
    static const uint64_t some[] = {1, 2, 3, 4, 5, 6, 7, 7, 7, 1000};
    struct histogram_copy ten = of(some, ARRAY_LEN(some));
    struct histogram_copy none = {0};
    struct histogram_copy one = of((uint64_t[]){100000000}, 1);

    (void)state;
    assert_int_equal(histogram_count(&ten), 10);
    assert_int_equal(ten.sum_us, 1042);
    assert_int_equal(histogram_quantile(&ten, 0), 1);
    assert_int_equal(histogram_quantile(&ten, 1000), 1);
    assert_int_equal(histogram_quantile(&ten, 5000), 5);
    assert_int_equal(histogram_quantile(&ten, 5001), 6);
    assert_int_equal(histogram_quantile(&ten, 9000), 7);
    assert_int_equal(histogram_quantile(&ten, 9990), 1000);
    assert_int_equal(histogram_quantile(&ten, 10000), 1000);
    assert_int_equal(histogram_quantile(&none, 5000), 0);
    assert_int_equal(histogram_quantile(&one, 5000), 100000000);
}

static void great_counts_do_not_overflow(void **state)
{
    struct histogram_copy h = {.max_us = 7};

    (void)state;
    h.buckets[3] = UINT64_MAX / 2;
    h.buckets[7] = UINT64_MAX / 4;
    assert_int_equal(histogram_quantile(&h, 5000), 3);
    assert_int_equal(histogram_quantile(&h, 9999), 7);
}

static void sums_and_differences(void **state)
{
    struct histogram_copy early = of((uint64_t[]){5, 300}, 2);
    struct histogram_copy late = of((uint64_t[]){5, 300, 20, 20, 9000}, 5);
    struct histogram_copy sum = {0};

    (void)state;
    histogram_merge(&sum, &early);
    histogram_merge(&sum, &late);
    assert_int_equal(histogram_count(&sum), 7);
    assert_int_equal(sum.max_us, 9000);
    histogram_subtract(&late, &early);
    assert_int_equal(histogram_count(&late), 3);
    assert_int_equal(late.sum_us, 9040);
    assert_int_equal(late.max_us, 9000);
    late = of((uint64_t[]){5, 300, 20}, 3);
    histogram_subtract(&late, &early);
    assert_int_equal(late.max_us, histogram_edge(histogram_bucket(20)));
    histogram_subtract(&late, &sum); /* more than there is: nothing is left */
    assert_int_equal(histogram_count(&late), 0);
    assert_int_equal(late.sum_us, 0);
    assert_int_equal(late.max_us, 0);
}

static void a_copy_is_the_same(void **state)
{
    struct histogram a = {0};
    struct histogram b = {0};
    struct histogram_copy seen;

    (void)state;
    histogram_add(&a, 77);
    histogram_copy(&b, &a);
    histogram_read(&b, &seen);
    assert_int_equal(histogram_count(&seen), 1);
    assert_int_equal(seen.max_us, 77);
    assert_int_equal(seen.sum_us, 77);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(buckets_follow_one_another),
        cmocka_unit_test(an_edge_is_at_most_an_eighth_too_great),
        cmocka_unit_test(quantiles),
        cmocka_unit_test(great_counts_do_not_overflow),
        cmocka_unit_test(sums_and_differences),
        cmocka_unit_test(a_copy_is_the_same),
    };

    return cmocka_run_group_tests_name("ipc/histogram", tests, NULL, NULL);
}
