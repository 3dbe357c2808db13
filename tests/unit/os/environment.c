/* environment.c - the cases of os/environment */
#include <errno.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/attr.h"
#include "os/environment.h"

static void what_is_named_stays(void **state)
{
    struct conf_env_row rows[] = {
        {STR("KEPT"), {0}},
        {STR("GIVEN"), STR("new")},
        {STR("MISSING"), {0}},
        {STR("EMPTY"), STR("")},
    };
    const struct conf_env env = {.rows = rows, .count = ARRAY_LEN(rows)};

    (void)state;
    setenv("KEPT", "old", 1);
    setenv("GIVEN", "old", 1);
    setenv("OTHER", "old", 1);
    setenv("TZ", "UTC", 1);
    unsetenv("MISSING");
    assert_int_equal(environment_set(&env), 0);
    assert_string_equal(getenv("KEPT"), "old");
    assert_string_equal(getenv("GIVEN"), "new");
    assert_string_equal(getenv("EMPTY"), "");
    assert_string_equal(getenv("TZ"), "UTC");
    assert_null(getenv("OTHER"));
    assert_null(getenv("MISSING"));
}

static void no_rows_leave_the_zone(void **state)
{
    const struct conf_env none = {0};

    (void)state;
    setenv("TZ", "UTC", 1);
    setenv("OTHER", "old", 1);
    assert_int_equal(environment_set(&none), 0);
    assert_string_equal(getenv("TZ"), "UTC");
    assert_null(getenv("OTHER"));
}

/* The processors of this process, as a mask. */
static struct str mask_of(char *digits, size_t room)
{
    cpu_set_t set;

    assert_int_equal(sched_getaffinity(0, sizeof(set), &set), 0);
    for (size_t i = 0; i < room; i++)
        digits[room - 1 - i] = CPU_ISSET(i, &set) ? '1' : '0';
    return (struct str){digits, room};
}

static void processors_are_taken_in_turn(void **state)
{
    char all_digits[CPU_SETSIZE], first[CPU_SETSIZE], again[CPU_SETSIZE];
    struct str all = mask_of(all_digits, sizeof(all_digits));
    unsigned count = 0;

    (void)state;
    for (size_t i = 0; i < all.len; i++)
        count += all.at[i] == '1';
    for (unsigned i = 0; i < count; i++) {
        assert_int_equal(environment_bind(all), 0);
        assert_int_equal(environment_bind_one(all, i), 0);
        mask_of(first, sizeof(first));
        assert_int_equal(environment_bind(all), 0);
        assert_int_equal(environment_bind_one((struct str){0}, i + count), 0);
        mask_of(again, sizeof(again));
        assert_memory_equal(first, again, sizeof(first));
        assert_ptr_equal(memchr(first, '1', sizeof(first)),
                         memrchr(first, '1', sizeof(first)));
    }
    assert_int_equal(environment_bind(all), 0);
    assert_int_equal(environment_bind_one(STR("000"), 0), -EINVAL);
    assert_int_equal(environment_bind(STR("0")), -EINVAL);
}

int main(void)
{
    /* The library asks for it at the end, when the variables are gone. */
    const char *form = getenv("CMOCKA_MESSAGE_OUTPUT");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_named_stays),
        cmocka_unit_test(no_rows_leave_the_zone),
        cmocka_unit_test(processors_are_taken_in_turn),
    };

    if (form && strcmp(form, "TAP") == 0)
        cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests_name("os/environment", tests, NULL, NULL);
}
