/* role.h - what a child is, and all that it inherits
 *
 * The roles are a table in prong.c; supervision knows rows, not names. A child
 * never execs: after fork it keeps exactly what its role_context names, moves
 * that to low descriptors and closes the rest. */
#ifndef PRONG_IPC_ROLE_H
#define PRONG_IPC_ROLE_H

#include <mqueue.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct conf;
struct process_title;
struct role;
struct scoreboard;
struct slot;
struct tally_ledger;

enum role_id { ROLE_MASTER, ROLE_WORKER, ROLE_LOGGER, ROLE_COUNT };

/* How many of a role there are. */
enum role_many {
    ROLE_ONE,        /* one for all generations (the logger) */
    ROLE_PER_WORKER, /* one for each of worker_processes, a set a generation */
};

/* A listening socket, in the order of conf->listeners. With `reuseport` each
 * worker has its own. */
struct role_listener {
    int fd;
    unsigned listener; /* index in conf->listeners */
};

/* One destination of log records: its number and the descriptor that the master
 * opened. The table of the logger; others hold none. */
struct role_log {
    uint16_t number;
    int fd;
    const char *path; /* "" for a standard stream */
};

struct role_context {
    const struct role *role;
    const struct process_title *title; /* os/process.h; see role_title */
    const struct conf *conf;
    struct scoreboard *board;
    struct slot *slot;                 /* this process's own */
    const struct tally_ledger *ledger; /* worker: what its connections count */
    unsigned index; /* its number among those of its role: 0, 1, … */
    int channel;    /* SOCK_SEQPACKET to the master */
    int lifeline;   /* its end of stream: the master died */
    int ready;      /* one record, see role_ready_* */
    mqd_t doorbell; /* (mqd_t)-1 where there is no queue */
    int producers;  /* logger: read end, its end of stream ends the
                     * logger; others: the write end, only held */
    struct role_listener *listeners; /* worker */
    unsigned listener_count;
    struct role_log *logs; /* logger */
    unsigned log_count;
    int stdout_fd; /* what /dev/stdout and stderr mean; logger only, else -1 */
    int stderr_fd;
};

struct role {
    enum role_id id;
    const char *name;  /* in logs and reports: "worker" */
    const char *title; /* of the process: "worker process" */
    enum role_many many;
    /* Runs until it is told to end; returns the exit status. Entered with the
     * signals still blocked, privileges already dropped. */
    int (*run)(struct role_context *context);
};

/* The record on the readiness pipe: one write, at most PIPE_BUF. */
struct role_ready {
    int32_t error; /* 0: serving; else -errno, and why */
    char why[200]; /* ended by NUL */
};

/* Tells the master that the child serves (`error` 0) or why it cannot, and
 * closes the pipe. */
void role_report(struct role_context *context, int error, const char *why);

/* Shows "prong: worker process" and what is put behind it (" is shutting
 * down"; "" at first) as the process's title. */
void role_title(const struct role_context *context, const char *suffix);

#endif
