/* paths.c - the cases of logger/paths */
#include "logger/paths.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"

static char dir[] = "/tmp/prong-paths-XXXXXX";

static int put(struct paths *p, const char *name, const char *line)
{
    char memory[300];
    struct buf record = buf_over(memory, sizeof(memory));

    buf_printf(&record, "%s/%s", dir, name);
    buf_put_char(&record, '\0');
    buf_put(&record, str_of(line));
    return paths_write(p, buf_str(&record));
}

static void holds(const char *name, const char *text)
{
    char path[300], memory[300] = "";
    FILE *file;

    snprintf(path, sizeof(path), "%s/%s", dir, name);
    file = fopen(path, "r");
    assert_non_null(file);
    memory[fread(memory, 1, sizeof(memory) - 1, file)] = '\0';
    fclose(file);
    assert_string_equal(memory, text);
    assert_int_equal(unlink(path), 0);
}

static void appends(void **state)
{
    struct paths p = {0};

    (void)state;
    assert_int_equal(put(&p, "a", "one\n"), 0);
    assert_int_equal(put(&p, "b", "two\n"), 0);
    assert_int_equal(put(&p, "a", "three\n"), 0);
    holds("a", "one\nthree\n");
    paths_close(&p);
    assert_int_equal(put(&p, "a", "four\n"), 0);
    holds("a", "four\n");
    holds("b", "two\n");
    paths_close(&p);
}

static void refuses(void **state)
{
    struct paths p = {0};

    (void)state;
    assert_int_equal(put(&p, "none/a", "x\n"), -ENOENT);
    assert_int_equal(put(&p, "", "x\n"), -EISDIR);
    assert_int_equal(paths_write(&p, STR("/no-end")), -EINVAL);
    assert_int_equal(paths_write(&p, STR("relative\0x\n")), -EINVAL);
    assert_int_equal(paths_write(&p, STR("")), -EINVAL);
    paths_close(&p);
}

/* More than are held open: each line arrives, none is held for ever. */
static void is_bounded(void **state)
{
    struct paths p = {0};
    char name[20];
    unsigned open_now = 0;

    (void)state;
    for (int round = 0; round < 2; round++) {
        for (int i = 0; i < 2 * PATHS_OPEN_MAX; i++) {
            snprintf(name, sizeof(name), "f%d", i);
            assert_int_equal(put(&p, name, "x\n"), 0);
        }
    }
    for (unsigned i = 0; i < PATHS_OPEN_MAX; i++)
        open_now += p.files[i].path != NULL;
    assert_int_equal(open_now, PATHS_OPEN_MAX);
    for (int i = 0; i < 2 * PATHS_OPEN_MAX; i++) {
        snprintf(name, sizeof(name), "f%d", i);
        holds(name, "x\nx\n");
    }
    paths_close(&p);
}

static int make_dir(void **state)
{
    (void)state;
    return mkdtemp(dir) ? 0 : -1;
}

static int remove_dir(void **state)
{
    (void)state;
    return rmdir(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(appends),
        cmocka_unit_test(refuses),
        cmocka_unit_test(is_bounded),
    };

    return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
