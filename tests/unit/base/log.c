/* log.c - the cases of base/log */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/attr.h"
#include "base/log.h"

/* A sink that keeps the last message. */
struct keeper {
    struct log_sink sink;
    enum log_level level;
    unsigned taken;
    struct buf text;
};

static void keep(struct log_sink *sink, enum log_level level, struct str text)
{
    struct keeper *k = CONTAINER_OF(sink, struct keeper, sink);

    k->taken++;
    k->level = level;
    buf_reset(&k->text);
    buf_put(&k->text, text);
    errno = EBADF;
}

static struct keeper *keeper_open(struct keeper *k, enum log_level level)
{
    *k = (struct keeper){.sink = {.take = keep, .level = level}};
    assert_null(log_sink_set(&k->sink));
    return k;
}

static void keeper_close(struct keeper *k)
{
    assert_ptr_equal(log_sink_set(NULL), &k->sink);
    buf_close(&k->text);
}

static void assert_kept(const struct keeper *k, const char *text)
{
    assert_int_equal(k->text.len, strlen(text));
    assert_true(str_equals(buf_str(&k->text), str_of(text)));
}

static void filters_by_level(void **state)
{
    struct keeper k;

    (void)state;
    keeper_open(&k, LOG_WARN);
    assert_true(log_wants(LOG_STDERR));
    assert_true(log_wants(LOG_WARN));
    assert_false(log_wants(LOG_NOTICE));
    log_at(LOG_NOTICE, "no");
    log_errno(LOG_NOTICE, ENOENT, "no");
    assert_int_equal(k.taken, 0);
    log_at(LOG_WARN, "%d is %s", 4, "even");
    assert_int_equal(k.taken, 1);
    assert_int_equal(k.level, LOG_WARN);
    assert_kept(&k, "4 is even");
    log_at(LOG_STDERR, "always");
    assert_kept(&k, "always");
    keeper_close(&k);
}

static void names_errors(void **state)
{
    struct keeper k;

    (void)state;
    keeper_open(&k, LOG_DEBUG);
    errno = EAGAIN;
    log_errno(LOG_EMERG, EADDRINUSE, "bind() to %s failed", "0.0.0.0:80");
    assert_int_equal(errno, EAGAIN);
    assert_kept(&k, "bind() to 0.0.0.0:80 failed (98: Address already in use)");
    log_errno(LOG_EMERG, -ENOENT, "open()");
    assert_kept(&k, "open() (2: No such file or directory)");
    log_errno(LOG_EMERG, 99999, "x");
    assert_kept(&k, "x (99999: Unknown error)");
    log_at(LOG_DEBUG, "x");
    assert_int_equal(errno, EAGAIN);
    keeper_close(&k);
}

static void cuts_long_messages(void **state)
{
    struct keeper k;

    (void)state;
    keeper_open(&k, LOG_DEBUG);
    log_at(LOG_INFO, "%01999d", 1);
    assert_int_equal(k.text.len, 1999);
    log_at(LOG_INFO, "%02000d", 1);
    assert_int_equal(k.text.len, 2000);
    assert_int_equal(k.text.data[1999], '1');
    log_at(LOG_INFO, "%05000d", 1);
    assert_int_equal(k.text.len, 2000);
    log_errno(LOG_INFO, ENOENT, "%05000d", 1);
    assert_int_equal(k.text.len, 2000);
    assert_true(str_ends_with(buf_str(&k.text),
                              STR("000 (2: No such file or directory)")));
    keeper_close(&k);
}

static void stays_on_one_line(void **state)
{
    struct keeper k;

    (void)state;
    keeper_open(&k, LOG_DEBUG);
    log_at(LOG_INFO, "a\nb\r\x1b[2J\x7f \xc3\xa4");
    assert_kept(&k, "a b  [2J  \xc3\xa4");
    keeper_close(&k);
}

/* What a command prints, read back from a pipe in the place of stderr. */
static void speaks_as_a_command(void **state)
{
    char text[200] = "";
    int saved = dup(STDERR_FILENO);
    int ends[2];

    (void)state;
    assert_int_equal(pipe(ends), 0);
    assert_true(dup2(ends[1], STDERR_FILENO) >= 0);
    log_at(LOG_EMERG, "unknown directive \"%s\" in %s:%d", "x", "a.conf", 3);
    log_at(LOG_STDERR, "plain");
    log_at(LOG_INFO, "not said");
    assert_true(dup2(saved, STDERR_FILENO) >= 0);
    close(saved);
    close(ends[1]);
    assert_true(read(ends[0], text, sizeof(text) - 1) > 0);
    close(ends[0]);
    assert_string_equal(text,
                        "prong: [emerg] unknown directive \"x\" in a.conf:3\n"
                        "prong: plain\n");
}

static void knows_levels(void **state)
{
    static const char *const names[] = {"emerg", "alert",  "crit", "error",
                                        "warn",  "notice", "info", "debug"};
    enum log_level level;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        assert_true(log_level_parse(str_of(names[i]), &level));
        assert_int_equal(level, i + 1);
        assert_string_equal(log_level_name(level), names[i]);
    }
    level = LOG_CRIT;
    assert_false(log_level_parse(STR("stderr"), &level));
    assert_false(log_level_parse(STR("Error"), &level));
    assert_false(log_level_parse(STR(""), &level));
    assert_int_equal(level, LOG_CRIT);
    assert_non_null(log_level_name((enum log_level)99));
}

static void heads_lines(void **state)
{
    struct tm when = {.tm_year = 126,
                      .tm_mon = 10,
                      .tm_mday = 2,
                      .tm_hour = 7,
                      .tm_min = 6,
                      .tm_sec = 11};
    struct buf b = {0};

    (void)state;
    log_line_head(&b, &when, 4101, LOG_NOTICE);
    assert_true(str_equals(buf_str(&b),
                           STR("2026/11/02 07:06:11 [notice] 4101#4101: ")));
    buf_close(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(filters_by_level),
        cmocka_unit_test(names_errors),
        cmocka_unit_test(cuts_long_messages),
        cmocka_unit_test(stays_on_one_line),
        cmocka_unit_test(speaks_as_a_command),
        cmocka_unit_test(knows_levels),
        cmocka_unit_test(heads_lines),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
