/* processors.c - the cases of os/processors */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/attr.h"
#include "os/processors.h"

static void reads_quotas(void **state)
{
    static const struct {
        const char *text;
        unsigned processors;
    } cases[] = {
        {"max 100000", 0},
        {"200000 100000", 2},
        {"200000 100000\n", 2},
        {"150000 100000", 2},
        {"50000 100000", 1},
        {"1 100000", 1},
        {"-1 100000", 0},
        {"0 100000", 0},
        {"100000 0", 0},
        {"100000", 0},
        {"100000 ", 0},
        {"", 0},
        {" ", 0},
        {"x y", 0},
        {"18446744073709551615 1", 0},
        {"18446744073709551616 1", 0},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        assert_int_equal(processors_quota(str_of(cases[i].text)),
                         cases[i].processors);
}

static void finds_groups(void **state)
{
    static const struct {
        const char *text;
        bool version_2;
        const char *path; /* NULL: none */
    } cases[] = {
        {"0::/user.slice/a\n", true, "/user.slice/a"},
        {"0::/\n", true, "/"},
        {"0::/", true, "/"},
        {"0::/a:b\n", true, "/a:b"},
        {"0::/a\n", false, NULL},
        {"4:cpu,cpuacct:/x\n0::/y\n", false, "/x"},
        {"4:cpu,cpuacct:/x\n0::/y\n", true, "/y"},
        {"4:cpuacct,cpu:/x\n", false, "/x"},
        {"4:cpuset:/x\n3:cpuacct:/z\n", false, NULL},
        {"1:name=systemd:/x\n", true, NULL},
        {"", true, NULL},
        {"0", true, NULL},
        {"0:", true, NULL},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct buf path = {0};
        bool found =
            processors_group(&path, str_of(cases[i].text), cases[i].version_2);

        assert_int_equal(found, cases[i].path != NULL);
        if (found)
            assert_true(str_equals(buf_str(&path), str_of(cases[i].path)));
        buf_close(&path);
    }
}

static void there_is_one(void **state)
{
    (void)state;
    assert_true(processors_available() >= 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_quotas),
        cmocka_unit_test(finds_groups),
        cmocka_unit_test(there_is_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
