/* reach.c - who can get where */
#include "os/reach.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/attr.h"

static void asks_the_first_class(void **state)
{
    static const gid_t groups[] = {7, 8};
    static const struct {
        uid_t user, owner;
        gid_t group;
        mode_t mode;
        bool may;
    } cases[] = {
        {0, 5, 5, 0, true},     {5, 5, 9, 0700, true},  {5, 5, 9, 0100, true},
        {5, 5, 9, 0600, false}, {5, 5, 8, 0077, false}, {5, 6, 8, 0710, true},
        {5, 6, 8, 0701, false}, {5, 6, 7, 0010, true},  {5, 6, 9, 0701, true},
        {5, 6, 9, 0770, false},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct reach_user who = {cases[i].user, groups, ARRAY_LEN(groups)};
        struct stat what = {.st_uid = cases[i].owner,
                            .st_gid = cases[i].group,
                            .st_mode = S_IFDIR | cases[i].mode};

        assert_int_equal(reach_may_search(&who, &what), cases[i].may);
    }
}

static char folder[] = "/tmp/prong-reach-XXXXXX";

static void path_of(char *into, size_t room, const char *name)
{
    snprintf(into, room, "%s%s", folder, name);
}

/* Asked for somebody else: a user who owns nothing here. */
static void walks_the_way(void **state)
{
    char closed[64], below[64], link[64], blocker[PATH_MAX];

    (void)state;
    path_of(closed, sizeof(closed), "/closed");
    path_of(below, sizeof(below), "/closed/below");
    path_of(link, sizeof(link), "/link");
    assert_int_equal(chmod(folder, 0755), 0);
    assert_int_equal(mkdir(closed, 0755), 0);
    assert_int_equal(mkdir(below, 0755), 0);
    assert_int_equal(symlink(below, link), 0);
    assert_int_equal(reach_check(below, "nobody", 65534, 65534, blocker), 0);
    assert_int_equal(reach_check(link, "nobody", 65534, 65534, blocker), 0);
    assert_int_equal(chmod(closed, 0700), 0);
    assert_int_equal(reach_check(below, "nobody", 65534, 65534, blocker),
                     -EACCES);
    assert_string_equal(blocker, closed);
    assert_int_equal(reach_check(link, "nobody", 65534, 65534, blocker),
                     -EACCES);
    assert_string_equal(blocker, closed);
    assert_int_equal(reach_check(below, NULL, 0, 0, blocker), 0);
    path_of(below, sizeof(below), "/none");
    assert_int_equal(reach_check(below, "nobody", 65534, 65534, blocker),
                     -ENOENT);
    assert_int_equal(reach_check("/", "nobody", 65534, 65534, blocker), 0);
}

static void tells_what_can_be_written(void **state)
{
    char path[64];

    (void)state;
    path_of(path, sizeof(path), "/new");
    assert_int_equal(reach_writable(path), 0);
    assert_int_equal(access(path, F_OK), -1);
    path_of(path, sizeof(path), "/none/new");
    assert_int_equal(reach_writable(path), -ENOENT);
    path_of(path, sizeof(path), "/closed");
    assert_int_equal(reach_writable(path), -EISDIR);
    assert_int_equal(reach_writable("/dev/null"), 0);
    assert_int_equal(reach_writable("/dev/null/x"), -ENOTDIR);
}

static int open_folder(void **state)
{
    (void)state;
    umask(022);
    return mkdtemp(folder) ? 0 : -1;
}

static int close_folder(void **state)
{
    static const char *const names[] = {"/link", "/closed/below", "/closed",
                                        ""};
    char path[64];

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        path_of(path, sizeof(path), names[i]);
        if (unlink(path) < 0)
            rmdir(path);
    }
    return access(folder, F_OK) == 0 ? -1 : 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(asks_the_first_class),
        cmocka_unit_test(walks_the_way),
        cmocka_unit_test(tells_what_can_be_written),
    };

    return cmocka_run_group_tests(tests, open_folder, close_folder);
}
