/* dates.c - the cases of content/dates */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "content/dates.h"

static void assert_text(struct dates *d, enum dates_form form, time_t now,
                        const char *expected)
{
    struct str text = dates_text(d, form, now);

    assert_int_equal(text.len, strlen(expected));
    assert_memory_equal(text.at, expected, text.len);
}

static void shows_the_instant_in_every_form(void **state)
{
    struct dates d = {0};

    (void)state;
    assert_text(&d, DATES_HTTP, 1700000000, "Tue, 14 Nov 2023 22:13:20 GMT");
    assert_text(&d, DATES_LOG, 1700000000, "15/Nov/2023:00:13:20 +0200");
    assert_text(&d, DATES_ISO8601, 1700000000, "2023-11-15T00:13:20+02:00");
}

static void follows_the_clock_both_ways(void **state)
{
    struct dates d = {0};

    (void)state;
    assert_text(&d, DATES_HTTP, 0, "Thu, 01 Jan 1970 00:00:00 GMT");
    assert_text(&d, DATES_HTTP, 1, "Thu, 01 Jan 1970 00:00:01 GMT");
    assert_text(&d, DATES_HTTP, 0, "Thu, 01 Jan 1970 00:00:00 GMT");
    assert_text(&d, DATES_LOG, 1, "01/Jan/1970:02:00:01 +0200");
}

static void makes_a_text_once_a_second(void **state)
{
    struct dates d = {0};

    (void)state;
    dates_text(&d, DATES_HTTP, 7);
    d.entries[DATES_HTTP].text[0] = '!'; /* what is kept is what is shown */
    assert_int_equal(dates_text(&d, DATES_HTTP, 7).at[0], '!');
    assert_int_equal(dates_text(&d, DATES_HTTP, 8).at[0], 'T');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shows_the_instant_in_every_form),
        cmocka_unit_test(follows_the_clock_both_ways),
        cmocka_unit_test(makes_a_text_once_a_second),
    };

    setenv("TZ", "TEST-2", 1);
    tzset();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
