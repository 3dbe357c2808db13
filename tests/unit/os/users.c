/* users.c - the cases of os/users */
#include "os/users.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void finds(void **state)
{
    uid_t user = 1;
    gid_t group = 1;

    (void)state;
    assert_int_equal(users_find("root", &user, &group), 0);
    assert_int_equal(user, 0);
    assert_int_equal(group, 0);
    group = 1;
    assert_int_equal(users_find_group("root", &group), 0);
    assert_int_equal(group, 0);
}

static void misses(void **state)
{
    uid_t user = 7;
    gid_t group = 8;

    (void)state;
    assert_int_equal(users_find("no such user", &user, &group), -ENOENT);
    assert_int_equal(users_find_group("no such group", &group), -ENOENT);
    assert_int_equal(user, 7);
    assert_int_equal(group, 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds),
        cmocka_unit_test(misses),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
