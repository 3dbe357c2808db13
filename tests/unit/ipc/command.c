/* command.c - the cases of ipc/command */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "ipc/command.h"

static void reads_commands(void **state)
{
    static const struct {
        const char *line;
        struct command is;
        const char *prints;
    } cases[] = {
        {"stop", {.verb = COMMAND_STOP}, "stop"},
        {" quit \r", {.verb = COMMAND_QUIT}, "quit"},
        {"\treload", {.verb = COMMAND_RELOAD}, "reload"},
        {"reopen", {.verb = COMMAND_REOPEN}, "reopen"},
        {"ping", {.verb = COMMAND_PING}, "ping"},
        {"workers 4", {.verb = COMMAND_WORKERS, .amount = 4}, "workers 4"},
        {"workers   +1",
         {.verb = COMMAND_WORKERS, .amount = 1, .is_relative = true},
         "workers +1"},
        {"workers -2",
         {.verb = COMMAND_WORKERS, .amount = -2, .is_relative = true},
         "workers -2"},
        {"workers 0", {.verb = COMMAND_WORKERS}, "workers 0"},
        {"log debug", {.verb = COMMAND_LOG, .level = LOG_DEBUG}, "log debug"},
        {"log emerg", {.verb = COMMAND_LOG, .level = LOG_EMERG}, "log emerg"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char memory[256], printed[64];
        struct buf why = buf_over(memory, sizeof(memory));
        struct buf out = buf_over(printed, sizeof(printed));
        struct command got = {0};

        assert_true(command_parse(&got, str_of(cases[i].line), &why));
        assert_int_equal(got.verb, cases[i].is.verb);
        assert_int_equal(got.amount, cases[i].is.amount);
        assert_int_equal(got.is_relative, cases[i].is.is_relative);
        assert_int_equal(got.level, cases[i].is.level);
        assert_int_equal(why.len, 0);
        command_print(&out, &got);
        assert_true(str_equals(buf_str(&out), str_of(cases[i].prints)));
    }
}

static bool holds(struct str text, const char *part)
{
    return memmem(text.at, text.len, part, strlen(part)) != NULL;
}

static void refuses_others(void **state)
{
    static const struct {
        const char *line;
        const char *says;
    } cases[] = {
        {"", NULL},
        {" \t\r", NULL},
        {"relod", "did you mean \"reload\"?"},
        {"Stop", "did you mean \"stop\"?"},
        {"xyzzy plugh", "unknown command \"xyzzy plugh\" (commands: stop, "},
        {"stop now", "it takes no argument"},
        {"reload.", "did you mean \"reload\"?"},
        {"workers", "it takes N, +N or -N"},
        {"workers x", "it takes N, +N or -N"},
        {"workers 4 5", "it takes N, +N or -N"},
        {"workers +", "it takes N, +N or -N"},
        {"workers --1", "it takes N, +N or -N"},
        {"workers 99999999999999999999", "it takes N, +N or -N"},
        {"log", "it takes emerg"},
        {"log loud", "it takes emerg"},
        {"log stderr", "it takes emerg"},
        {"\x01\x1b[2J\"\\", "\"\\x01\\x1b[2J\\\"\\\\\""},
        {"aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffg",
         "ffffffffff...\""},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char memory[512];
        struct buf why = buf_over(memory, sizeof(memory));
        struct command got = {.verb = COMMAND_PING, .amount = 7};

        assert_false(command_parse(&got, str_of(cases[i].line), &why));
        assert_int_equal(got.verb, COMMAND_PING); /* untouched */
        assert_int_equal(got.amount, 7);
        if (cases[i].says)
            assert_true(holds(buf_str(&why), cases[i].says));
        else
            assert_int_equal(why.len, 0);
    }
}

static void refuses_a_nul(void **state)
{
    static const char line[] = "stop\0x";
    char memory[256];
    struct buf why = buf_over(memory, sizeof(memory));
    struct command got;

    (void)state;
    assert_false(command_parse(&got, (struct str){line, 6}, &why));
    assert_true(holds(buf_str(&why), "stop\\x00x"));
}

static void names_verbs(void **state)
{
    (void)state;
    for (unsigned i = 0; i < COMMAND_COUNT; i++) {
        enum command_verb verb = COMMAND_COUNT;
        const char *name = command_name((enum command_verb)i);

        assert_true(command_verb_parse(str_of(name), &verb));
        assert_int_equal(verb, i);
    }
    assert_null(command_nearest(STR("completely")));
    assert_string_equal(command_nearest(STR("reopne")), "reopen");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_commands),
        cmocka_unit_test(refuses_others),
        cmocka_unit_test(refuses_a_nul),
        cmocka_unit_test(names_verbs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
