/* identity.c - the cases of os/identity */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "os/identity.h"

static void oneself_lives(void **state)
{
    struct identity me;
    struct identity again;

    (void)state;
    assert_int_equal(identity_of(&me, getpid()), 0);
    assert_int_equal(me.pid, getpid());
    assert_int_equal(me.uid, geteuid());
    assert_true(me.start_time > 0);
    assert_true(identity_lives(&me));
    prctl(PR_SET_NAME, "a) R 1 (b) Z", 0, 0, 0); /* a name to lead astray */
    assert_int_equal(identity_of(&again, getpid()), 0);
    assert_int_equal(again.start_time, me.start_time);
    me.start_time++;
    assert_false(identity_lives(&me));
}

static void the_dead_do_not(void **state)
{
    struct identity who = {.pid = 77};
    siginfo_t info;
    pid_t child = fork();

    (void)state;
    if (child == 0)
        _exit(0);
    assert_int_equal(waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT), 0);
    assert_int_equal(identity_of(&who, child), -ESRCH); /* a zombie */
    waitpid(child, NULL, 0);
    assert_int_equal(identity_of(&who, child), -ESRCH);
    assert_int_equal(identity_of(&who, 0), -ESRCH);
    assert_int_equal(identity_of(&who, -1), -ESRCH);
    assert_int_equal(who.pid, 77); /* as it was */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(oneself_lives),
        cmocka_unit_test(the_dead_do_not),
    };

    return cmocka_run_group_tests_name("os/identity", tests, NULL, NULL);
}
