/* ask.c - how does a command line reach a running master, and what came of it?
 */
#include "ipc/ask.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "ipc/scoreboard.h"
#include "os/identity.h"
#include "os/pidfile.h"

enum { LOOK_MS = 10, PATIENCE_MS = 2000, REPEAT_MS = 5000, READY_MS = 2000 };

/* One asking. */
struct asking {
    const struct ask *ask;
    struct scoreboard *board; /* NULL: cannot be read */
    int board_error;
    struct section before;
    struct section now;
    struct identity master;
    uint64_t waited_ms;
    uint64_t said_ms;
    char said[256];
};

static const struct section_verdict *verdict_of(const struct section *s,
                                                enum command_verb verb)
{
    return verb == COMMAND_REOPEN ? &s->reopen : &s->reload;
}

static int no_master(const struct asking *a)
{
    fprintf(stderr, "prong: no prong holds \"%s\"\n", a->ask->pid_path);
    return 1;
}

static void pause_ms(unsigned ms)
{
    struct timespec length = {.tv_sec = ms / 1000,
                              .tv_nsec = (long)(ms % 1000) * 1000000};

    nanosleep(&length, NULL);
}

/* ---- who is asked ---- */

static bool read_board(struct asking *a)
{
    char name[SCOREBOARD_NAME];

    scoreboard_name(name, str_of(a->ask->pid_path));
    a->board_error = scoreboard_open_readonly(&a->board, name);
    if (a->board_error < 0)
        return false;
    /* A master that has just begun has not published yet. */
    for (unsigned ms = 0; ms < READY_MS; ms += LOOK_MS) {
        if (scoreboard_section(a->board, &a->before) && a->before.pid > 0)
            return true;
        pause_ms(LOOK_MS);
    }
    a->board_error = -EAGAIN;
    return false;
}

/* The lock says whether anybody is there; who it is the scoreboard says, and
 * the pid file where that cannot be read. */
static bool find_master(struct asking *a)
{
    int held = pidfile_is_held(str_of(a->ask->pid_path));
    pid_t pid;

    if (held == 0 || held == -ENOENT)
        return false;
    pid = read_board(a) ? (pid_t)a->before.pid : pidfile_read(a->ask->pid_path);
    if (pid <= 0)
        return false;
    if (identity_of(&a->master, (int32_t)pid) < 0)
        return false;
    return a->board_error < 0 || a->master.start_time == a->before.start_time;
}

static bool is_there(const struct asking *a)
{
    return identity_lives(&a->master);
}

/* ---- asking ---- */

static bool tell_fifo(const struct asking *a)
{
    char line[32];
    int len = snprintf(line, sizeof(line), "%s\n", command_name(a->ask->verb));
    struct stat st;
    bool told;
    int fd;

    if (a->ask->control_fifo[0] == '\0')
        return false;
    fd = open(a->ask->control_fifo,
              O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return false; /* nobody reads there, or it is not for us */
    told = fstat(fd, &st) == 0 && S_ISFIFO(st.st_mode) &&
           (st.st_uid == a->master.uid || st.st_uid == 0) &&
           write(fd, line, (size_t)len) == len;
    close(fd);
    return told;
}

static int signal_of(enum command_verb verb)
{
    switch (verb) {
    case COMMAND_STOP:
        return SIGTERM;
    case COMMAND_QUIT:
        return SIGQUIT;
    case COMMAND_REOPEN:
        return SIGUSR1;
    default:
        return SIGHUP;
    }
}

static bool tell(const struct asking *a)
{
    int err;

    if (tell_fifo(a))
        return true;
    if (kill(a->master.pid, signal_of(a->ask->verb)) == 0)
        return true;
    err = errno;
    fprintf(stderr, "prong: [alert] kill(%ld, SIG%s) failed (%d: %s)\n",
            (long)a->master.pid, sigabbrev_np(signal_of(a->ask->verb)), err,
            strerror(err));
    return false;
}

/* ---- waiting ---- */

static bool is_awaited(const struct asking *a, const struct slot *slot,
                       enum slot_state state)
{
    if (a->ask->verb == COMMAND_RELOAD)
        return state == SLOT_STARTING;
    return state == SLOT_DRAINING ||
           (state == SLOT_SERVING &&
            atomic_load_explicit(&slot->role, memory_order_relaxed) ==
                ROLE_WORKER);
}

static void describe_slot(const struct asking *a, const struct slot *slot,
                          char *into, size_t room)
{
    uint64_t open = slot_get(slot, COUNTER_active);

    if (a->ask->verb == COMMAND_RELOAD)
        snprintf(into, room, "waiting for process %d to become ready",
                 slot_pid(slot));
    else if (open > 0)
        snprintf(into, room,
                 "waiting for %" PRIu64 " connection%s of worker %d", open,
                 open == 1 ? "" : "s", slot_pid(slot));
    else
        snprintf(into, room, "waiting for worker %d to end", slot_pid(slot));
}

static void describe(const struct asking *a, char *into, size_t room)
{
    snprintf(into, room, "waiting for master %d", a->master.pid);
    if (a->ask->verb == COMMAND_REOPEN)
        snprintf(into, room, "waiting for the logger to switch its files");
    if (!a->board || a->ask->verb == COMMAND_REOPEN)
        return;
    for (unsigned i = 0; i < scoreboard_slots(a->board); i++) {
        const struct slot *slot = scoreboard_slot(a->board, i);

        if (slot && is_awaited(a, slot, slot_state(slot))) {
            describe_slot(a, slot, into, room);
            return;
        }
    }
}

/* After two seconds, when it changes, and now and then. */
static void say_what_for(struct asking *a)
{
    char text[sizeof(a->said)];

    if (a->waited_ms < PATIENCE_MS ||
        (a->said_ms != 0 && a->waited_ms < a->said_ms + PATIENCE_MS))
        return;
    describe(a, text, sizeof(text));
    if (strcmp(text, a->said) == 0 && a->waited_ms < a->said_ms + REPEAT_MS)
        return;
    fprintf(stderr, "prong: %s\n", text);
    memcpy(a->said, text, sizeof(text));
    a->said_ms = a->waited_ms;
}

static int await_end(struct asking *a)
{
    while (is_there(a)) {
        pause_ms(LOOK_MS);
        a->waited_ms += LOOK_MS;
        say_what_for(a);
    }
    printf("stopped\n");
    return 0;
}

static int tell_verdict(const struct asking *a)
{
    const struct section_verdict *v = verdict_of(&a->now, a->ask->verb);

    if (v->error != 0) {
        fprintf(stderr, "prong: [emerg] %s failed: %s\n",
                command_name(a->ask->verb), v->why);
        return 1;
    }
    if (a->ask->verb == COMMAND_RELOAD)
        printf("reloaded: generation %" PRIu32 ", %" PRIu32 " worker%s\n",
               v->generation, a->now.workers, a->now.workers == 1 ? "" : "s");
    else
        printf("reopened\n");
    return 0;
}

static int await_verdict(struct asking *a)
{
    uint64_t begun = verdict_of(&a->before, a->ask->verb)->begun;

    if (!a->board || a->board_error < 0) {
        fprintf(stderr,
                "prong: [warn] asked, but the verdict cannot be read "
                "(%d: %s)\n",
                -a->board_error, strerror(-a->board_error));
        return 2;
    }
    for (;;) {
        bool lives = is_there(a);

        if (scoreboard_section(a->board, &a->now) &&
            verdict_of(&a->now, a->ask->verb)->ended > begun)
            return tell_verdict(a);
        if (!lives) {
            fprintf(stderr, "prong: [emerg] master %d has ended meanwhile\n",
                    a->master.pid);
            return 1;
        }
        pause_ms(LOOK_MS);
        a->waited_ms += LOOK_MS;
        say_what_for(a);
    }
}

int ask_master(const struct ask *ask)
{
    struct asking *a = calloc(1, sizeof(*a)); /* two sections are large */
    int status = 1;

    if (!a)
        return 2;
    a->ask = ask;
    if (!find_master(a))
        status = no_master(a);
    else if (!tell(a))
        status = 1;
    else if (ask->verb == COMMAND_STOP || ask->verb == COMMAND_QUIT)
        status = await_end(a);
    else
        status = await_verdict(a);
    scoreboard_close(a->board);
    free(a);
    return status;
}
