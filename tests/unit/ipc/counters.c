/* counters.c - the cases of ipc/counters */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "ipc/counters.h"

static void every_row_has_a_name_of_its_own(void **state)
{
    (void)state;
    for (unsigned i = 0; i < COUNTER_COUNT; i++) {
        const char *name = counter_name((enum counter)i);

        assert_true(strlen(name) > 0 && strlen(name) < 40);
        assert_int_equal(strspn(name, "abcdefghijklmnopqrstuvwxyz_0123456789"),
                         strlen(name));
        assert_true(strlen(counter_help((enum counter)i)) > 0);
        for (unsigned k = 0; k < i; k++)
            assert_string_not_equal(name, counter_name((enum counter)k));
    }
}

static void a_status_has_its_class_and_its_code(void **state)
{
    static const struct {
        unsigned status;
        enum counter code;
        enum counter class;
        unsigned back;
    } cases[] = {
        {100, COUNTER_status_100, COUNTER_responses_1xx, 100},
        {200, COUNTER_status_200, COUNTER_responses_2xx, 200},
        {206, COUNTER_status_206, COUNTER_responses_2xx, 206},
        {299, COUNTER_status_other, COUNTER_responses_2xx, 0},
        {304, COUNTER_status_304, COUNTER_responses_3xx, 304},
        {404, COUNTER_status_404, COUNTER_responses_4xx, 404},
        {499, COUNTER_status_499, COUNTER_responses_4xx, 499},
        {507, COUNTER_status_507, COUNTER_responses_5xx, 507},
        {0, COUNTER_status_other, COUNTER_responses_5xx, 0},
        {999, COUNTER_status_other, COUNTER_responses_5xx, 0},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        assert_int_equal(counter_of_status(cases[i].status), cases[i].code);
        assert_int_equal(counter_of_class(cases[i].status), cases[i].class);
        assert_int_equal(counter_status(cases[i].code), cases[i].back);
    }
    assert_int_equal(counter_status(COUNTER_requests), 0);
}

static void kinds_are_as_the_rows_say(void **state)
{
    (void)state;
    assert_int_equal(counter_kind(COUNTER_requests), COUNTER);
    assert_int_equal(counter_kind(COUNTER_active), GAUGE);
    assert_int_equal(counter_kind(COUNTER_active_max), MAX);
    assert_int_equal(counter_kind(COUNTER_status_other), COUNTER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_has_a_name_of_its_own),
        cmocka_unit_test(a_status_has_its_class_and_its_code),
        cmocka_unit_test(kinds_are_as_the_rows_say),
    };

    return cmocka_run_group_tests_name("ipc/counters", tests, NULL, NULL);
}
