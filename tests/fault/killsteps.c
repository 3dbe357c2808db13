/* killsteps.c - a process is killed at each instruction of what it does with
 * the scoreboard, and the others must get on
 *
 * The child is traced: it goes some number of instructions into the deed and is
 * then killed with SIGKILL, every time a few further, until it once gets
 * through. Of a deed of very many instructions some are left out, but it is
 * killed at the beginning and the end of each system call too. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "ipc/scoreboard.h"
#include "ipc/snapshot.h"

/* Steps that a deed may cost in all: enough for each instruction at the guards,
 * and for a part of them where a deed is long. */
enum { SHORT_DEED = 400000, LONG_DEED = 30000, SURE = 100000000 };

static char name[SCOREBOARD_NAME];
static struct scoreboard *board;
static struct slot *slot;
static enum __ptrace_request step = PTRACE_SINGLESTEP;

static int make(void **state)
{
    enum scoreboard_origin origin;

    (void)state;
    snprintf(name, sizeof(name), "/prong-kill.%d", getpid());
    if (scoreboard_create(&board, name, (gid_t)-1, &origin) < 0 ||
        scoreboard_claim(board, ROLE_WORKER, 1, 1, &slot) < 0)
        return -1;
    scoreboard_publish(board);
    return 0;
}

static int drop(void **state)
{
    (void)state;
    scoreboard_close(board);
    shm_unlink(name);
    return 0;
}

static void fill(struct inflight_what *what, char *text, size_t size)
{
    memset(text, 'n', size);
    what->method = STR("GET");
    what->client = STR("127.0.0.1");
    what->target = (struct str){text, size};
}

/* The deeds. Each is done once before, so that the dynamic linker has nothing
 * left to look up while it is traced. */

static void try_and_give(void)
{
    if (guard_try(&slot->inflight.guard, getpid()))
        guard_give(&slot->inflight.guard, getpid());
}

static void wait_and_give(void)
{
    static const struct timespec long_ago = {1, 0};

    if (guard_wait(&slot->inflight.guard, getpid(), &long_ago) == 0)
        guard_give(&slot->inflight.guard, getpid());
}

static void work(void)
{
    struct inflight_what what;
    char text[INFLIGHT_TARGET_MAX];

    fill(&what, text, sizeof(text));
    inflight_set(slot, &what, 2);
    inflight_phase(slot, PHASE_SENDING, 2);
    slot_note(slot, STR("note"));
}

static void look(void)
{
    struct inflight_view view;

    inflight_read(slot, getpid(), &view);
}

static void hold(void)
{
    if (scoreboard_hold(board, getpid(), 0) == 0)
        scoreboard_let_go(board, getpid());
}

static void claim_and_release(void)
{
    struct slot *mine = NULL;

    if (scoreboard_claim(board, ROLE_WORKER, 2, 3, &mine) == 0)
        scoreboard_release(board, mine);
}

static void create(void)
{
    struct scoreboard *mine = NULL;
    enum scoreboard_origin origin;

    if (scoreboard_create(&mine, name, (gid_t)-1, &origin) == 0)
        scoreboard_close(mine);
}

static void publish(void)
{
    struct section *section = scoreboard_own_section(board);

    section->generation++;
    memset(section->conf, 'a' + (int)(section->generation % 26),
           sizeof(section->conf) - 1);
    section->workers = (uint32_t)section->generation;
    scoreboard_publish(board);
}

/* Skips where nobody may be traced. */
static pid_t begin(void (*deed)(void))
{
    int status;
    pid_t pid = fork();

    if (pid == 0) {
        if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0)
            _exit(99);
        slot_begin(slot, getpid());
        syscall(SYS_kill, getpid(), SIGSTOP);
        deed();
        syscall(SYS_exit_group, 0);
    }
    waitpid(pid, &status, 0);
    if (!WIFSTOPPED(status))
        skip();
    ptrace(PTRACE_SETOPTIONS, pid, NULL, (void *)PTRACE_O_EXITKILL);
    return pid;
}

/* Lets the child go `steps` instructions on and kills it there. False when it
 * was through before. */
static bool kill_after(void (*deed)(void), unsigned steps, pid_t *pid,
                       unsigned *gone)
{
    int status = 0;

    *pid = begin(deed);
    for (*gone = 0; *gone < steps; ++*gone) {
        if (ptrace(step, *pid, NULL, NULL) < 0)
            break;
        waitpid(*pid, &status, 0);
        if (!WIFSTOPPED(status))
            return false;
    }
    kill(*pid, SIGKILL);
    waitpid(*pid, &status, 0);
    return true;
}

/* Every how many steps the child is killed. Each kill costs all the steps
 * before it, so that n kills take n/2 times the steps of the whole deed. */
static unsigned stride_of(void (*deed)(void), unsigned steps_max)
{
    unsigned all;
    pid_t pid;

    deed();
    kill_after(deed, SURE, &pid, &all);
    return (unsigned)((uint64_t)all * all / 2 / steps_max) + 1;
}

/* After the master has reaped and repaired, a guard is free at once, or lost
 * between two steps; then a second later. */
static void assert_comes_back(struct guard *guard, unsigned steps)
{
    int value = -1;
    bool free_at_once = guard_try(guard, getpid());

    if (!free_at_once) {
        assert_true(guard_looks_lost(guard));
        scoreboard_tick(board, 1000);
        scoreboard_tick(board, 2000);
        if (!guard_try(guard, getpid()))
            fail_msg("locked for good after %u instructions", steps);
    }
    assert_true(guard_give(guard, getpid()));
    sem_getvalue(&guard->semaphore, &value);
    if (value != 1)
        fail_msg("semaphore at %d after %u instructions", value, steps);
}

/* As the structure's guard is the scoreboard's own affair. */
static void assert_structure_comes_back(unsigned steps)
{
    if (!scoreboard_try(board, getpid())) {
        scoreboard_tick(board, 1000);
        scoreboard_tick(board, 2000);
        if (!scoreboard_try(board, getpid()))
            fail_msg("locked for good after %u instructions", steps);
    }
    scoreboard_let_go(board, getpid());
}

/* A snapshot answers at once, before anything was repaired, and shows no half
 * record. */
static void assert_snapshot(void)
{
    static const struct snapshot_clock now = {5, {5, 0}};
    static struct snapshot s;

    assert_int_equal(scoreboard_snapshot(board, getpid(), &now, &s), 0);
    if (!s.slots[0].inflight.known)
        return;
    for (unsigned i = 0; i < s.slots[0].inflight.now.target_len; i++)
        assert_int_equal(s.slots[0].inflight.now.target[i], 'n');
}

/* What the dead claimed: the master knows whom it gave a slot. */
static void take_slots_back(void)
{
    for (unsigned i = 1; i < scoreboard_slots(board); i++) {
        if (slot_state(scoreboard_slot(board, i)) != SLOT_FREE)
            scoreboard_release(board, scoreboard_slot(board, i));
    }
}

static void kill_at_each_step(void (*deed)(void), unsigned steps_max)
{
    unsigned stride = stride_of(deed, steps_max);
    unsigned steps = 0;
    unsigned gone;
    pid_t pid;

    while (kill_after(deed, steps, &pid, &gone)) {
        assert_snapshot();
        scoreboard_repair(board, pid);
        assert_snapshot();
        assert_comes_back(&slot->inflight.guard, steps);
        assert_structure_comes_back(steps);
        take_slots_back();
        steps += stride;
    }
    assert_true(steps > 40); /* it was not through at once */
}

static void one_who_tries(void **state)
{
    (void)state;
    kill_at_each_step(try_and_give, SHORT_DEED);
}

static void one_who_waits(void **state)
{
    (void)state;
    kill_at_each_step(wait_and_give, SHORT_DEED);
}

static void a_worker_at_its_guard(void **state)
{
    (void)state;
    kill_at_each_step(work, LONG_DEED);
}

static void a_reader_at_the_guard_of_a_slot(void **state)
{
    (void)state;
    kill_at_each_step(look, LONG_DEED);
}

static void a_child_that_holds_the_structure(void **state)
{
    (void)state;
    kill_at_each_step(hold, LONG_DEED);
}

/* Not the master itself here, but one who does what it does: what it began is
 * undone or whole, and no slot is lost. */
static void one_who_claims_a_slot(void **state)
{
    unsigned before;

    (void)state;
    claim_and_release();
    before = scoreboard_slots(board);
    assert_int_equal(before, 2);
    slot_add(scoreboard_slot(board, 1), COUNTER_requests, 7);
    kill_at_each_step(claim_and_release, LONG_DEED);
    assert_int_equal(scoreboard_slots(board), before);
    assert_int_equal(slot_get(scoreboard_slot(board, 1), COUNTER_requests), 7);
}

/* Kills a maker at each step; `fresh`: of an object that was not there. The
 * next start always succeeds, and the figures of one that was there go on. */
static void kill_makers(bool fresh)
{
    unsigned stride;
    unsigned steps = 0;
    unsigned gone;
    pid_t pid;

    if (fresh)
        shm_unlink(name);
    stride = stride_of(create, LONG_DEED);
    do {
        struct scoreboard *next = NULL;
        struct slot *mine = NULL;
        enum scoreboard_origin origin = SCOREBOARD_NEW;

        if (fresh)
            shm_unlink(name);
        kill_after(create, steps, &pid, &gone);
        if (scoreboard_create(&next, name, (gid_t)-1, &origin) < 0)
            fail_msg("no start after %u steps", steps);
        if (!fresh)
            assert_int_equal(origin, SCOREBOARD_TAKEN_OVER);
        assert_int_equal(scoreboard_claim(next, ROLE_WORKER, 1, 1, &mine), 0);
        assert_int_equal(scoreboard_number(next, mine), 0);
        assert_int_equal(slot_get(mine, COUNTER_requests), fresh ? 0 : 41);
        scoreboard_close(next);
        steps += stride;
    } while (gone + stride >= steps);
}

static void a_master_that_makes_the_object(void **state)
{
    (void)state;
    kill_makers(true);
    step = PTRACE_SYSCALL;
    kill_makers(true);
    step = PTRACE_SINGLESTEP;
}

static void a_master_that_takes_over(void **state)
{
    (void)state;
    slot_add(slot, COUNTER_requests, 41);
    kill_makers(false);
    step = PTRACE_SYSCALL;
    kill_makers(false);
    step = PTRACE_SINGLESTEP;
}

static void a_master_that_publishes(void **state)
{
    struct section seen;
    unsigned stride;
    unsigned steps = 0;
    unsigned gone;
    pid_t pid;

    (void)state;
    stride = stride_of(publish, LONG_DEED);
    do {
        kill_after(publish, steps, &pid, &gone);
        assert_true(scoreboard_section(board, &seen));
        assert_int_equal(seen.workers, seen.generation);
        for (unsigned i = 0; i < sizeof(seen.conf) - 1; i++)
            assert_int_equal(seen.conf[i], 'a' + (int)(seen.generation % 26));
        steps += stride;
    } while (gone + stride >= steps);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, make, drop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(one_who_tries),
        CASE(one_who_waits),
        CASE(a_worker_at_its_guard),
        CASE(a_reader_at_the_guard_of_a_slot),
        CASE(a_child_that_holds_the_structure),
        CASE(one_who_claims_a_slot),
        CASE(a_master_that_makes_the_object),
        CASE(a_master_that_takes_over),
        CASE(a_master_that_publishes),
    };

    return cmocka_run_group_tests_name("fault/killsteps", tests, NULL, NULL);
}
