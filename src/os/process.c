/* process.c - what is this process to the outside? */
#include "os/process.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "base/attr.h"

enum { LOWEST_KEPT = 3, MOST_KEPT = 1024 };

/* The arguments and the environment lie one behind the other, each string
 * ended by NUL; whatever breaks that row ends the room. */
static size_t room_behind(char **strings, size_t count, char *end)
{
    char *from = end;

    for (size_t i = 0; i < count && strings[i] == end; i++)
        end += strlen(end) + 1;
    return (size_t)(end - from);
}

static size_t count_of(char **strings)
{
    size_t count = 0;

    while (strings[count])
        count++;
    return count;
}

static int move_environment(struct process_title *title)
{
    size_t count = count_of(environ);
    char **moved = calloc(count + 1, sizeof(*moved));

    if (!moved)
        return -ENOMEM;
    for (size_t i = 0; i < count; i++) {
        moved[i] = strdup(environ[i]);
        if (!moved[i])
            return -ENOMEM; /* the program is about to give up: no undoing */
    }
    title->environment = moved;
    environ = moved;
    return 0;
}

int process_title_open(struct process_title *title, int argc, char **argv)
{
    size_t arguments, environment;
    int err;

    *title = (struct process_title){0};
    if (argc < 1)
        return 0;
    arguments = room_behind(argv, (size_t)argc, argv[0]);
    environment = room_behind(environ, count_of(environ), argv[0] + arguments);
    err = move_environment(title);
    if (err < 0)
        return err;
    title->at = argv[0];
    title->room = arguments + environment;
    return 0;
}

void process_title_set(const struct process_title *title, const char *text)
{
    size_t len = strlen(text);

    prctl(PR_SET_NAME, "prong", 0, 0, 0);
    if (title->room < 2)
        return;
    if (len > title->room - 2)
        len = title->room - 2;
    memcpy(title->at, text, len);
    /* A NUL in the last byte would be missing: the kernel shows the area up to
     * its end and then what stands there. */
    memset(title->at + len, 0, title->room - len);
}

void process_signals(sigset_t *set)
{
    static const int read_from_fd[] = {SIGTERM, SIGINT,   SIGQUIT,
                                       SIGHUP,  SIGUSR1,  SIGUSR2,
                                       SIGCHLD, SIGWINCH, SIGALRM};

    sigemptyset(set);
    for (size_t i = 0; i < ARRAY_LEN(read_from_fd); i++)
        sigaddset(set, read_from_fd[i]);
}

int process_block_signals(void)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    struct sigaction normal = {.sa_handler = SIG_DFL};
    sigset_t set;

    process_signals(&set);
    if (sigprocmask(SIG_BLOCK, &set, NULL) < 0 ||
        sigaction(SIGPIPE, &ignore, NULL) < 0)
        return -errno;
    /* Whoever started us may have left these ignored (nohup, a shell's `&`);
     * an ignored signal is dropped though it is blocked. */
    for (int signal = 1; signal < SIGRTMIN; signal++)
        if (sigismember(&set, signal) == 1)
            sigaction(signal, &normal, NULL);
    return 0;
}

static int by_descriptor(const void *a, const void *b)
{
    return **(int *const *)a - **(int *const *)b;
}

/* In ascending order no descriptor is ever above the place it goes to, so none
 * that is still to be moved is overwritten. */
int process_keep_only(int **kept, size_t count)
{
    int next = LOWEST_KEPT;
    int previous = -1;

    if (count > MOST_KEPT)
        return -E2BIG;
    qsort(kept, count, sizeof(int *), by_descriptor);
    for (size_t i = 0; i < count; i++) {
        int from = *kept[i];

        if (from < LOWEST_KEPT)
            continue;
        if (from != previous && from != next && dup3(from, next, O_CLOEXEC) < 0)
            return -errno;
        if (from != previous)
            next++;
        *kept[i] = next - 1;
        previous = from;
    }
    return close_range((unsigned)next, ~0u, 0) < 0 ? -errno : 0;
}

int process_silence(void)
{
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    int err = 0;

    if (null < 0)
        return -errno;
    for (int fd = 0; fd < LOWEST_KEPT; fd++)
        if (dup2(null, fd) < 0)
            err = -errno;
    if (null >= LOWEST_KEPT)
        close(null);
    return err;
}

bool process_daemonize(int *verdict, pid_t *child)
{
    int ends[2];

    *child = -1;
    if (pipe2(ends, O_CLOEXEC) < 0) {
        *verdict = -errno;
        return true;
    }
    *child = fork();
    if (*child == 0) {
        close(ends[0]);
        setsid();
        *verdict = ends[1];
        return false;
    }
    close(ends[1]);
    *verdict = ends[0];
    if (*child < 0) {
        *verdict = -errno;
        close(ends[0]);
    }
    return true;
}

bool process_has_terminal(void)
{
    int fd = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);

    if (fd < 0)
        return false;
    close(fd);
    return true;
}

static ssize_t read_proc(pid_t pid, const char *name, char *into, size_t room)
{
    char path[64];
    ssize_t got;
    int fd;

    snprintf(path, sizeof(path), "/proc/%ld/%s", (long)pid, name);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT ? -ESRCH : -errno;
    got = read(fd, into, room - 1);
    if (got < 0)
        got = -errno;
    else
        into[got] = '\0';
    close(fd);
    return got;
}

bool process_has_ended(pid_t pid)
{
    char text[1024];
    ssize_t got = read_proc(pid, "stat", text, sizeof(text));
    const char *at = got > 0 ? strrchr(text, ')') : NULL;

    return at && at[1] == ' ' && (at[2] == 'Z' || at[2] == 'X');
}

/* What stands between the boot and the epoch, in nanoseconds. */
static int64_t boot_time(void)
{
    struct timespec real, boot;

    clock_gettime(CLOCK_REALTIME, &real);
    clock_gettime(CLOCK_BOOTTIME, &boot);
    return ((int64_t)real.tv_sec - boot.tv_sec) * 1000000000 +
           (real.tv_nsec - boot.tv_nsec);
}

int process_started(pid_t pid, int64_t *at_ns)
{
    char text[1024];
    ssize_t got = read_proc(pid, "stat", text, sizeof(text));
    const char *at;
    long ticks = sysconf(_SC_CLK_TCK);

    if (got < 0)
        return (int)got;
    /* The second field is a name that may hold anything, so counting starts
     * behind its last parenthesis; the start is the 22nd field of all. */
    at = strrchr(text, ')');
    for (int field = 2; at && field < 22; field++)
        at = strchr(at + 1, ' ');
    if (!at || ticks <= 0)
        return -EINVAL;
    *at_ns = boot_time() + (int64_t)(strtoull(at, NULL, 10) *
                                     (1000000000ull / (uint64_t)ticks));
    return 0;
}

void process_name(pid_t pid, char *into, size_t room)
{
    if (read_proc(pid, "comm", into, room) <= 0)
        into[0] = '\0';
    into[strcspn(into, "\n")] = '\0';
}
