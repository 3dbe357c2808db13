/* master.h - the process that looks after all others
 *
 * It never parses a byte that came from the network and never blocks but to
 * read the configuration and resolve names. What it does is spread over this
 * folder: children (forks and reaps them), reload (from one configuration to
 * the next, the first start too), control (the FIFOs and commands), stats (what
 * is told). This is what they share. */
#ifndef PRONG_MASTER_MASTER_H
#define PRONG_MASTER_MASTER_H

#include <mqueue.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "conf/conf.h"
#include "event/loop.h"
#include "event/signals.h"
#include "ipc/command.h"
#include "ipc/fifo.h"
#include "ipc/linecut.h"
#include "ipc/role.h"
#include "ipc/scoreboard.h"
#include "ipc/snapshot.h"
#include "ipc/tally.h"
#include "master/child.h"
#include "master/logs.h"
#include "master/sockets.h"
#include "master/voice.h"
#include "master/zonetable.h"
#include "os/pidfile.h"
#include "os/process.h"

enum {
    MASTER_CHILDREN = SCOREBOARD_SLOTS - 1,    /* one slot is its own */
    MASTER_DRAINING_MAX = SECTION_GENERATIONS, /* generations */
    MASTER_READERS = 64, /* of the stats that take theirs slowly */
};

/* A configuration that has children, or is about to. */
struct generation {
    uint64_t number;
    struct conf *conf;
    struct sockets sockets;
    unsigned workers;     /* wanted now; configured at first */
    unsigned children;    /* rows that belong to it */
    uint64_t drain_since; /* 0: not draining */
    bool is_cancelled;    /* a candidate that was given up */
    struct generation *next;
};

/* A row of the table of children. */
struct child {
    struct master *master;
    const struct role *role;       /* NULL: the row is free */
    struct generation *generation; /* NULL: of all of them */
    struct child_life life;
    unsigned index; /* among those of its role and generation */
    pid_t pid;      /* 0: no process */
    struct slot *slot;
    struct tally_ledger ledger; /* what its connections count */
    struct watcher ready;       /* fd -1: closed */
    struct watcher channel;     /* fd -1: closed */
    char why[200];              /* what it said when it could not serve */
};

enum change_phase {
    CHANGE_NONE,
    CHANGE_OPENING,  /* the sockets; may have to wait for a port */
    CHANGE_STARTING, /* until every child of the candidate is READY */
};

/* The way from one configuration to the next. */
struct change {
    enum change_phase phase;
    struct generation *candidate;
    enum command_origin by;
    bool is_wanted_again; /* asked for once more meanwhile */
    enum command_origin again_by;
    bool has_said_wait;
    uint64_t give_up_ms; /* waiting for a port */
    struct fifo control; /* where the paths move: made already */
    struct fifo stats;
    bool moves_control;
    bool moves_stats;
};

/* A reader of the stats who takes the rest at leisure. */
struct reader {
    struct master *master;
    struct watcher watcher; /* fd -1: the place is free */
    char *text;
    size_t len;
    size_t sent;
};

enum stopping { STOPPING_NOT, STOPPING_QUIT, STOPPING_STOP };

struct master_start {
    struct conf *conf; /* resolved; the master's from now on */
    const struct conf_request *request;
    const struct conf_lookups *lookups;
    const struct role *roles; /* ROLE_COUNT rows, by role_id */
    const struct process_title *title;
    const char *command_line; /* shown in the title */
};

struct master {
    const struct master_start *start;
    struct loop loop;
    struct signals signals;
    struct timer tick;  /* once a second */
    struct timer alarm; /* when something is due for a child */
    struct timer retry; /* of a port that is waited for */
    struct voice voice;
    struct pidfile pidfile;
    struct scoreboard *board;
    struct section *section; /* the board's own copy */
    struct slot *slot;
    mqd_t doorbell;
    int lifeline[2];
    int producers[2];
    int verdict; /* pipe to whoever waits for a daemon; -1: nobody */
    bool is_daemon;
    bool had_terminal;
    struct logs logs;
    struct zonetable zones;
    struct child children[MASTER_CHILDREN];
    struct generation *generations; /* all, in no order */
    struct generation *current;     /* NULL: the first is starting */
    struct change change;
    enum stopping stopping;
    bool keeps_no_workers; /* WINCH */
    bool has_forked;       /* in this turn */
    unsigned last_loggers; /* how many died while prong stops */
    bool is_over;          /* the loop ends */
    int status;            /* with this */

    struct fifo control;
    struct fifo stats;
    struct watcher control_watcher;
    struct watcher stats_watcher; /* inotify */
    struct linecut lines;
    struct snapshot snapshot;
    struct window *window;
    struct reader readers[MASTER_READERS];
    uint64_t complained_ms; /* of the stats FIFO; 0: never */

    uint32_t serial; /* of what the logger was asked last */
    unsigned logs_sent;
    bool is_sending_logs;
    bool is_reopening; /* the verdict is outstanding */
    int reopen_error;
    enum command_origin reopen_by;
    uint64_t sweep_logs_ms; /* 0: nothing to close */
};

/* Runs until it is told to end; returns the exit status. */
int master_run(const struct master_start *start);

/* Begins to end: everything else follows from the children's ends. */
void master_stop(struct master *m, enum stopping how);

/* Ends the loop; what is left is cleaned up on the way out. */
void master_finish(struct master *m, int status);

static inline uint64_t master_now(const struct master *m)
{
    return m->loop.now_ms;
}

#endif
