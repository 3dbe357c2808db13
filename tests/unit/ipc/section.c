/* section.c - the cases of ipc/section */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "ipc/section.h"

static void texts_are_cut_at_whole_characters(void **state)
{
    static const struct {
        const char *text;
        size_t room;
        const char *kept;
    } cases[] = {
        {"abc", 8, "abc"},
        {"abc", 4, "abc"},
        {"abc", 3, "ab"},
        {"abc", 1, ""},
        {"a\xc3\xa9", 4, "a\xc3\xa9"},
        {"a\xc3\xa9z", 3, "a"},
        {"\xe2\x82\xac\xe2\x82\xac", 6, "\xe2\x82\xac"},
        {"\x80\x80\x80\x80", 3, ""},
        {"", 3, ""},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char field[16];

        memset(field, 'x', sizeof(field));
        section_text(field, cases[i].room, str_of(cases[i].text));
        assert_string_equal(field, cases[i].kept);
        assert_int_equal(field[cases[i].room - 1], 0);
        assert_int_equal(field[cases[i].room], 'x');
    }
}

static void the_last_eight_commands_stay(void **state)
{
    struct section *s = calloc(1, sizeof(*s));

    (void)state;
    for (int i = 0; i < 11; i++)
        section_command(s, &(struct section_command){.time = i});
    assert_int_equal(s->commands_count, 11);
    assert_int_equal(s->commands[10 % SECTION_COMMANDS].time, 10);
    assert_int_equal(s->commands[3].time, 3);
    assert_int_equal(s->commands[2].time, 10);
    free(s);
}

static void a_verdict_tells_who_waits(void **state)
{
    struct section_verdict v = {0};
    uint64_t mine;

    (void)state;
    section_begin(&v); /* another's */
    mine = v.begun;
    section_end(&v, 0, STR(""));
    assert_false(v.ended > mine);
    section_begin(&v);
    assert_false(v.ended > mine);
    section_end(&v, -EINVAL, STR("unknown directive \"foo\""));
    assert_true(v.ended > mine);
    assert_int_equal(v.begun, v.ended);
    assert_int_equal(v.error, -EINVAL);
    assert_string_equal(v.why, "unknown directive \"foo\"");
}

static void nothing_read_runs_over_its_end(void **state)
{
    struct section *s = malloc(sizeof(*s));

    (void)state;
    memset(s, 'x', sizeof(*s));
    section_check(s);
    assert_int_equal(strlen(s->version), sizeof(s->version) - 1);
    assert_int_equal(strlen(s->conf), sizeof(s->conf) - 1);
    assert_int_equal(strlen(s->reload.why), sizeof(s->reload.why) - 1);
    assert_int_equal(strlen(s->commands[7].verb),
                     sizeof(s->commands[7].verb) - 1);
    assert_int_equal(strlen(s->commands[0].why),
                     sizeof(s->commands[0].why) - 1);
    assert_int_equal(strlen(s->listens[SECTION_LISTENS - 1].addr),
                     sizeof(s->listens[0].addr) - 1);
    free(s);
}

static void the_worst_health_is_named(void **state)
{
    (void)state;
    assert_string_equal(section_health_name(0), "ok");
    assert_string_equal(section_health_name(SECTION_DEGRADED), "degraded");
    assert_string_equal(
        section_health_name(SECTION_DEGRADED | SECTION_RELOAD_FAILED),
        "reload-failed");
    assert_string_equal(section_health_name(SECTION_ROLLED_BACK),
                        "rolled-back");
    assert_string_equal(section_health_name(SECTION_STALLED | SECTION_DEGRADED),
                        "stalled");
    assert_string_equal(section_health_name(0xffff), "log-blocked");
    assert_string_equal(section_health_name(1u << 20), "ok");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_are_cut_at_whole_characters),
        cmocka_unit_test(the_last_eight_commands_stay),
        cmocka_unit_test(a_verdict_tells_who_waits),
        cmocka_unit_test(nothing_read_runs_over_its_end),
        cmocka_unit_test(the_worst_health_is_named),
    };

    return cmocka_run_group_tests_name("ipc/section", tests, NULL, NULL);
}
