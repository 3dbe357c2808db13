/* pidfile.c - the cases of os/pidfile */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/attr.h"
#include "os/pidfile.h"

static void names_siblings(void **state)
{
    static const struct {
        const char *path, *suffix, *is;
    } cases[] = {
        {"/run/prong.pid", ".lock", "/run/prong.lock"},
        {"/run/prong", ".lock", "/run/prong.lock"},
        {"/run/a.pid.x", ".ctl", "/run/a.pid.x.ctl"},
        {"prong.pid", ".stats", "prong.stats"},
    };
    char into[64], small[8];

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        assert_true(pidfile_sibling(str_of(cases[i].path), cases[i].suffix,
                                    into, sizeof(into)));
        assert_string_equal(into, cases[i].is);
    }
    assert_false(
        pidfile_sibling(STR("/run/prong.pid"), ".lock", small, sizeof(small)));
}

static void judges_an_old_file(void **state)
{
    static const int64_t second = 1000000000;
    static const struct {
        struct pidfile_facts facts;
        enum pidfile_verdict is;
    } cases[] = {
        {{.pid = 0, .own = 9}, PIDFILE_STALE},
        {{.pid = -1, .own = 9}, PIDFILE_FOREIGN},
        {{.pid = 7, .own = 9, .alive = false}, PIDFILE_STALE},
        {{.pid = 1, .own = 1, .alive = true}, PIDFILE_STALE},
        {{.pid = 7,
          .own = 9,
          .alive = true,
          .started_ns = 5 * second,
          .written_ns = 6 * second},
         PIDFILE_OTHERS},
        {{.pid = 7,
          .own = 9,
          .alive = true,
          .started_ns = 7 * second,
          .written_ns = 6 * second},
         PIDFILE_STALE},
        /* within what the system can tell: not proven to be younger */
        {{.pid = 7,
          .own = 9,
          .alive = true,
          .started_ns = 6 * second + 1000000,
          .written_ns = 6 * second},
         PIDFILE_OTHERS},
        /* nothing is known of the process's start */
        {{.pid = 7, .own = 9, .alive = true, .written_ns = 6 * second},
         PIDFILE_OTHERS},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        assert_int_equal(pidfile_judge(&cases[i].facts), cases[i].is);
}

static void put(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");

    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
}

static void reads_the_text(void **state)
{
    static const struct {
        const char *text;
        int is; /* -1: any error */
    } cases[] = {
        {"", 0},     {"812\n", 812}, {"812", 812}, {" 812 \r\n", 812},
        {"0\n", -1}, {"-5\n", -1},   {"1x", -1},   {"99999999999\n", -1},
    };
    char path[] = "/tmp/prong-unit-XXXXXX";
    int fd = mkstemp(path);

    (void)state;
    assert_true(fd >= 0);
    close(fd);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        pid_t got;

        put(path, cases[i].text);
        got = pidfile_read(path);
        if (cases[i].is < 0)
            assert_true(got < 0);
        else
            assert_int_equal(got, cases[i].is);
    }
    unlink(path);
    assert_int_equal(pidfile_read(path), -ENOENT);
}

/* Whether another process could take the lock. */
static bool other_can_lock(struct str path)
{
    pid_t child = fork();
    int status;

    if (child == 0) {
        char memory[512];
        struct buf why = buf_over(memory, sizeof(memory));
        struct pidfile mine;

        _exit(pidfile_lock(&mine, path, &why) == 0 ? 0 : 1);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void one_holds_the_lock(void **state)
{
    char directory[] = "/tmp/prong-unit-XXXXXX";
    char text[64], lock_path[64], memory[512];
    struct buf why = buf_over(memory, sizeof(memory));
    struct pidfile p;
    struct str path;

    (void)state;
    assert_non_null(mkdtemp(directory));
    snprintf(text, sizeof(text), "%s/x.pid", directory);
    snprintf(lock_path, sizeof(lock_path), "%s/x.lock", directory);
    path = str_of(text);

    assert_int_equal(pidfile_is_held(path), -ENOENT);
    assert_int_equal(pidfile_lock(&p, path, &why), 0);
    assert_int_equal(pidfile_is_held(path), 1);
    assert_false(other_can_lock(path));

    put(text, "1\n"); /* lives, and is no child of ours */
    assert_int_equal(pidfile_check(&p, &why), -EEXIST);
    assert_non_null(memmem(why.data, why.len, "belongs to process 1 (", 22));
    put(text, "rubbish\n");
    assert_int_equal(pidfile_check(&p, &why), -EEXIST);
    put(text, "");
    assert_int_equal(pidfile_check(&p, &why), 0);

    assert_int_equal(pidfile_write(&p, getpid()), 0);
    assert_int_equal(pidfile_read(text), getpid());
    assert_int_equal(pidfile_check(&p, &why), 0); /* its own */
    pidfile_remove(&p);
    assert_int_equal(access(text, F_OK), -1);
    assert_int_equal(access(lock_path, F_OK), -1);
    assert_true(other_can_lock(path)); /* and leaves its file */
    assert_int_equal(pidfile_is_held(path), 0);
    unlink(lock_path);
    assert_int_equal(rmdir(directory), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_siblings),
        cmocka_unit_test(judges_an_old_file),
        cmocka_unit_test(reads_the_text),
        cmocka_unit_test(one_holds_the_lock),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
