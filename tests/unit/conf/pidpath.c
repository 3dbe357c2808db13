/* pidpath.c - the cases of conf/pidpath */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/attr.h"
#include "conf/pidpath.h"
#include "config.h"

static void put(const char *directory, const char *name, const char *text)
{
    char path[128];
    FILE *f;

    snprintf(path, sizeof(path), "%s/%s", directory, name);
    f = fopen(path, "w");
    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

static void finds_it_whatever_else_is_wrong(void **state)
{
    static const struct {
        const char *text;
        const char *directives;
        const char *is; /* absolute, or behind the prefix */
    } cases[] = {
        {"pid run/x.pid;", NULL, "run/x.pid"},
        {"pid /run/x.pid;", NULL, "/run/x.pid"},
        {"user a;\nevents { x 1; }\npid 'a b.pid';", NULL, "a b.pid"},
        {"", NULL, PRONG_PID_PATH},
        {"http { pid no; }", NULL, PRONG_PID_PATH},
        {"pid run/x.pid; foo {{{ \"", NULL, "run/x.pid"},
        {"foo bar; } pid run/x.pid;", NULL, "run/x.pid"},
        {"pid a b;", NULL, PRONG_PID_PATH},
        {"include more.conf;", NULL, "run/more.pid"},
        {"include m*.conf;", NULL, "run/more.pid"},
        {"include self.conf; pid run/x.pid;", NULL, "run/x.pid"},
        {"daemon on;", "pid run/g.pid;", "run/g.pid"},
        {"daemon on;", "daemon off", PRONG_PID_PATH},
    };
    char directory[] = "/tmp/prong-unit-XXXXXX";
    char command[64];

    (void)state;
    assert_non_null(mkdtemp(directory));
    put(directory, "more.conf", "# more\npid run/more.pid;\n");
    put(directory, "self.conf", "include self.conf;");
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct conf_request request = {
            .file = "main.conf",
            .prefix = directory,
            .directives = cases[i].directives,
        };
        struct arena arena = {0};
        char expected[128];
        struct str found;

        put(directory, "main.conf", cases[i].text);
        found = pidpath_find(&request, &arena);
        snprintf(expected, sizeof(expected), "%s%s%s",
                 cases[i].is[0] == '/' ? "" : directory,
                 cases[i].is[0] == '/' ? "" : "/", cases[i].is);
        assert_string_equal(found.at, expected);
        arena_close(&arena);
    }
    snprintf(command, sizeof(command), "rm -r %s", directory);
    assert_int_equal(system(command), 0);
}

static void there_is_no_file(void **state)
{
    struct conf_request request = {.file = "no.conf", .prefix = "/no/such"};
    struct arena arena = {0};

    (void)state;
    assert_string_equal(pidpath_find(&request, &arena).at,
                        "/no/such/" PRONG_PID_PATH);
    arena_close(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_it_whatever_else_is_wrong),
        cmocka_unit_test(there_is_no_file),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
