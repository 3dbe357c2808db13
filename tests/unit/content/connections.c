/* connections.c - the cases of content/connections */
#include "content/connections.h"
#include "fixture.h"

static void without_a_scoreboard(void **state)
{
    struct env env = {0};

    (void)state;
    assert_int_equal(connections_sum(&env, COUNTER_active), 0);
    assert_int_equal(connections_sum(&env, COUNTER_requests), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_scoreboard),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
