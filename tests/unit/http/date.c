/* date.c - the cases of http/date */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/attr.h"
#include "http/date.h"

enum { NOW = 1795158371 }; /* 2026-11-20 07:06:11 */

static void writes(void **state)
{
    static const struct {
        int64_t seconds;
        const char *text;
    } cases[] = {
        {0, "Thu, 01 Jan 1970 00:00:00 GMT"},
        {784111777, "Sun, 06 Nov 1994 08:49:37 GMT"},
        {NOW, "Fri, 20 Nov 2026 07:06:11 GMT"},
        {951782399, "Mon, 28 Feb 2000 23:59:59 GMT"},
        {951782400, "Tue, 29 Feb 2000 00:00:00 GMT"},
        {951868800, "Wed, 01 Mar 2000 00:00:00 GMT"},
        {4107542400, "Mon, 01 Mar 2100 00:00:00 GMT"},
        {4107542399, "Sun, 28 Feb 2100 23:59:59 GMT"},
        {-1, "Wed, 31 Dec 1969 23:59:59 GMT"},
        {-86400, "Wed, 31 Dec 1969 00:00:00 GMT"},
        {253402300799, "Fri, 31 Dec 9999 23:59:59 GMT"},
        {INT64_MAX, "Fri, 31 Dec 9999 23:59:59 GMT"},
        {-62135596800, "Mon, 01 Jan 0001 00:00:00 GMT"},
        {INT64_MIN, "Mon, 01 Jan 0001 00:00:00 GMT"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct buf buf = {0};

        date_put(&buf, cases[i].seconds);
        assert_true(str_equals(buf_str(&buf), str_of(cases[i].text)));
        buf_close(&buf);
    }
}

static void agrees_with_the_c_library(void **state)
{
    (void)state;
    for (int64_t day = -800000; day < 2932896; day += 17) {
        time_t seconds = (time_t)day * 86400 + (day & 0xffff);
        struct tm want, got;

        if (seconds < -62135596800)
            continue;
        assert_non_null(gmtime_r(&seconds, &want));
        date_civil(&got, seconds);
        assert_int_equal(got.tm_year, want.tm_year);
        assert_int_equal(got.tm_mon, want.tm_mon);
        assert_int_equal(got.tm_mday, want.tm_mday);
        assert_int_equal(got.tm_yday, want.tm_yday);
        assert_int_equal(got.tm_wday, want.tm_wday);
        assert_int_equal(got.tm_hour, want.tm_hour);
        assert_int_equal(got.tm_min, want.tm_min);
        assert_int_equal(got.tm_sec, want.tm_sec);
    }
}

static void parses(void **state)
{
    static const struct {
        const char *text;
        int64_t seconds; /* -1: no date */
    } cases[] = {
        {"Sun, 06 Nov 1994 08:49:37 GMT", 784111777},
        {"Sunday, 06-Nov-94 08:49:37 GMT", 784111777},
        {"Sun Nov  6 08:49:37 1994", 784111777},
        {"Sun Nov 16 08:49:37 1994", 784975777},
        {"Mon, 06 Nov 1994 08:49:37 GMT", 784111777}, /* a Sunday */
        {"Thu, 01 Jan 1970 00:00:00 GMT", 0},
        {"Fri, 31 Dec 9999 23:59:59 GMT", 253402300799},
        {"Mon, 01 Jan 0001 00:00:00 GMT", -62135596800},
        {"Tue, 29 Feb 2000 00:00:00 GMT", 951782400},
        {"Sat, 31 Dec 2016 23:59:60 GMT", 1483228800},
        {"Friday, 20-Nov-76 07:06:11 GMT", 3373081571}, /* 2076: 50 years */
        {"Sunday, 20-Nov-77 07:06:11 GMT", 248857571},  /* 1977 */
        {"Thursday, 01-Jan-26 00:00:00 GMT", 1767225600},
        {"", -1},
        {"0", -1},
        {"Sun", -1},
        {"Sun, 06 Nov 1994 08:49:37", -1},
        {"Sun, 06 Nov 1994 08:49:37 UTC", -1},
        {"Sun, 06 Nov 1994 08:49:37 GMTx", -1},
        {"Sun, 06 Nov 1994 08:49:37 GMT ", -1},
        {"Sun,06 Nov 1994 08:49:37 GMT", -1},
        {"Sun, 6 Nov 1994 08:49:37 GMT", -1},
        {"Sun, 06 nov 1994 08:49:37 GMT", -1},
        {"sun, 06 Nov 1994 08:49:37 GMT", -1},
        {"Sun, 06 Nov 94 08:49:37 GMT", -1},
        {"Sun, 06 Nov 1994 8:49:37 GMT", -1},
        {"Sun, 06 Nov 1994 08:49 GMT", -1},
        {"Sun, 00 Nov 1994 08:49:37 GMT", -1},
        {"Sun, 31 Nov 1994 08:49:37 GMT", -1},
        {"Wed, 29 Feb 2100 00:00:00 GMT", -1},
        {"Sun, 06 Nov 1994 24:00:00 GMT", -1},
        {"Sun, 06 Nov 1994 23:60:00 GMT", -1},
        {"Sun, 06 Nov 1994 23:59:61 GMT", -1},
        {"Sun, 06 Nov 0000 08:49:37 GMT", -1},
        {"Sun, +6 Nov 1994 08:49:37 GMT", -1},
        {"Sun Nov 06 08:49:37 94", -1},
        {"Sun Nov 6 08:49:37 1994", -1},
        {"Sunday, 06-Nov-1994 08:49:37 GMT", -1},
        {"Sun, 99999999999999999999 Nov 1994 08:49:37 GMT", -1},
        {"1994-11-06T08:49:37Z", -1},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        int64_t seconds = -1;
        bool good = date_parse(str_of(cases[i].text), NOW, &seconds);

        if (seconds != cases[i].seconds || good != (seconds != -1))
            fail_msg("%s: %lld", cases[i].text, (long long)seconds);
    }
}

static void reads_what_it_wrote(void **state)
{
    (void)state;
    for (int64_t t = 0; t < 253402300799; t += 79999 * 3601) {
        char text[DATE_LEN];
        int64_t seconds;

        date_write(text, t);
        assert_true(date_parse((struct str){text, DATE_LEN}, 0, &seconds));
        assert_int_equal(seconds, t);
    }
}

static void writes_for_logs(void **state)
{
    static const struct {
        long offset;
        const char *log, *iso;
    } cases[] = {
        {0, "20/Nov/2026:07:06:11 +0000", "2026-11-20T07:06:11+00:00"},
        {7200, "20/Nov/2026:07:06:11 +0200", "2026-11-20T07:06:11+02:00"},
        {-12600, "20/Nov/2026:07:06:11 -0330", "2026-11-20T07:06:11-03:30"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct buf buf = {0};
        struct tm tm;

        date_civil(&tm, NOW);
        tm.tm_gmtoff = cases[i].offset;
        date_put_log(&buf, &tm);
        assert_true(str_equals(buf_str(&buf), str_of(cases[i].log)));
        buf_reset(&buf);
        date_put_iso8601(&buf, &tm);
        assert_true(str_equals(buf_str(&buf), str_of(cases[i].iso)));
        buf_close(&buf);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writes),
        cmocka_unit_test(agrees_with_the_c_library),
        cmocka_unit_test(parses),
        cmocka_unit_test(reads_what_it_wrote),
        cmocka_unit_test(writes_for_logs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
