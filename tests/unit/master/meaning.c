/* meaning.c - the cases of master/meaning */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/attr.h"
#include "master/meaning.h"

static void tells_the_terminal_apart(void **state)
{
    static const struct {
        uint32_t signal;
        int32_t code;
        bool lost_terminal;
        enum meaning means;
    } cases[] = {
        {SIGTERM, SI_USER, false, MEANS_STOP},
        {SIGINT, SI_USER, false, MEANS_STOP},
        {SIGINT, SI_KERNEL, false, MEANS_STOP},
        {SIGQUIT, SI_USER, false, MEANS_QUIT},
        {SIGQUIT, SI_KERNEL, false, MEANS_QUIT},
        {SIGHUP, SI_USER, false, MEANS_RELOAD},
        {SIGHUP, SI_QUEUE, false, MEANS_RELOAD},
        {SIGHUP, SI_TKILL, false, MEANS_RELOAD},
        {SIGHUP, SI_USER, true, MEANS_QUIT},
        {SIGHUP, SI_KERNEL, false, MEANS_QUIT},
        {SIGHUP, SI_KERNEL, true, MEANS_QUIT},
        {SIGUSR1, SI_USER, false, MEANS_REOPEN},
        {SIGUSR2, SI_USER, false, MEANS_UPGRADE},
        {SIGWINCH, SI_USER, false, MEANS_DRAIN_WORKERS},
        {SIGWINCH, SI_QUEUE, false, MEANS_DRAIN_WORKERS},
        {SIGWINCH, SI_KERNEL, false, MEANS_NOTHING},
        {SIGCHLD, CLD_EXITED, false, MEANS_REAP},
        {SIGALRM, SI_USER, false, MEANS_NOTHING},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        assert_int_equal(
            meaning_of(cases[i].signal, cases[i].code, cases[i].lost_terminal),
            cases[i].means);
    assert_true(meaning_is_terminal(SIGINT, SI_KERNEL));
    assert_false(meaning_is_terminal(SIGINT, SI_USER));
    assert_false(meaning_is_terminal(SIGCHLD, SI_KERNEL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_the_terminal_apart),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
