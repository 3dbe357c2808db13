/* worker.c - a worker's life: start, turns, drain, end */
#include "worker/worker.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/attr.h"
#include "conf/conf.h"
#include "content/file.h"
#include "ipc/channel.h"
#include "ipc/role.h"
#include "ipc/scoreboard.h"
#include "worker/h1.h"

enum { TICK_MS = 1000 };

/* ---- the end ---- */

void worker_stop(struct worker *w)
{
    w->stopping = true;
}

static void time_is_up(struct timer *timer)
{
    struct worker *w = CONTAINER_OF(timer, struct worker, shutdown);
    unsigned cut = conn_close_all(w);

    slot_add(w->slot, COUNTER_drain_cut, cut);
    if (cut > 0)
        log_at(LOG_WARN, "%u connections were cut by worker_shutdown_timeout",
               cut);
    worker_stop(w);
}

void worker_drain(struct worker *w)
{
    uint64_t timeout = w->conf->main.worker_shutdown_timeout.value;

    if (w->draining)
        return;
    w->draining = true;
    w->drained_ms = w->loop.now_ms;
    slot_state_set(w->slot, SLOT_DRAINING);
    role_title(w->context, " is shutting down");
    if (timeout > 0)
        loop_timer_set(&w->loop, &w->shutdown, timeout);
    acceptors_drain(w);
    conn_drain_all(w);
}

bool worker_may_complain(struct worker *w)
{
    uint64_t now = w->loop.now_ms;

    if (w->shortage_ms != 0 && now - w->shortage_ms < 1000)
        return false;
    w->shortage_ms = now;
    return true;
}

/* ---- who speaks to it ---- */

/* The master acts for all when the terminal sends a signal. A second QUIT makes
 * haste, but only of two that came as signals: the master's own word comes on
 * the channel, and may well come together with one that somebody sent to all
 * processes. */
static void signal_arrived(struct signals *signals,
                           const struct signalfd_siginfo *info)
{
    struct worker *w = CONTAINER_OF(signals, struct worker, signals);
    struct channel_message reopen = {.verb = CHANNEL_REOPEN, .fd = -1};

    if (!signals_from_process(info))
        return;
    switch (info->ssi_signo) {
    case SIGTERM:
    case SIGINT:
        worker_stop(w);
        break;
    case SIGQUIT:
        if (w->was_signalled)
            worker_stop(w);
        w->was_signalled = true;
        worker_drain(w);
        break;
    case SIGUSR1:
        channel_send(w->context->channel, &reopen);
        break;
    default:
        break;
    }
}

static void master_says(struct watcher *watcher, uint32_t events)
{
    struct worker *w = CONTAINER_OF(watcher, struct worker, channel);
    struct channel_message message;
    int err;

    (void)events;
    while ((err = channel_receive(watcher->fd, &message)) == 0) {
        if (message.fd >= 0)
            close(message.fd);
        if (message.verb == CHANNEL_STOP)
            worker_stop(w);
        else if (message.verb == CHANNEL_QUIT)
            worker_drain(w);
    }
    if (err != -EAGAIN && err != -EPROTO)
        loop_forget(&w->loop, watcher); /* the lifeline says the rest */
}

static void master_died(struct watcher *watcher, uint32_t events)
{
    struct worker *w = CONTAINER_OF(watcher, struct worker, lifeline);

    (void)events;
    loop_forget(&w->loop, watcher);
    log_at(LOG_ALERT, "the master is gone: finishing what is there");
    worker_drain(w);
}

/* ---- figures ---- */

static void count_memory(struct worker *w)
{
    char text[64];
    ssize_t n = pread(w->memory_fd, text, sizeof(text) - 1, 0);
    unsigned long pages;

    if (n <= 0)
        return;
    text[n] = '\0';
    if (sscanf(text, "%*u %lu", &pages) == 1)
        slot_set(w->slot, COUNTER_rss_kb,
                 pages * (unsigned long)sysconf(_SC_PAGESIZE) / 1024);
}

static uint64_t cpu_us(void)
{
    struct rusage used;

    if (getrusage(RUSAGE_SELF, &used) < 0)
        return 0;
    return (uint64_t)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000000 +
           (uint64_t)(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
}

static void count_cpu(struct worker *w)
{
    uint64_t now = cpu_us();

    if (now > w->cpu_us)
        slot_add(w->slot, COUNTER_cpu_us, now - w->cpu_us);
    w->cpu_us = now;
}

static void second(struct timer *timer)
{
    struct worker *w = CONTAINER_OF(timer, struct worker, tick);
    enum log_level level = scoreboard_log_level(w->context->board);

    count_cpu(w);
    count_memory(w);
    slot_set(w->slot, COUNTER_fds,
             w->own_fds + w->connections +
                 slot_get(w->slot, COUNTER_files_open));
    logsink_refresh(&w->sink, w->conf);
    w->env.log_level = level == LOG_STDERR ? -1 : (int)level;
    acceptors_tick(w);
    loop_timer_set(&w->loop, timer, TICK_MS);
}

static unsigned count_own_fds(void)
{
    DIR *all = opendir("/proc/self/fd");
    unsigned count = 0;

    if (!all)
        return 0;
    while (readdir(all))
        count++;
    closedir(all);
    return count > 3 ? count - 3 : 0; /* ".", ".." and its own */
}

/* ---- the start ---- */

static void take_line(struct env *env, const struct conf_log *log,
                      enum log_level level, struct str line)
{
    struct worker *w = CONTAINER_OF(env, struct worker, env);

    logsink_put(w->slot, w->sink.number, w->context->doorbell, level,
                log->number, line);
}

void worker_time(struct worker *w)
{
    if (w->env.now_ms == w->loop.now_ms)
        return;
    w->env.now_ms = w->loop.now_ms;
    clock_gettime(CLOCK_REALTIME_COARSE, &w->env.wall);
}

static void watch_signals(sigset_t *set)
{
    static const int numbers[] = {SIGTERM, SIGINT,  SIGQUIT, SIGUSR1,
                                  SIGHUP,  SIGUSR2, SIGWINCH};

    sigemptyset(set);
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
        sigaddset(set, numbers[i]);
}

static int watch_master(struct worker *w)
{
    sigset_t set;
    int err;

    watch_signals(&set);
    w->signals.arrived = signal_arrived;
    err = signals_open(&w->signals, &w->loop, &set);
    if (err < 0)
        return err;
    w->channel =
        (struct watcher){.fd = w->context->channel, .ready = master_says};
    err = loop_watch(&w->loop, &w->channel, LOOP_READ);
    if (err < 0)
        return err;
    w->lifeline =
        (struct watcher){.fd = w->context->lifeline, .ready = master_died};
    return loop_watch(&w->loop, &w->lifeline, LOOP_READ);
}

static int open_memory(struct worker *w)
{
    static const size_t sizes[POOL_KINDS] = {
        [POOL_INPUT] = POOL_INPUT_ROOM,
        [POOL_H1] = sizeof(struct h1),
        [POOL_ANSWER] = sizeof(struct answer),
    };

    pool_open(&w->pool, sizes);
    list_open(&w->idle);
    list_open(&w->busy);
    w->out = malloc(WORKER_ROOM);
    w->scratch = malloc(WORKER_ROOM);
    return w->out && w->scratch ? 0 : -ENOMEM;
}

static void close_memory(struct worker *w)
{
    void *piece;

    while ((piece = pool_drain(&w->pool, POOL_ANSWER)))
        h1_free_answer(piece);
    while ((piece = pool_drain(&w->pool, POOL_H1)))
        free(piece);
    while ((piece = pool_drain(&w->pool, POOL_INPUT)))
        free(piece);
    tally_close(&w->tally);
    free(w->zones);
    free(w->out);
    free(w->scratch);
}

static int open_zones(struct worker *w)
{
    const struct conf *conf = w->conf;
    const struct tally_ledger *ledger = w->context->ledger;
    int err;

    if (conf->zone_count == 0 || !ledger || !ledger->lines)
        return 0;
    w->zones = calloc(conf->zone_count, sizeof(struct zone *));
    if (!w->zones)
        return -ENOMEM;
    for (unsigned i = 0; i < conf->zone_count; i++)
        w->zones[i] = conf->zones[i]->zone;
    err = tally_open(&w->tally, ledger);
    if (err < 0)
        return err;
    w->env.tally = &w->tally;
    w->env.zones = w->zones;
    return 0;
}

static void open_env(struct worker *w)
{
    w->env.conf = w->conf;
    w->env.slot = w->slot;
    w->env.board = w->context->board;
    w->env.has_openat2 = file_has_openat2();
    w->env.log_level = -1;
    w->env.log_line = take_line;
    worker_time(w);
}

static int open_worker(struct worker *w)
{
    int err = open_memory(w);

    if (err < 0)
        return err;
    err = loop_open(&w->loop, &loop_epoll);
    if (err < 0)
        return err;
    w->memory_fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    w->tick.expired = second;
    w->shutdown.expired = time_is_up;
    accesslog_open(&w->accesslog, &w->loop, w->slot, w->sink.number,
                   w->context->doorbell);
    open_env(w);
    err = open_zones(w);
    if (err == 0)
        err = offload_open(&w->offload, &w->loop);
    if (err < 0)
        return err;
    w->env.offload = &w->offload;
    w->env.remember = &w->remember;
    err = watch_master(w);
    if (err < 0)
        return err;
    w->own_fds = count_own_fds();
    return acceptors_open(w);
}

static void close_worker(struct worker *w)
{
    acceptors_close(w);
    if (w->loop.backend) {
        conn_close_all(w);
        accesslog_close(&w->accesslog);
        count_cpu(w);
    }
    offload_close(&w->offload);
    signals_close(&w->signals);
    loop_close(&w->loop);
    if (w->memory_fd >= 0)
        close(w->memory_fd);
    close_memory(w);
}

/* ---- the turns ---- */

static void count_turn(struct worker *w)
{
    uint64_t began = w->loop.woken_us;

    slot_add(w->slot, COUNTER_turns, 1);
    slot_max(w->slot, COUNTER_turn_max_us, loop_clock(&w->loop) - began);
    slot_heartbeat(w->slot, w->loop.now_ms);
}

static int turn_until_the_end(struct worker *w)
{
    int err = 0;

    while (err == 0 && !w->stopping) {
        if (w->draining && w->connections == 0 && acceptors_are_closed(w))
            break;
        err = loop_turn(&w->loop, TICK_MS);
        count_turn(w);
    }
    return err;
}

static struct worker *new_worker(struct role_context *context)
{
    struct worker *w = calloc(1, sizeof(*w));

    if (!w)
        return NULL;
    w->context = context;
    w->conf = context->conf;
    w->slot = context->slot;
    w->connections_max = (unsigned)w->conf->main.worker_connections.value;
    w->memory_fd = -1;
    return w;
}

int worker_run(struct role_context *context)
{
    struct worker *w = new_worker(context);
    int err;

    if (!w) {
        role_report(context, -ENOMEM, "no memory");
        return 2;
    }
    slot_begin(w->slot, getpid());
    logsink_open(&w->sink, w->conf, context->board, w->slot, context->doorbell);
    err = open_worker(w);
    if (err == 0) {
        second(&w->tick);
        slot_heartbeat(w->slot, w->loop.now_ms);
        slot_state_set(w->slot, SLOT_SERVING);
        role_report(context, 0, NULL);
        err = turn_until_the_end(w);
    } else {
        role_report(context, err, "the worker could not be opened");
    }
    if (err < 0)
        log_errno(LOG_EMERG, err, "a worker could not go on");
    close_worker(w);
    logsink_close(&w->sink);
    free(w);
    return err < 0 ? 2 : 0;
}
