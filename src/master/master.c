/* master.c - how does the master begin, turn and end? */
#include "master/master.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "ipc/doorbell.h"
#include "master/children.h"
#include "master/control.h"
#include "master/logtable.h"
#include "master/meaning.h"
#include "master/places.h"
#include "master/reload.h"
#include "master/stats.h"

enum { TICK_MS = 1000, LOGGER_PATIENCE_MS = 5000 };

/* ---- signals ---- */

static void command_by_signal(struct master *m, enum command_verb verb,
                              const struct signalfd_siginfo *info)
{
    struct command command = {.verb = verb, .by = COMMAND_BY_SIGNAL};

    if (meaning_is_terminal(info->ssi_signo, info->ssi_code))
        command.by = COMMAND_BY_TERMINAL;
    log_at(LOG_NOTICE, "signal %u (SIG%s) received from %u", info->ssi_signo,
           sigabbrev_np((int)info->ssi_signo), info->ssi_pid);
    control_obey(m, &command);
}

static void drain_workers(struct master *m)
{
    if (!m->current || m->stopping != STOPPING_NOT)
        return;
    log_at(LOG_NOTICE,
           "signal %d (SIGWINCH) received: the workers end, the "
           "master stays",
           SIGWINCH);
    m->keeps_no_workers = true;
    children_dismiss(m, m->current, 0);
    m->section->workers = 0;
}

static void arrived(struct signals *signals,
                    const struct signalfd_siginfo *info)
{
    struct master *m = CONTAINER_OF(signals, struct master, signals);
    bool lost_terminal =
        m->had_terminal && info->ssi_signo == SIGHUP && !process_has_terminal();

    switch (meaning_of(info->ssi_signo, info->ssi_code, lost_terminal)) {
    case MEANS_NOTHING:
        break;
    case MEANS_STOP:
        command_by_signal(m, COMMAND_STOP, info);
        break;
    case MEANS_QUIT:
        command_by_signal(m, COMMAND_QUIT, info);
        break;
    case MEANS_RELOAD:
        command_by_signal(m, COMMAND_RELOAD, info);
        break;
    case MEANS_REOPEN:
        command_by_signal(m, COMMAND_REOPEN, info);
        break;
    case MEANS_UPGRADE:
        log_at(LOG_ERROR, "SIGUSR2: this prong cannot replace its binary");
        break;
    case MEANS_DRAIN_WORKERS:
        drain_workers(m);
        break;
    case MEANS_REAP:
        children_reap(m);
        break;
    }
}

/* ---- the end ---- */

void master_finish(struct master *m, int status)
{
    m->is_over = true;
    if (m->status == 0)
        m->status = status;
}

void master_stop(struct master *m, enum stopping how)
{
    if (m->stopping >= how)
        return;
    if (m->stopping == STOPPING_NOT) {
        section_begin(&m->section->stop);
        m->section->stopping = 1;
    }
    m->stopping = how;
    reload_fail(m, "prong is told to stop");
    /* What the workers hold keeps listening until they have accepted all that
     * waits there; ours would only gather what nobody takes. */
    if (m->current)
        sockets_close(&m->current->sockets);
    children_end_all(m, how == STOPPING_STOP);
    scoreboard_publish(m->board);
}

/* The last writer of log lines is the master: from here on the logger ends when
 * it has written everything. */
static void dismiss_logger(struct master *m)
{
    struct child *logger = children_logger(m);

    if (m->current)
        log_at(LOG_NOTICE, "exit");
    voice_close(&m->voice);
    close(m->producers[1]);
    m->producers[1] = -1;
    if (logger && m->logs.count == 0)
        logger->life.is_unwanted = true; /* there is nothing to write to */
}

static void watch_last_logger(struct master *m)
{
    struct child *logger = children_logger(m);

    if (!logger) {
        master_finish(m, 0);
    } else if (logger->life.state == CHILD_READY) {
        logger->life.state = CHILD_DRAINING;
        logger->life.deadline = master_now(m) + LOGGER_PATIENCE_MS;
    }
}

static void go_on_stopping(struct master *m)
{
    if (m->stopping == STOPPING_NOT)
        return;
    if (m->producers[1] >= 0) {
        if (children_count(m, ROLE_COUNT) == children_count(m, ROLE_LOGGER))
            dismiss_logger(m);
    }
    if (m->producers[1] < 0)
        watch_last_logger(m);
}

/* ---- the loop ---- */

static void tick(struct timer *timer)
{
    struct master *m = CONTAINER_OF(timer, struct master, tick);

    loop_timer_set(&m->loop, &m->tick, TICK_MS);
    slot_heartbeat(m->slot, master_now(m));
    scoreboard_tick(m->board, master_now(m));
    control_tick(m);
    stats_tick(m);
    if (m->sweep_logs_ms != 0 && master_now(m) >= m->sweep_logs_ms) {
        m->sweep_logs_ms = 0;
        logtable_sweep(m);
    }
}

static void alarm_rang(struct timer *timer)
{
    (void)timer; /* children_supervise follows every turn */
}

static int turn(struct master *m)
{
    while (!m->is_over) {
        int err;

        go_on_stopping(m);
        children_supervise(m);
        go_on_stopping(m);
        if (m->is_over)
            break;
        err = loop_turn(&m->loop, -1);
        if (err < 0) {
            log_errno(LOG_ALERT, err, "the master's loop failed");
            return err;
        }
    }
    return 0;
}

/* ---- the beginning ---- */

static int open_pipes(struct master *m)
{
    if (pipe2(m->lifeline, O_CLOEXEC) < 0 || pipe2(m->producers, O_CLOEXEC) < 0)
        return -errno;
    return 0;
}

static void open_doorbell(struct master *m)
{
    m->doorbell = doorbell_open();
    if (m->doorbell == DOORBELL_NONE)
        log_errno(LOG_WARN, errno,
                  "no message queue: the logger looks at the "
                  "log rings 20 times a second instead");
}

static void say_origin(enum scoreboard_origin origin)
{
    if (origin == SCOREBOARD_TAKEN_OVER)
        log_at(LOG_NOTICE, "the scoreboard of a master that died is taken "
                           "over");
    else if (origin == SCOREBOARD_REPLACED)
        log_at(LOG_WARN, "a scoreboard that could not be used is replaced");
}

static int open_board(struct master *m, const struct conf *conf)
{
    enum scoreboard_origin origin;
    char name[SCOREBOARD_NAME];
    int err;

    scoreboard_name(name, conf->main.pid.text);
    err =
        scoreboard_create(&m->board, name, conf->resolved.stats_group, &origin);
    if (err == 0)
        err =
            scoreboard_claim(m->board, ROLE_MASTER, 0, master_now(m), &m->slot);
    if (err < 0) {
        log_errno(LOG_EMERG, err, "shared memory \"%s\" cannot be had", name);
        return err;
    }
    slot_begin(m->slot, (int32_t)getpid());
    slot_state_set(m->slot, SLOT_SERVING);
    m->section = scoreboard_own_section(m->board);
    stats_begin(m);
    open_doorbell(m);
    voice_open(&m->voice, conf, m->board, m->slot, m->doorbell);
    say_origin(origin);
    return 0;
}

static int open_loop(struct master *m)
{
    sigset_t set;
    int err;

    process_signals(&set);
    err = loop_open(&m->loop, &loop_epoll);
    if (err < 0)
        return err;
    loop_clock(&m->loop);
    m->signals.arrived = arrived;
    err = signals_open(&m->signals, &m->loop, &set);
    if (err == 0)
        err = control_open(m);
    if (err == 0)
        err = open_pipes(m);
    m->tick.expired = tick;
    m->alarm.expired = alarm_rang;
    loop_timer_set(&m->loop, &m->tick, TICK_MS);
    return err;
}

static int begin(struct master *m)
{
    const struct conf *conf = m->start->conf;
    int err = process_block_signals(); /* before there is anything to leave */

    if (err == 0)
        err = places_open(m, conf);
    if (err < 0)
        return err;
    err = open_loop(m);
    if (err < 0) {
        log_errno(LOG_EMERG, err, "the master cannot begin");
        return err;
    }
    /* Before the first line for one of them: only now they have numbers. */
    err = logs_add(&m->logs, m->start->conf);
    if (err == 0)
        err = open_board(m, conf);
    if (err < 0)
        return err;
    log_at(LOG_NOTICE, "prong/%s", m->section->version);
    err = children_add(m, ROLE_LOGGER, NULL, 0, 1);
    if (err < 0)
        return err;
    reload_first(m);
    return 0;
}

static void close_pair(int pair[2])
{
    for (int i = 0; i < 2; i++)
        if (pair[i] >= 0)
            close(pair[i]);
}

static void end(struct master *m)
{
    voice_close(&m->voice);
    reload_close(m);
    stats_close(m);
    places_close(m);
    logs_close(&m->logs);
    signals_close(&m->signals);
    loop_close(&m->loop);
    close_pair(m->lifeline);
    close_pair(m->producers);
    if (m->board) {
        scoreboard_unlink(m->board);
        scoreboard_close(m->board);
        doorbell_close(m->doorbell);
    }
}

static void show_title(const struct master_start *start)
{
    char title[1024];

    snprintf(title, sizeof(title), "prong: master process %s",
             start->command_line);
    process_title_set(start->title, title);
}

/* What /dev/stdout and /dev/stderr mean. A daemon lets go of them, so that
 * whoever started it does not wait for their end, unless a log needs them. */
static void keep_streams(struct master *m, const struct conf *conf)
{
    m->logs.stdout_fd = -1;
    m->logs.stderr_fd = -1;
    for (unsigned i = 0; i < conf->log_count; i++) {
        enum conf_log_kind kind = conf->logs[i]->kind;

        if (m->logs.stdout_fd < 0 &&
            (kind == CONF_LOG_STDOUT || !conf->main.daemon.on))
            m->logs.stdout_fd = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
        if (m->logs.stderr_fd < 0 &&
            (kind == CONF_LOG_STDERR || !conf->main.daemon.on))
            m->logs.stderr_fd = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
    }
}

static int run(const struct master_start *start, int verdict)
{
    struct master *m = calloc(1, sizeof(*m));
    bool has_begun;
    int status = 2;

    if (!m)
        return status;
    m->start = start;
    m->verdict = verdict;
    m->is_daemon = verdict >= 0;
    m->lifeline[0] = m->lifeline[1] = -1;
    m->producers[0] = m->producers[1] = -1;
    m->stats_watcher.fd = -1;
    m->doorbell = DOORBELL_NONE;
    m->had_terminal = process_has_terminal();
    keep_streams(m, start->conf);
    show_title(start);
    voice_begin(&m->voice);
    has_begun = begin(m) == 0;
    if (!has_begun)
        m->status = 1;
    else if (turn(m) < 0)
        m->status = 2;
    end(m);
    if (!has_begun)
        conf_free(start->conf); /* no generation took it */
    status = m->status;
    log_sink_set(NULL);
    free(m);
    return status;
}

/* The command that started a daemon returns its verdict. */
static int await_verdict(int pipe_end, pid_t child)
{
    char verdict = 2;
    int status = 0;

    if (read(pipe_end, &verdict, 1) == 1)
        return verdict;
    if (waitpid(child, &status, 0) == child && WIFEXITED(status) &&
        WEXITSTATUS(status) != 0)
        return WEXITSTATUS(status);
    log_at(LOG_EMERG, "the daemon died before it served");
    return 2;
}

int master_run(const struct master_start *start)
{
    int verdict = -1;
    pid_t child;

    if (!start->conf->main.daemon.on)
        return run(start, -1);
    fflush(NULL);
    if (!process_daemonize(&verdict, &child))
        return run(start, verdict);
    conf_free(start->conf); /* the daemon has its own */
    if (verdict < 0) {
        log_errno(LOG_EMERG, verdict, "fork() failed");
        return 2;
    }
    return await_verdict(verdict, child);
}
