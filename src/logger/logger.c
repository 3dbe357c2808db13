/* logger.c - the process that brings log lines from the rings to the files */
#include "logger/logger.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/log.h"
#include "conf/conf.h"
#include "event/loop.h"
#include "ipc/channel.h"
#include "ipc/doorbell.h"
#include "ipc/logsink.h"
#include "ipc/role.h"
#include "ipc/scoreboard.h"
#include "logger/drain.h"

enum {
    TICK_MS = 1000,
    SWEEP_MS = 50,            /* without a queue */
    SAY_AGAIN_MS = 60 * 1000, /* about the same output */
    LAST_TRIES = 20,          /* at the end, 50 ms apart */
};

struct logger {
    struct role_context *context;
    struct drain drain;
    struct logsink sink;
    struct loop loop;
    struct watcher doorbell;
    struct watcher channel;
    struct watcher producers;
    struct timer tick;
    struct timer sweep;
    struct outputs next; /* the table that is being sent */
    uint32_t next_serial;
    uint64_t unknown_said_ms;
    uint64_t strays_said_ms;
    bool is_last; /* no producer is left */
    bool is_replaced;
};

static struct logger *logger_of(struct drain *d)
{
    return CONTAINER_OF(d, struct logger, drain);
}

/* ---- outputs that take nothing ---- */

static void retry(struct logger *l, struct output *o)
{
    if (o->room.interest)
        loop_forget(&l->loop, &o->room);
    if (drain_retry(&l->drain, o))
        drain_all(&l->drain);
}

static void room(struct watcher *watcher, uint32_t events)
{
    struct output *o = CONTAINER_OF(watcher, struct output, room);

    (void)events;
    retry(o->of, o);
}

/* Only what will have room when somebody reads is watched; what fails, and what
 * the loop cannot watch, waits for the tick. */
static void blocked(struct drain *d, struct output *o)
{
    struct logger *l = logger_of(d);

    if (o->error != EAGAIN || o->room.interest)
        return;
    o->of = l;
    o->room.fd = o->fd;
    o->room.ready = room;
    (void)loop_watch(&l->loop, &o->room, LOOP_WRITE);
}

static void complain(struct logger *l, struct output *o)
{
    char text[120];
    struct buf note = buf_over(text, sizeof(text));

    if (o->error == EAGAIN)
        buf_printf(&note, "nobody reads \"%s\"", output_name(o));
    else
        buf_printf(&note, "write() to \"%s\" failed (%d: %s)", output_name(o),
                   o->error, strerrordesc_np(o->error));
    slot_note(l->context->slot, buf_str(&note));
    if (o->said_ms && l->loop.now_ms - o->said_ms < SAY_AGAIN_MS)
        return;
    log_at(LOG_CRIT, "%.*s: its lines wait, %llu were given up",
           STR_ARG(buf_str(&note)), (unsigned long long)o->lost);
    o->is_said = true;
    o->said_ms = l->loop.now_ms;
    o->lost = 0;
}

static void rejoice(struct output *o)
{
    if (!o->is_said)
        return;
    log_at(LOG_NOTICE, "\"%s\" takes lines again, %llu were given up",
           output_name(o), (unsigned long long)o->lost);
    o->is_said = false;
    o->lost = 0;
}

/* Took it nothing for a whole tick? A reader that is only slow is no trouble.
 */
static bool is_stuck(struct output *o)
{
    bool moved = o->taken != o->seen;

    o->seen = o->taken;
    return o->is_blocked && !moved;
}

static void complain_of_unknown(struct logger *l)
{
    uint64_t now = l->loop.now_ms;

    if (!l->drain.unknown ||
        (l->unknown_said_ms && now - l->unknown_said_ms < SAY_AGAIN_MS))
        return;
    log_at(LOG_ALERT, "%llu log lines for a log that is not open",
           (unsigned long long)l->drain.unknown);
    l->unknown_said_ms = now;
    l->drain.unknown = 0;
}

static void complain_of_strays(struct logger *l)
{
    struct drain *d = &l->drain;
    uint64_t now = l->loop.now_ms;

    paths_close(&d->paths); /* who moved a file away gets a new one */
    if (!d->strays ||
        (l->strays_said_ms && now - l->strays_said_ms < SAY_AGAIN_MS))
        return;
    log_errno(LOG_CRIT, d->stray_error,
              "%llu lines of access logs were lost: open() or write() \"%s\" "
              "failed",
              (unsigned long long)d->strays, d->stray_path);
    l->strays_said_ms = now;
    d->strays = 0;
}

static void look_after_outputs(struct logger *l)
{
    unsigned stuck = 0;

    for (unsigned i = 0; i < l->drain.outputs.count; i++) {
        struct output *o = &l->drain.outputs.list[i];

        if (o->is_blocked)
            retry(l, o);
        if (is_stuck(o)) {
            stuck++;
            complain(l, o);
        } else if (!o->is_blocked) {
            rejoice(o);
        }
    }
    slot_set(l->context->slot, COUNTER_logs_blocked, stuck);
    complain_of_unknown(l);
    complain_of_strays(l);
}

/* ---- what wakes it ---- */

static void rung(struct watcher *watcher, uint32_t events)
{
    struct logger *l = CONTAINER_OF(watcher, struct logger, doorbell);
    struct doorbell_heard heard;

    (void)events;
    doorbell_drain(l->context->doorbell, &heard);
    if (heard.sweep) {
        drain_all(&l->drain);
        return;
    }
    for (unsigned i = 0; i < DOORBELL_SLOTS; i++)
        if (doorbell_names(&heard, i))
            drain_slot(&l->drain, i);
}

static void note_usage(struct logger *l)
{
    struct slot *own = l->context->slot;
    struct timespec cpu;

    if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cpu) == 0) {
        uint64_t used =
            (uint64_t)cpu.tv_sec * 1000000 + (uint64_t)cpu.tv_nsec / 1000;
        uint64_t known = slot_own(own, COUNTER_cpu_us);

        if (used > known)
            slot_add(own, COUNTER_cpu_us, used - known);
    }
}

static void ticked(struct timer *timer)
{
    struct logger *l = CONTAINER_OF(timer, struct logger, tick);

    loop_timer_set(&l->loop, &l->tick, TICK_MS);
    logsink_refresh(&l->sink, l->context->conf);
    look_after_outputs(l);
    drain_all(&l->drain);
    note_usage(l);
}

static void swept(struct timer *timer)
{
    struct logger *l = CONTAINER_OF(timer, struct logger, sweep);

    loop_timer_set(&l->loop, &l->sweep, SWEEP_MS);
    drain_all(&l->drain);
}

/* Nobody ever writes there: it is readable when the last producer is gone. */
static void ended(struct watcher *watcher, uint32_t events)
{
    struct logger *l = CONTAINER_OF(watcher, struct logger, producers);

    (void)events;
    l->is_last = true;
}

/* ---- the table of outputs ---- */

static int stage(struct logger *l, const struct channel_message *message)
{
    if (message->serial != l->next_serial) {
        outputs_close(&l->next);
        l->next_serial = message->serial;
    }
    return outputs_add(&l->next, message->number, message->fd, message->text);
}

static void forget_outputs(struct logger *l)
{
    for (unsigned i = 0; i < l->drain.outputs.count; i++)
        if (l->drain.outputs.list[i].room.interest)
            loop_forget(&l->loop, &l->drain.outputs.list[i].room);
    outputs_close(&l->drain.outputs);
}

/* What was logged before goes to the old files as far as they take it. The old
 * descriptors are closed before the answer is sent. */
static int switch_outputs(struct logger *l,
                          const struct channel_message *message)
{
    if (message->serial != l->next_serial || l->next.count != message->count) {
        outputs_close(&l->next);
        return -EPROTO;
    }
    drain_all(&l->drain);
    paths_close(&l->drain.paths);
    forget_outputs(l);
    l->drain.outputs = l->next;
    l->next = (struct outputs){0};
    return 0;
}

static void obey(struct logger *l, const struct channel_message *message)
{
    int err;

    switch (message->verb) {
    case CHANNEL_LOG:
        err = stage(l, message);
        if (err < 0)
            close(message->fd); /* the count will not be right: -EPROTO */
        break;
    case CHANNEL_LOGS:
        err = switch_outputs(l, message);
        (void)channel_answer(l->context->channel, message->serial, err);
        drain_all(&l->drain);
        break;
    case CHANNEL_QUIT:
        l->is_replaced = true;
        break;
    default: /* it ends with its producers, whoever says what */
        break;
    }
}

static void spoken(struct watcher *watcher, uint32_t events)
{
    struct logger *l = CONTAINER_OF(watcher, struct logger, channel);
    struct channel_message message;
    int err;

    (void)events;
    do {
        err = channel_receive(l->context->channel, &message);
        if (err == 0)
            obey(l, &message);
    } while (err == 0 || err == -EPROTO);
    if (err != -EAGAIN)
        loop_forget(&l->loop, &l->channel); /* the master died */
}

/* ---- its life ---- */

static int watch(struct logger *l, struct watcher *watcher, int fd,
                 void (*ready)(struct watcher *, uint32_t))
{
    watcher->fd = fd;
    watcher->ready = ready;
    return fd < 0 ? 0 : loop_watch(&l->loop, watcher, LOOP_READ);
}

static int begin(struct logger *l)
{
    struct role_context *c = l->context;
    int err = loop_open(&l->loop, &loop_epoll);

    for (unsigned i = 0; err == 0 && i < c->log_count; i++)
        if (c->logs[i].fd >= 0)
            err = outputs_add(&l->drain.outputs, c->logs[i].number,
                              c->logs[i].fd, c->logs[i].path);
    if (err == 0)
        err = watch(l, &l->producers, c->producers, ended);
    if (err == 0)
        err = watch(l, &l->channel, c->channel, spoken);
    /* A queue that cannot be watched is none. */
    if (err == 0 && (c->doorbell == DOORBELL_NONE ||
                     watch(l, &l->doorbell, (int)c->doorbell, rung) < 0)) {
        l->sweep.expired = swept;
        loop_timer_set(&l->loop, &l->sweep, SWEEP_MS);
    }
    l->tick.expired = ticked;
    loop_timer_set(&l->loop, &l->tick, TICK_MS);
    return err;
}

static int serve(struct logger *l)
{
    int err = 0;

    slot_state_set(l->context->slot, SLOT_SERVING);
    role_report(l->context, 0, "");
    drain_all(&l->drain);
    while (err == 0 && !l->is_last && !l->is_replaced) {
        slot_heartbeat(l->context->slot, l->loop.now_ms);
        err = loop_turn(&l->loop, TICK_MS);
    }
    return err;
}

/* Nobody writes any more: what is there is all. A blocked output gets a moment.
 * What it does not take then is lost, unless the master died: its successor
 * takes the rings over. */
static void finish(struct logger *l)
{
    static const struct timespec pause = {.tv_nsec = SWEEP_MS * 1000000L};
    uint64_t before;

    drain_all(&l->drain);
    if (!l->is_last)
        return; /* what is left is the next one's */
    for (unsigned i = 0; i < LAST_TRIES && !drain_is_done(&l->drain); i++) {
        nanosleep(&pause, NULL);
        for (unsigned o = 0; o < l->drain.outputs.count; o++)
            if (l->drain.outputs.list[o].is_blocked)
                (void)drain_retry(&l->drain, &l->drain.outputs.list[o]);
        drain_all(&l->drain);
    }
    logsink_close(&l->sink); /* from here on there is only standard error */
    if (l->channel.interest == 0 || drain_is_done(&l->drain))
        return;
    before = slot_get(l->context->slot, COUNTER_log_dropped);
    drain_give_up(&l->drain);
    log_at(
        LOG_CRIT, "%llu log lines could not be written",
        (unsigned long long)(slot_get(l->context->slot, COUNTER_log_dropped) -
                             before));
}

static void close_all(struct logger *l)
{
    logsink_close(&l->sink);
    loop_close(&l->loop);
    outputs_close(&l->next);
    outputs_close(&l->drain.outputs);
    paths_close(&l->drain.paths);
}

int logger_run(struct role_context *context)
{
    struct logger *l = calloc(1, sizeof(*l));
    sigset_t all;
    int err = l ? 0 : -ENOMEM;

    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, NULL);
    if (l) {
        l->context = context;
        l->drain.board = context->board;
        l->drain.own = context->slot;
        l->drain.hostname = context->conf->resolved.hostname;
        l->drain.blocked = blocked;
        logsink_open(&l->sink, context->conf, context->board, context->slot,
                     context->doorbell);
        err = begin(l);
    }
    if (err < 0) {
        role_report(context, err, "the logger could not begin");
    } else {
        err = serve(l);
        finish(l);
    }
    if (l)
        close_all(l);
    free(l);
    return err < 0 ? 2 : 0;
}
