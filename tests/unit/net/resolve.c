/* resolve.c - the cases of net/resolve that need no name server */
#include "net/resolve.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/attr.h"

static void resolves(void **state)
{
    struct address *list = NULL;
    unsigned count = 0;

    (void)state;
    assert_int_equal(resolve_addresses("127.0.0.1", 81, &list, &count), 0);
    assert_int_equal(count, 1);
    assert_int_equal(address_port(&list[0]), 81);
    assert_int_equal(list[0].name.ss_family, AF_INET);
    free(list);
    assert_int_equal(resolve_addresses("localhost", 82, &list, &count), 0);
    assert_true(count >= 1);
    for (unsigned i = 0; i < count; i++)
        assert_int_equal(address_port(&list[i]), 82);
    free(list);
    list = NULL;
    assert_int_equal(resolve_addresses("a b", 83, &list, &count), -ENOENT);
    assert_null(list);
}

static void knows_its_own(void **state)
{
    static const char *const own[] = {"127.0.0.1", "127.9.9.9", "0.0.0.0",
                                      "::"};
    struct address a;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(own); i++) {
        assert_int_equal(address_parse(&a, str_of(own[i]), 80), 0);
        assert_true(resolve_is_local(&a));
    }
    assert_int_equal(address_unix(&a, STR("/run/x")), 0);
    assert_true(resolve_is_local(&a));
}

/* RFC 5737: addresses that nobody has, but where foreign ones may be bound. */
static void knows_others(void **state)
{
    struct address a;

    (void)state;
    assert_int_equal(address_parse(&a, STR("192.0.2.77"), 80), 0);
    if (resolve_is_local(&a))
        skip();
}

static void high_ports_are_free(void **state)
{
    (void)state;
    assert_true(resolve_may_bind(8080));
    assert_true(resolve_may_bind(65535));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(resolves),
        cmocka_unit_test(knows_its_own),
        cmocka_unit_test(knows_others),
        cmocka_unit_test(high_ports_are_free),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
