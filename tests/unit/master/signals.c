/* signals.c - the cases of master/signals */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/attr.h"
#include "master/signals.h"

static void tells_the_terminal_apart(void **state)
{
    static const struct {
        uint32_t signal;
        int32_t code;
        bool lost_terminal;
        enum signals_meaning means;
    } cases[] = {
        {SIGTERM, SI_USER, false, SIGNALS_STOP},
        {SIGINT, SI_USER, false, SIGNALS_STOP},
        {SIGINT, SI_KERNEL, false, SIGNALS_STOP},
        {SIGQUIT, SI_USER, false, SIGNALS_QUIT},
        {SIGQUIT, SI_KERNEL, false, SIGNALS_QUIT},
        {SIGHUP, SI_USER, false, SIGNALS_RELOAD},
        {SIGHUP, SI_QUEUE, false, SIGNALS_RELOAD},
        {SIGHUP, SI_TKILL, false, SIGNALS_RELOAD},
        {SIGHUP, SI_USER, true, SIGNALS_QUIT},
        {SIGHUP, SI_KERNEL, false, SIGNALS_QUIT},
        {SIGHUP, SI_KERNEL, true, SIGNALS_QUIT},
        {SIGUSR1, SI_USER, false, SIGNALS_REOPEN},
        {SIGUSR2, SI_USER, false, SIGNALS_UPGRADE},
        {SIGWINCH, SI_USER, false, SIGNALS_DRAIN_WORKERS},
        {SIGWINCH, SI_QUEUE, false, SIGNALS_DRAIN_WORKERS},
        {SIGWINCH, SI_KERNEL, false, SIGNALS_NOTHING},
        {SIGCHLD, CLD_EXITED, false, SIGNALS_REAP},
        {SIGALRM, SI_USER, false, SIGNALS_NOTHING},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        assert_int_equal(signals_read(cases[i].signal, cases[i].code,
                                      cases[i].lost_terminal),
                         cases[i].means);
    assert_true(signals_is_terminal(SIGINT, SI_KERNEL));
    assert_false(signals_is_terminal(SIGINT, SI_USER));
    assert_false(signals_is_terminal(SIGCHLD, SI_KERNEL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_the_terminal_apart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
