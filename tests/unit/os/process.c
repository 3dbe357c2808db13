/* process.c - the cases of os/process */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/attr.h"
#include "os/process.h"

/* What goes wrong in a child is its exit status. */
#define EXPECT(claim)                                                          \
    do {                                                                       \
        if (!(claim))                                                          \
            _exit(__LINE__ % 200 + 1);                                         \
    } while (0)

static int status_of(void (*act)(void))
{
    pid_t child = fork();
    int status;

    if (child == 0) {
        act();
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static int open_at(int number)
{
    int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

    EXPECT(fd >= 0);
    if (fd != number) {
        EXPECT(dup3(fd, number, O_CLOEXEC) == number);
        close(fd);
    }
    return number;
}

static bool is_open(int fd)
{
    return fcntl(fd, F_GETFD) >= 0;
}

/* Each is made from a file whose access mode tells it from the others. */
static void moves_down_what_is_kept(void)
{
    int pipe_ends[2];
    int first, second, none = -1, standard = 1, again;
    int *kept[] = {&second, &none, &first, &standard, &again};

    EXPECT(pipe(pipe_ends) == 0);
    first = dup2(pipe_ends[1], 30);  /* a write end */
    second = dup2(pipe_ends[0], 20); /* a read end */
    again = first;
    open_at(9);
    open_at(40);
    EXPECT(process_keep_only(kept, ARRAY_LEN(kept)) == 0);
    EXPECT(second == 3 && first == 4 && again == 4);
    EXPECT(none == -1 && standard == 1);
    EXPECT((fcntl(3, F_GETFL) & O_ACCMODE) == O_RDONLY);
    EXPECT((fcntl(4, F_GETFL) & O_ACCMODE) == O_WRONLY);
    for (int fd = 5; fd < 64; fd++)
        EXPECT(!is_open(fd));
    EXPECT(is_open(0) && is_open(1) && is_open(2));
}

/* Those that lie where others are to go must not be overwritten. */
static void moves_what_is_in_the_way(void)
{
    int fds[6];
    int *kept[6];

    for (int i = 0; i < 6; i++) {
        fds[i] = open_at(3 + 2 * i); /* 3 5 7 9 11 13 */
        kept[5 - i] = &fds[i];
    }
    EXPECT(process_keep_only(kept, 6) == 0);
    for (int i = 0; i < 6; i++)
        EXPECT(fds[i] == 3 + i && is_open(3 + i));
    for (int fd = 9; fd < 20; fd++)
        EXPECT(!is_open(fd));
}

static void keeps_descriptors(void **state)
{
    (void)state;
    assert_int_equal(status_of(moves_down_what_is_kept), 0);
    assert_int_equal(status_of(moves_what_is_in_the_way), 0);
}

static void is_silent(void)
{
    char byte;

    EXPECT(process_silence() == 0);
    EXPECT(read(0, &byte, 1) == 0);
    EXPECT(write(1, "x", 1) == 1 && write(2, "x", 1) == 1);
}

static void silences(void **state)
{
    (void)state;
    assert_int_equal(status_of(is_silent), 0);
}

/* argv and the environment as the kernel lays them out. */
static void shows_a_title(void **state)
{
    char area[] = "prong\0-c\0file\0A=1\0B=2";
    char *argv[] = {area, area + 6, area + 9, NULL};
    char *variables[] = {area + 14, area + 18, NULL};
    char **before = environ;
    struct process_title title;

    (void)state;
    environ = variables;
    assert_int_equal(process_title_open(&title, 3, argv), 0);
    assert_int_equal(title.room, sizeof(area));
    assert_string_equal(getenv("B"), "2");
    process_title_set(&title, "prong: short");
    assert_string_equal(area, "prong: short");
    assert_string_equal(getenv("A"), "1");
    assert_string_equal(getenv("B"), "2");
    process_title_set(&title, "prong: a title that is much too long for it");
    assert_memory_equal(area, "prong: a title that i", 20);
    assert_int_equal(area[sizeof(area) - 1], '\0');
    process_title_set(&title, "x");
    for (size_t i = 1; i < sizeof(area); i++)
        assert_int_equal(area[i], '\0');
    for (char **variable = environ; *variable; variable++)
        free(*variable);
    free(environ);
    environ = before;
}

static void does_without_room(void **state)
{
    struct process_title title = {0};

    (void)state;
    process_title_set(&title, "prong: nowhere");
}

static void knows_who_waits_to_be_reaped(void **state)
{
    siginfo_t info;
    pid_t child = fork();

    (void)state;
    if (child == 0)
        _exit(0);
    assert_int_equal(waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT), 0);
    assert_true(process_has_ended(child));
    assert_int_equal(kill(child, 0), 0);
    waitpid(child, NULL, 0);
    assert_false(process_has_ended(child));
    assert_false(process_has_ended(getpid()));
}

static void knows_when_a_process_began(void **state)
{
    struct timespec now;
    int64_t at_ns;
    char name[32];

    (void)state;
    clock_gettime(CLOCK_REALTIME, &now);
    assert_int_equal(process_started(getpid(), &at_ns), 0);
    /* This very program: within the last minutes, and not in the future. */
    assert_true(at_ns / 1000000000 <= now.tv_sec + 1);
    assert_true(at_ns / 1000000000 > now.tv_sec - 600);
    process_name(getpid(), name, sizeof(name));
    assert_true(strlen(name) > 0);
    process_name(999999999, name, sizeof(name));
    assert_string_equal(name, "");
    assert_int_equal(process_started(999999999, &at_ns), -ESRCH);
}

static void blocks_what_it_reads(void **state)
{
    sigset_t wanted, blocked;

    (void)state;
    signal(SIGHUP, SIG_IGN); /* as nohup leaves it */
    assert_int_equal(process_block_signals(), 0);
    process_signals(&wanted);
    sigprocmask(SIG_BLOCK, NULL, &blocked);
    assert_int_equal(sigismember(&wanted, SIGCHLD), 1);
    assert_int_equal(sigismember(&wanted, SIGSEGV), 0);
    for (int number = 1; number < SIGRTMIN; number++)
        if (sigismember(&wanted, number) == 1)
            assert_int_equal(sigismember(&blocked, number), 1);
    /* An ignored signal would be dropped though it is blocked. */
    raise(SIGHUP);
    sigpending(&blocked);
    assert_int_equal(sigismember(&blocked, SIGHUP), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_descriptors),
        cmocka_unit_test(silences),
        cmocka_unit_test(shows_a_title),
        cmocka_unit_test(does_without_room),
        cmocka_unit_test(knows_who_waits_to_be_reaped),
        cmocka_unit_test(knows_when_a_process_began),
        cmocka_unit_test(blocks_what_it_reads),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
