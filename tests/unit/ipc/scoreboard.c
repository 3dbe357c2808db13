/* scoreboard.c - the cases of ipc/scoreboard: one real shared memory object,
 * real processes that die */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "ipc/layout.h"
#include "ipc/scoreboard.h"

static char name[SCOREBOARD_NAME];

static int fresh_name(void **state)
{
    (void)state;
    snprintf(name, sizeof(name), "/prong-test.%d", getpid());
    return 0;
}

static int remove_name(void **state)
{
    (void)state;
    shm_unlink(name);
    return 0;
}

static struct scoreboard *create(enum scoreboard_origin expected)
{
    struct scoreboard *board = NULL;
    enum scoreboard_origin origin = SCOREBOARD_NEW;

    assert_int_equal(scoreboard_create(&board, name, (gid_t)-1, &origin), 0);
    assert_int_equal(origin, expected);
    return board;
}

static struct slot *claim(struct scoreboard *board)
{
    struct slot *slot = NULL;

    assert_int_equal(scoreboard_claim(board, ROLE_WORKER, 1, 1000, &slot), 0);
    return slot;
}

static bool exists(void)
{
    int fd = shm_open(name, O_RDONLY, 0);

    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

/* A child that does nothing until it is killed. */
static pid_t spawn(struct slot *slot)
{
    int ready[2];
    char c;
    pid_t pid;

    assert_int_equal(pipe(ready), 0);
    pid = fork();
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL); /* of a case that fails, too */
        slot_begin(slot, getpid());
        close(ready[0]);
        close(ready[1]);
        for (;;)
            pause();
    }
    close(ready[1]);
    assert_int_equal(read(ready[0], &c, 1), 0);
    close(ready[0]);
    slot_begin(slot, pid);
    return pid;
}

static void end(pid_t pid)
{
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
}

static void names_differ_by_path(void **state)
{
    char a[SCOREBOARD_NAME];
    char b[SCOREBOARD_NAME];

    (void)state;
    scoreboard_name(a, STR("/run/prong.pid"));
    scoreboard_name(b, STR("/run/prong2.pid"));
    assert_string_equal(a, "/prong.f117ac4f4d127e33");
    assert_string_not_equal(a, b);
}

static void the_object_is_ours_alone(void **state)
{
    struct scoreboard *board = create(SCOREBOARD_NEW);
    struct stat st;
    int fd = shm_open(name, O_RDONLY, 0);

    (void)state;
    assert_int_equal(fstat(fd, &st), 0);
    close(fd);
    assert_int_equal(st.st_mode & 07777, 0640);
    assert_int_equal(st.st_uid, geteuid());
    assert_int_equal(st.st_size, layout_size());
    scoreboard_since(board, 77);
    scoreboard_since(board, 88);
    assert_int_equal(scoreboard_since_wall(board), 77);
    scoreboard_unlink(board);
    assert_false(exists());
    scoreboard_close(board);
    scoreboard_close(NULL);
}

static void a_name_that_is_anothers_now_stays(void **state)
{
    struct scoreboard *board = create(SCOREBOARD_NEW);
    struct scoreboard *other;

    (void)state;
    shm_unlink(name);
    other = create(SCOREBOARD_NEW);
    scoreboard_unlink(board);
    assert_true(exists());
    scoreboard_close(board);
    if (fork() == 0) { /* nor does a child of the master remove it */
        scoreboard_unlink(other);
        _exit(0);
    }
    wait(NULL);
    assert_true(exists());
    scoreboard_unlink(other);
    assert_false(exists());
    scoreboard_close(other);
}

static void slots_are_handed_out_and_come_back(void **state)
{
    struct scoreboard *board = create(SCOREBOARD_NEW);
    struct slot *slots[SCOREBOARD_SLOTS];
    struct slot *more = NULL;

    (void)state;
    assert_int_equal(scoreboard_slots(board), 0);
    assert_null(scoreboard_slot(board, 0));
    for (unsigned i = 0; i < 3; i++) {
        slots[i] = claim(board);
        assert_int_equal(scoreboard_number(board, slots[i]), i);
        assert_int_equal((uintptr_t)slots[i] % 128, 0);
    }
    slot_add(slots[1], COUNTER_requests, 5);
    scoreboard_release(board, slots[1]);
    assert_int_equal(scoreboard_slots(board), 3);
    assert_ptr_equal(claim(board), slots[1]);
    assert_int_equal(slot_get(slots[1], COUNTER_requests), 5);
    for (unsigned i = 3; i < SCOREBOARD_SLOTS; i++) {
        int err = scoreboard_claim(board, ROLE_WORKER, 1, 1, &slots[i]);

        if (err == -ENOSPC) /* a small /dev/shm: then the rest is not shown */
            break;
        assert_int_equal(err, 0);
        if (i == SCOREBOARD_SLOTS - 1)
            assert_int_equal(scoreboard_claim(board, ROLE_WORKER, 1, 1, &more),
                             -EUSERS);
    }
    assert_null(more);
    scoreboard_release(board, NULL);
    scoreboard_unlink(board);
    scoreboard_close(board);
}

static void a_held_structure_makes_one_come_again(void **state)
{
    struct scoreboard *board = create(SCOREBOARD_NEW);
    struct slot *slot = claim(board);
    struct slot *none = NULL;

    (void)state;
    assert_int_equal(scoreboard_hold(board, 12345, 10), 0);
    assert_int_equal(scoreboard_claim(board, ROLE_WORKER, 1, 1, &none),
                     -EAGAIN);
    assert_int_equal(scoreboard_hold(board, 12346, 10), -ETIMEDOUT);
    scoreboard_release(board, slot);
    assert_int_equal(slot_state(slot), SLOT_ENDED);
    scoreboard_tick(board, 1);
    assert_int_equal(slot_state(slot), SLOT_ENDED);
    assert_int_equal(scoreboard_repair(board, 12345), 1);
    scoreboard_tick(board, 2);
    assert_int_equal(slot_state(slot), SLOT_FREE);
    assert_true(scoreboard_try(board, 12345));
    scoreboard_let_go(board, 12345);
    scoreboard_unlink(board);
    scoreboard_close(board);
}

static void lost_guards_are_healed_after_a_second(void **state)
{
    struct scoreboard *board = create(SCOREBOARD_NEW);
    struct slot *slot = claim(board);
    struct guard *guard = &slot->inflight.guard;

    (void)state;
    sem_trywait(&guard->semaphore);
    scoreboard_tick(board, 1000);
    scoreboard_tick(board, 1999);
    assert_false(guard_try(guard, 5));
    scoreboard_tick(board, 2000);
    assert_true(guard_try(guard, 5));
    scoreboard_tick(board, 9000); /* held by a stranger: looked at twice */
    assert_false(guard_try(guard, 6));
    scoreboard_tick(board, 10000);
    slot_begin(slot, getppid());
    assert_true(guard_try(guard, getppid()));
    for (uint64_t now_ms = 20000; now_ms < 30000; now_ms += 1000)
        scoreboard_tick(board, now_ms); /* by one of ours: held is not lost */
    assert_false(guard_try(guard, 6));
    assert_int_equal(scoreboard_repair(board, getppid()), 1);
    assert_true(guard_try(guard, 6));
    scoreboard_unlink(board);
    scoreboard_close(board);
}

static void the_section_is_read_whole(void **state)
{
    struct scoreboard *board = create(SCOREBOARD_NEW);
    struct scoreboard *outside = NULL;
    struct section *mine = scoreboard_own_section(board);
    struct section seen;

    (void)state;
    assert_false(scoreboard_section(board, &seen)); /* nothing was said yet */
    assert_int_equal(scoreboard_open_readonly(&outside, name), 0);
    for (int i = 1; i < 5; i++) {
        mine->generation = (uint64_t)i;
        section_text(mine->conf, sizeof(mine->conf), STR("conf/prong.conf"));
        scoreboard_publish(board);
        assert_true(scoreboard_section(outside, &seen));
        assert_int_equal(seen.generation, i);
        assert_string_equal(seen.conf, "conf/prong.conf");
    }
    scoreboard_log_level_set(board, LOG_DEBUG);
    assert_int_equal(scoreboard_log_level(outside), LOG_DEBUG);
    scoreboard_close(outside);
    scoreboard_unlink(board);
    assert_int_equal(scoreboard_open_readonly(&outside, name), -ENOENT);
    scoreboard_close(board);
}

/* A publisher that hardly pauses, and a reader that must see whole sections. */
static void a_section_is_never_torn(void **state)
{
    struct scoreboard *board = create(SCOREBOARD_NEW);
    struct section *mine = scoreboard_own_section(board);
    struct section seen;
    unsigned got = 0;
    pid_t pid;

    (void)state;
    memset(mine, 1, sizeof(*mine));
    scoreboard_publish(board);
    pid = fork();
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        for (unsigned char i = 1;; i++) {
            memset(mine, i % 100 + 1, sizeof(*mine));
            scoreboard_publish(board);
            for (volatile int wait = 0; wait < 5000; wait++)
                ;
        }
    }
    for (unsigned i = 0; i < 20000 && got < 1000; i++) {
        if (!scoreboard_section(board, &seen))
            continue;
        got++;
        for (unsigned k = 0; k < sizeof(seen.listens[9].addr) - 1; k++)
            assert_int_equal(seen.listens[9].addr[k], seen.version[0]);
        assert_int_equal(seen.listens[63].addr[0], seen.conf[0]);
    }
    end(pid);
    assert_true(got > 0);
    /* killed at any point, what it said last stands */
    assert_true(scoreboard_section(board, &seen));
    scoreboard_unlink(board);
    scoreboard_close(board);
}

static void figures_survive_their_master(void **state)
{
    struct scoreboard *board = create(SCOREBOARD_NEW);
    struct slot *dead = claim(board);
    struct slot *orphan = claim(board);
    pid_t pid = spawn(orphan);

    (void)state;
    scoreboard_since(board, 55);
    slot_add(dead, COUNTER_requests, 41);
    guard_try(&dead->inflight.guard, 999999);
    assert_int_equal(scoreboard_hold(board, 999999, 0), 0);
    scoreboard_close(board); /* as a SIGKILL leaves it */
    board = create(SCOREBOARD_TAKEN_OVER);
    dead = scoreboard_slot(board, 0);
    orphan = scoreboard_slot(board, 1);
    assert_int_equal(slot_state(dead), SLOT_FREE);
    assert_int_equal(slot_state(orphan), SLOT_ORPHANED);
    assert_int_equal(scoreboard_orphans(board), 1);
    assert_true(scoreboard_is_orphan(board, pid));
    assert_false(scoreboard_is_orphan(board, getpid()));
    assert_ptr_equal(claim(board), dead);
    assert_int_equal(slot_get(dead, COUNTER_requests), 41);
    assert_int_equal(scoreboard_since_wall(board), 55);
    assert_true(guard_try(&dead->inflight.guard, 7));
    scoreboard_tick(board, 1);
    assert_int_equal(scoreboard_orphans(board), 1);
    assert_true(guard_try(&orphan->inflight.guard, pid));
    end(pid);
    scoreboard_tick(board, 2);
    assert_int_equal(scoreboard_orphans(board), 0);
    assert_int_equal(slot_state(orphan), SLOT_FREE);
    scoreboard_tick(board, 1002);
    scoreboard_tick(board, 2002);
    assert_true(guard_try(&orphan->inflight.guard, 7));
    scoreboard_unlink(board);
    scoreboard_close(board);
}

/* What an orphan holds stays held; what the dead held is free. */
static void a_survivor_keeps_its_guard(void **state)
{
    struct scoreboard *board = create(SCOREBOARD_NEW);
    struct slot *orphan = claim(board);
    pid_t pid = spawn(orphan);

    (void)state;
    guard_try(&orphan->inflight.guard, pid);
    assert_int_equal(scoreboard_hold(board, 999999, 0), 0);
    scoreboard_close(board);
    board = create(SCOREBOARD_TAKEN_OVER);
    orphan = scoreboard_slot(board, 0);
    assert_false(guard_try(&orphan->inflight.guard, 7));
    assert_true(scoreboard_try(board, 7));
    end(pid);
    scoreboard_unlink(board);
    scoreboard_close(board);
}

/* Who is stopped while it reads must not keep the next master from starting. */
static void a_survivor_loses_the_structure(void **state)
{
    static const bool loses_token[] = {false, true};

    (void)state;
    for (size_t i = 0; i < sizeof(loses_token); i++) {
        struct scoreboard *board = create(SCOREBOARD_NEW);
        struct slot *first = claim(board);
        struct layout *layout = (void *)((char *)first - layout_header_size());
        pid_t pid = spawn(first);

        assert_int_equal(scoreboard_hold(board, pid, 0), 0);
        if (loses_token[i]) /* as if killed between two steps */
            atomic_store(&layout->structure.holder, 0);
        scoreboard_close(board);
        board = create(SCOREBOARD_TAKEN_OVER);
        claim(board);
        scoreboard_let_go(board, pid); /* it goes on: nothing comes of it */
        assert_true(scoreboard_try(board, 7));
        assert_false(scoreboard_try(board, 8));
        end(pid);
        scoreboard_unlink(board);
        scoreboard_close(board);
    }
}

/* How a foreign object may look. Ours by user, but of no use: replaced. */
static void what_is_of_no_use_is_replaced(void **state)
{
    static const struct {
        mode_t mode;
        size_t size;    /* 0: the right one */
        unsigned spoil; /* a byte of the header, 0: none; 9999: no magic */
    } cases[] = {
        {0660, 0, 0},    {0600, 0, 0}, {0640, 4096, 0}, {0640, 1, 0},
        {0640, 0, 9999}, {0640, 0, 9}, {0640, 0, 300},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct scoreboard *board = create(SCOREBOARD_NEW);
        struct scoreboard *outside = NULL;
        int fd = shm_open(name, O_RDWR, 0);
        unsigned char byte = 0xee;

        slot_add(claim(board), COUNTER_requests, 3);
        scoreboard_close(board);
        fchmod(fd, cases[i].mode);
        if (cases[i].size)
            assert_int_equal(ftruncate(fd, (off_t)cases[i].size), 0);
        if (cases[i].spoil)
            assert_int_equal(pwrite(fd, &byte, 1, cases[i].spoil % 9999), 1);
        close(fd);
        if (cases[i].size || cases[i].spoil)
            assert_int_equal(scoreboard_open_readonly(&outside, name), -EINVAL);
        board = create(SCOREBOARD_REPLACED);
        assert_int_equal(scoreboard_slots(board), 0);
        scoreboard_unlink(board);
        scoreboard_close(board);
    }
}

static void wild_words_are_not_believed(void **state)
{
    struct scoreboard *board = create(SCOREBOARD_NEW);
    struct slot *slot = claim(board);
    struct layout *layout;
    int fd = shm_open(name, O_RDWR, 0);

    (void)state;
    slot->state = 12345;
    slot->pid = getpid(); /* no start time: no orphan */
    layout = mmap(NULL, layout_header_size(), PROT_READ | PROT_WRITE,
                  MAP_SHARED, fd, 0);
    close(fd);
    layout->log_level = 4000;
    assert_int_equal(scoreboard_log_level(board), LOG_ERROR);
    munmap(layout, layout_header_size());
    scoreboard_close(board);
    board = create(SCOREBOARD_TAKEN_OVER);
    assert_int_equal(scoreboard_orphans(board), 0);
    assert_int_equal(slot_state(scoreboard_slot(board, 0)), SLOT_FREE);
    scoreboard_unlink(board);
    scoreboard_close(board);
}

/* What a process of the family might do to the words that the master reads. */
static void spoilt_words_do_not_mislead_the_master(void **state)
{
    struct scoreboard *board = create(SCOREBOARD_NEW);
    struct slot *mine = claim(board);
    struct layout *layout =
        (void *)((char *)mine - layout_header_size()); /* slot 0 */

    (void)state;
    layout->slots_used = 200; /* touching those might be a SIGBUS */
    slot_state_set(mine, SLOT_FREE);
    assert_int_equal(scoreboard_slots(board), 1);
    assert_null(scoreboard_slot(board, 1));
    assert_ptr_not_equal(claim(board), mine); /* it was never given back */
    assert_int_equal(scoreboard_slots(board), 2);
    scoreboard_tick(board, 1);
    scoreboard_unlink(board);
    scoreboard_close(board);
}

/* A file system of its own for /dev/shm, with room for two slots or so. */
static void in_a_small_shm(void)
{
    struct scoreboard *board = NULL;
    struct slot *slot = NULL;
    enum scoreboard_origin origin;
    unsigned slots = 0;
    int err;

    if (unshare(CLONE_NEWNS) < 0 ||
        mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
        mount("none", "/dev/shm", "tmpfs", 0, "size=500k") < 0)
        _exit(77);
    if (scoreboard_create(&board, name, (gid_t)-1, &origin) < 0)
        _exit(1);
    while ((err = scoreboard_claim(board, ROLE_WORKER, 1, 1, &slot)) == 0) {
        slots++;
        memset(slot->log.words, 1, sizeof(slot->log.words));
    }
    /* the ones that were given go on */
    slot_add(scoreboard_slot(board, 0), COUNTER_requests, 1);
    scoreboard_release(board, scoreboard_slot(board, 0));
    if (err != -ENOSPC || slots == 0 || slots > 4 ||
        scoreboard_slots(board) != slots ||
        scoreboard_claim(board, ROLE_WORKER, 1, 1, &slot) != 0)
        _exit(2);
    _exit(0);
}

static void a_full_shm_refuses_and_breaks_nothing(void **state)
{
    int status = 0;
    pid_t pid;

    (void)state;
    if (geteuid() != 0)
        skip();
    pid = fork();
    if (pid == 0)
        in_a_small_shm();
    waitpid(pid, &status, 0);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
        skip(); /* no mounts here */
    assert_int_equal(status, 0);
}

static void anothers_object_is_refused(void **state)
{
    struct scoreboard *board;
    struct scoreboard *none = NULL;
    enum scoreboard_origin origin;
    int status;

    (void)state;
    if (geteuid() != 0)
        skip();
    board = create(SCOREBOARD_NEW);
    if (fork() == 0) {
        if (setgid(65534) < 0 || setuid(65534) < 0)
            _exit(2);
        _exit(scoreboard_create(&none, name, (gid_t)-1, &origin) == -EPERM ? 0
                                                                           : 1);
    }
    wait(&status);
    assert_int_equal(status, 0);
    assert_true(exists());
    scoreboard_close(board);
    assert_int_equal(shm_unlink(name), 0);
    if (fork() == 0) {
        if (setgid(65534) < 0 || setuid(65534) < 0)
            _exit(2);
        _exit(-scoreboard_create(&none, name, (gid_t)-1, &origin));
    }
    wait(&status);
    assert_int_equal(status, 0);
    board = create(SCOREBOARD_REPLACED); /* root may */
    scoreboard_unlink(board);
    scoreboard_close(board);
}

static void active_is_summed_over_those_who_serve(void **state)
{
    struct scoreboard *board = create(SCOREBOARD_NEW);
    unsigned workers = 9;

    (void)state;
    assert_int_equal(scoreboard_active(board, 5000, &workers), 0);
    assert_int_equal(workers, 0);
    for (unsigned i = 0; i < 4; i++) {
        struct slot *slot = claim(board);

        slot_set(slot, COUNTER_active, 10);
        slot_heartbeat(slot, 5000 - SLOT_STALLED_MS - (i == 3));
        slot_state_set(slot, i == 2 ? SLOT_DRAINING : SLOT_SERVING);
    }
    assert_int_equal(scoreboard_active(board, 5000, &workers), 20);
    assert_int_equal(workers, 2);
    assert_int_equal(scoreboard_active(board, 3000, &workers), 30);
    assert_int_equal(workers, 3);
    scoreboard_unlink(board);
    scoreboard_close(board);
}

#define CASE(test)                                                             \
    cmocka_unit_test_setup_teardown(test, fresh_name, remove_name)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(names_differ_by_path),
        CASE(the_object_is_ours_alone),
        CASE(a_name_that_is_anothers_now_stays),
        CASE(slots_are_handed_out_and_come_back),
        CASE(a_held_structure_makes_one_come_again),
        CASE(lost_guards_are_healed_after_a_second),
        CASE(the_section_is_read_whole),
        CASE(a_section_is_never_torn),
        CASE(figures_survive_their_master),
        CASE(a_survivor_keeps_its_guard),
        CASE(a_survivor_loses_the_structure),
        CASE(what_is_of_no_use_is_replaced),
        CASE(wild_words_are_not_believed),
        CASE(spoilt_words_do_not_mislead_the_master),
        CASE(a_full_shm_refuses_and_breaks_nothing),
        CASE(anothers_object_is_refused),
        CASE(active_is_summed_over_those_who_serve),
    };

    return cmocka_run_group_tests_name("ipc/scoreboard", tests, NULL, NULL);
}
