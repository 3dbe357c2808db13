/* guard.c - the cases of ipc/guard in one process; all interleavings of several
 * are walked through by tests/model/guard */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "ipc/guard.h"

static int value(struct guard *g)
{
    int n = -1;

    sem_getvalue(&g->semaphore, &n);
    return n;
}

static struct timespec soon(void)
{
    struct timespec at;

    clock_gettime(CLOCK_MONOTONIC, &at);
    at.tv_nsec += 2000000;
    if (at.tv_nsec >= 1000000000) {
        at.tv_nsec -= 1000000000;
        at.tv_sec++;
    }
    return at;
}

static void one_at_a_time(void **state)
{
    struct guard g;
    struct timespec at = soon();

    (void)state;
    assert_int_equal(guard_init(&g), 0);
    assert_true(guard_try(&g, 11));
    assert_false(guard_try(&g, 12));
    assert_int_equal(guard_wait(&g, 12, &at), -ETIMEDOUT);
    assert_false(guard_give(&g, 12));
    assert_true(guard_give(&g, 11));
    assert_false(guard_give(&g, 11));
    assert_int_equal(value(&g), 1);
    assert_int_equal(guard_wait(&g, 12, &at), 0); /* free: no matter how late */
    assert_true(guard_give(&g, 12));
    assert_int_equal(value(&g), 1);
}

static void the_dead_give_back(void **state)
{
    struct guard g;

    (void)state;
    guard_init(&g);
    assert_false(guard_repair(&g, 11));
    assert_true(guard_try(&g, 11));
    assert_false(guard_repair(&g, 12));
    assert_true(guard_repair(&g, 11));
    assert_false(guard_repair(&g, 11));
    assert_int_equal(value(&g), 1);
    assert_false(guard_give(&g, 11)); /* it was only stopped, and comes late */
    assert_int_equal(value(&g), 1);
}

static void lost_between_two_steps(void **state)
{
    struct timespec at = soon();
    struct guard g;

    (void)state;
    guard_init(&g);
    assert_false(guard_looks_lost(&g));
    assert_false(guard_heal(&g, 11));
    sem_trywait(&g.semaphore); /* and then it died */
    assert_true(guard_looks_lost(&g));
    assert_false(guard_try(&g, 11));
    assert_true(guard_heal(&g, 11));
    assert_int_equal(value(&g), 1);
    sem_trywait(&g.semaphore);
    assert_int_equal(guard_wait(&g, 11, &at), 0);
    assert_false(guard_looks_lost(&g));
    assert_true(guard_give(&g, 11));
    assert_int_equal(value(&g), 1);
}

static void nobody_takes_nothing(void **state)
{
    struct timespec at = soon();
    struct guard g;

    (void)state;
    guard_init(&g);
    assert_false(guard_try(&g, 0));
    assert_int_equal(guard_wait(&g, 0, &at), -ETIMEDOUT);
    assert_false(guard_give(&g, 0));
    assert_false(guard_repair(&g, 0));
    assert_false(guard_heal(&g, 0));
    assert_int_equal(value(&g), 1);
}

/* A process that was only stopped in the middle of taking, after others had
 * healed the guard. */
static void a_token_too_many_goes_away(void **state)
{
    struct guard g;

    (void)state;
    guard_init(&g);
    sem_post(&g.semaphore);
    assert_true(guard_try(&g, 11));
    assert_int_equal(value(&g), 0);
    assert_false(guard_try(&g, 12));
    sem_post(&g.semaphore);
    assert_false(guard_try(&g, 12)); /* takes the token, not the guard */
    assert_true(guard_give(&g, 11));
    assert_int_equal(value(&g), 1);
}

enum { PROCESSES = 3, ROUNDS = 20000 };

struct shared {
    struct guard guard;
    unsigned plain; /* nothing but the guard protects it */
};

static void count(struct shared *shared, bool tries)
{
    for (unsigned done = 0; done < ROUNDS;) {
        struct timespec at;

        clock_gettime(CLOCK_MONOTONIC, &at);
        at.tv_sec += 10;
        if (tries ? !guard_try(&shared->guard, getpid())
                  : guard_wait(&shared->guard, getpid(), &at) != 0)
            continue;
        shared->plain++;
        guard_give(&shared->guard, getpid());
        done++;
    }
}

/* On real processors, in real processes: one tries, the others wait. */
static void several_processes_exclude_each_other(void **state)
{
    struct shared *shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
                                 MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    (void)state;
    assert_ptr_not_equal(shared, MAP_FAILED);
    guard_init(&shared->guard);
    for (unsigned i = 0; i < PROCESSES; i++) {
        if (fork() == 0) {
            count(shared, i == 0);
            _exit(0);
        }
    }
    for (unsigned i = 0; i < PROCESSES; i++)
        wait(NULL);
    assert_int_equal(shared->plain, PROCESSES * ROUNDS);
    assert_int_equal(value(&shared->guard), 1);
    assert_int_equal(shared->guard.holder, 0);
    munmap(shared, sizeof(*shared));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_at_a_time),
        cmocka_unit_test(the_dead_give_back),
        cmocka_unit_test(lost_between_two_steps),
        cmocka_unit_test(nobody_takes_nothing),
        cmocka_unit_test(several_processes_exclude_each_other),
        cmocka_unit_test(a_token_too_many_goes_away),
    };

    return cmocka_run_group_tests_name("ipc/guard", tests, NULL, NULL);
}
