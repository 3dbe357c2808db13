/* offload.c - the cases of event/offload */
#include "event/offload.h"

#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/attr.h"

struct task {
    struct offload_job job;
    sem_t *held; /* run waits for it; NULL: it does not */
    pthread_t ran_in;
    pthread_t done_in;
    unsigned done;
};

static void run(struct offload_job *job)
{
    struct task *t = CONTAINER_OF(job, struct task, job);

    t->ran_in = pthread_self();
    if (t->held)
        sem_wait(t->held);
}

static void done(struct offload_job *job)
{
    struct task *t = CONTAINER_OF(job, struct task, job);

    t->done_in = pthread_self();
    t->done++;
}

static const struct task new_task = {.job = {.run = run, .done = done}};

static void turn_until(struct loop *loop, const struct task *t)
{
    for (int i = 0; i < 1000 && t->done == 0; i++)
        assert_int_equal(loop_turn(loop, 100), 0);
    assert_int_equal(t->done, 1);
}

static void runs_beside_the_loop(void **state)
{
    struct loop loop;
    struct offload o;
    struct task tasks[20];

    (void)state;
    assert_int_equal(loop_open(&loop, &loop_epoll), 0);
    assert_int_equal(offload_open(&o, &loop), 0);
    assert_int_equal(o.thread_count, 0);
    for (size_t i = 0; i < ARRAY_LEN(tasks); i++) {
        tasks[i] = new_task;
        assert_int_equal(offload_submit(&o, &tasks[i].job), 0);
    }
    for (size_t i = 0; i < ARRAY_LEN(tasks); i++) {
        turn_until(&loop, &tasks[i]);
        assert_true(tasks[i].job.has_run);
        assert_false(pthread_equal(tasks[i].ran_in, pthread_self()));
        assert_true(pthread_equal(tasks[i].done_in, pthread_self()));
    }
    assert_int_equal(o.thread_count, OFFLOAD_THREADS);
    offload_close(&o);
    loop_close(&loop);
}

/* One long job holds up neither the loop nor the other thread. */
static void a_long_job_holds_up_nobody(void **state)
{
    struct loop loop;
    struct offload o;
    struct task slow = new_task;
    struct task quick = new_task;
    sem_t held;

    (void)state;
    assert_int_equal(sem_init(&held, 0, 0), 0);
    slow.held = &held;
    assert_int_equal(loop_open(&loop, &loop_epoll), 0);
    assert_int_equal(offload_open(&o, &loop), 0);
    assert_int_equal(offload_submit(&o, &slow.job), 0);
    assert_int_equal(offload_submit(&o, &quick.job), 0);
    turn_until(&loop, &quick);
    assert_int_equal(slow.done, 0);
    sem_post(&held);
    turn_until(&loop, &slow);
    offload_close(&o);
    loop_close(&loop);
    sem_destroy(&held);
}

static void the_end_is_told_to_all(void **state)
{
    struct loop loop;
    struct offload o;
    struct task held_up[OFFLOAD_THREADS];
    struct task last = new_task;
    sem_t held;

    (void)state;
    assert_int_equal(sem_init(&held, 0, 0), 0);
    assert_int_equal(loop_open(&loop, &loop_epoll), 0);
    assert_int_equal(offload_open(&o, &loop), 0);
    for (size_t i = 0; i < ARRAY_LEN(held_up); i++) {
        held_up[i] = new_task;
        held_up[i].held = &held;
        assert_int_equal(offload_submit(&o, &held_up[i].job), 0);
        sem_post(&held);
    }
    assert_int_equal(offload_submit(&o, &last.job), 0);
    offload_close(&o);
    for (size_t i = 0; i < ARRAY_LEN(held_up); i++)
        assert_int_equal(held_up[i].done, 1);
    assert_int_equal(last.done, 1);
    offload_close(&o); /* closed already */
    loop_close(&loop);
    sem_destroy(&held);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(runs_beside_the_loop),
        cmocka_unit_test(a_long_job_holds_up_nobody),
        cmocka_unit_test(the_end_is_told_to_all),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
