/* syslog.c - the cases of conf/syslog */
#include "conf/syslog.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/attr.h"

static void parses(void **state)
{
    static const struct {
        const char *text, *said; /* what it prints, or why not */
        bool good;
    } rows[] = {
        {"server=127.0.0.1", "127.0.0.1 514 23 6 nginx 0", true},
        {"server=[::1]:99,tag=a_B3", "::1 99 23 6 a_B3 0", true},
        {"tag=,facility=kern,severity=debug,nohostname,server=h.test:1",
         "h.test 1 0 7  1", true},
        {"server=unix:/dev/log", "/dev/log 0 23 6 nginx 0", true},
        {"", "unknown syslog parameter \"\"", false},
        {"tag=x", "no syslog server specified", false},
        {"server=", "no host in syslog server \"\"", false},
        {"server=unix:", "no path in syslog server \"unix:\"", false},
        {"server=a:0", "invalid port in syslog server \"a:0\"", false},
        {"server=a:65536", "invalid port in syslog server \"a:65536\"", false},
        {"server=a,server=b", "duplicate syslog \"server\"", false},
        {"server=a,tag=b,tag=c", "duplicate syslog \"tag\"", false},
        {"server=a,facility=cron,facility=cron",
         "duplicate syslog \"facility\"", false},
        {"server=a,severity=info,severity=info",
         "duplicate syslog \"severity\"", false},
        {"server=a,facility=local8", "unknown syslog facility \"local8\"",
         false},
        {"server=a,severity=stderr", "unknown syslog severity \"stderr\"",
         false},
        {"server=a,tag=a-b",
         "syslog \"tag\" only allows alphanumeric characters and underscore",
         false},
        {"server=a,tag=aaaaaaaaaabbbbbbbbbbccccccccccddd",
         "syslog tag length exceeds 32", false},
        {"server=a,what", "unknown syslog parameter \"what\"", false},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char memory[200], full[200];
        struct buf said = buf_over(memory, sizeof(memory));
        struct buf text = buf_over(full, sizeof(full));
        struct syslog s = {0};
        int err;

        buf_printf(&text, "syslog:%s", rows[i].text);
        assert_true(syslog_is(buf_str(&text)));
        err = syslog_parse(&s, buf_str(&text), &said);
        if ((err == 0) != rows[i].good)
            fail_msg("%s: %d", rows[i].text, err);
        if (err == 0)
            buf_printf(&said, "%.*s%.*s %u %u %u %.*s %d", STR_ARG(s.host),
                       STR_ARG(s.unix_path), s.port, s.facility, s.severity,
                       STR_ARG(s.tag), s.nohostname);
        if (!str_equals(buf_str(&said), str_of(rows[i].said)))
            fail_msg("%s: %.*s", rows[i].text, STR_ARG(buf_str(&said)));
    }
    assert_false(syslog_is(STR("/var/log/syslog:x")));
}

static void heads(void **state)
{
    static const struct tm local = {
        .tm_mon = 10, .tm_mday = 2, .tm_hour = 7, .tm_min = 6, .tm_sec = 5};
    struct syslog s = {.facility = 23, .severity = 6, .tag = STR("nginx")};
    char memory[200];
    struct buf head = buf_over(memory, sizeof(memory));

    (void)state;
    syslog_head(&head, &s, LOG_STDERR, &local, STR("host"));
    assert_true(
        str_equals(buf_str(&head), STR("<190>Nov  2 07:06:05 host nginx: ")));
    head = buf_over(memory, sizeof(memory));
    s.nohostname = true;
    syslog_head(&head, &s, LOG_EMERG, &local, STR("host"));
    assert_true(
        str_equals(buf_str(&head), STR("<184>Nov  2 07:06:05 nginx: ")));
    head = buf_over(memory, sizeof(memory));
    s.facility = 0;
    syslog_head(&head, &s, LOG_DEBUG, &local, STR("host"));
    assert_true(str_starts_with(buf_str(&head), STR("<7>Nov")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parses),
        cmocka_unit_test(heads),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
