/* process.h - what a process is to the outside: its title, its signals, its
 * descriptors, its parent's terminal */
#ifndef PRONG_OS_PROCESS_H
#define PRONG_OS_PROCESS_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* The memory that ps and /proc/PID/cmdline show. The zero value has none, and
 * setting a title there changes the short name alone. */
struct process_title {
    char *at;
    size_t room;
    char **environment; /* where it was moved to; for ever, as getenv's values
                         * point into it */
};

/* Finds the memory behind argv and the environment and moves the environment
 * elsewhere, so that getenv stays good. Call once, before anything keeps a
 * pointer into argv or environ; argv itself is not to be read afterwards once
 * a title was set. -ENOMEM leaves the title empty. */
int process_title_open(struct process_title *title, int argc, char **argv);

/* Shows `text`, cut to the room that there is. */
void process_title_set(const struct process_title *title, const char *text);

/* The signals that the program reads from a descriptor. */
void process_signals(sigset_t *set);

/* Blocks them, and ignores SIGPIPE. Blocked signals stay blocked across fork,
 * so none is lost. */
int process_block_signals(void);

/* Moves the descriptors that `kept` points at to 3, 4, … and closes all others
 * above 2. Negative ones and those below 3 stay as they are. At most 1,024;
 * `kept` is sorted on the way. 0 or -errno. */
int process_keep_only(int **kept, size_t count);

/* Points standard input, output and error at /dev/null. */
int process_silence(void);

/* A new session without a terminal, in a child: the parent gets the read end of
 * a pipe in `verdict` and true, the child the write end and false; -errno in
 * `verdict` and true when it cannot be done. */
bool process_daemonize(int *verdict, pid_t *child);

/* Is there a controlling terminal? */
bool process_has_terminal(void);

/* Has it ended, and only waits to be reaped? That can take its parent long. */
bool process_has_ended(pid_t pid);

/* When the process began, on the clock of CLOCK_REALTIME in nanoseconds; the
 * system knows it to 10 ms. -ESRCH when there is no such process. */
int process_started(pid_t pid, int64_t *at_ns);

/* Its short name; "" when it cannot be known. */
void process_name(pid_t pid, char *into, size_t room);

#endif
