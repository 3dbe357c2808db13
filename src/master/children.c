/* children.c - which processes are there, and what happens to them? */
#include "master/children.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "ipc/channel.h"
#include "ipc/doorbell.h"
#include "master/logtable.h"
#include "master/obituary.h"
#include "master/reload.h"
#include "master/spawn.h"
#include "master/stats.h"

enum {
    BUSY_PAUSE_MS = 10, /* while a child holds the structure */
    LAST_LOGGERS = 4,   /* that may die while prong stops */
};

static bool is_candidate(const struct child *c)
{
    return c->generation && c->generation == c->master->change.candidate;
}

static enum child_action next_of(const struct child *c)
{
    const struct master *m = c->master;

    return child_next(&c->life, m->current ? m->current->number : 0,
                      master_now(m));
}

static struct child *free_row(struct master *m)
{
    for (unsigned i = 0; i < MASTER_CHILDREN; i++)
        if (!m->children[i].role)
            return &m->children[i];
    return NULL;
}

static unsigned free_rows(const struct master *m)
{
    unsigned count = 0;

    for (unsigned i = 0; i < MASTER_CHILDREN; i++)
        count += m->children[i].role == NULL;
    return count;
}

int children_add(struct master *m, enum role_id role, struct generation *g,
                 unsigned index, unsigned count)
{
    if (free_rows(m) < count)
        return -EUSERS;
    for (unsigned i = index; i < index + count; i++) {
        struct child *c = free_row(m);

        *c = (struct child){.master = m,
                            .role = &m->start->roles[role],
                            .generation = g,
                            .index = i};
        c->life.generation = g ? g->number : 0;
        c->life.deadline = master_now(m);
        c->ready.fd = -1;
        c->channel.fd = -1;
        if (g)
            g->children++;
    }
    return 0;
}

struct child *children_logger(struct master *m)
{
    for (unsigned i = 0; i < MASTER_CHILDREN; i++)
        if (m->children[i].role && m->children[i].role->id == ROLE_LOGGER)
            return &m->children[i];
    return NULL;
}

unsigned children_count(const struct master *m, enum role_id role)
{
    unsigned count = 0;

    for (unsigned i = 0; i < MASTER_CHILDREN; i++) {
        const struct child *c = &m->children[i];

        count += c->role && c->pid != 0 &&
                 (role == ROLE_COUNT || c->role->id == role);
    }
    return count;
}

bool children_are_ready(const struct master *m, const struct generation *g)
{
    for (unsigned i = 0; i < MASTER_CHILDREN; i++) {
        const struct child *c = &m->children[i];

        if (!c->role || (c->generation && c->generation != g))
            continue;
        if (c->life.state != CHILD_READY && (c->generation || !m->current))
            return false;
    }
    return true;
}

static void close_watcher(struct child *c, struct watcher *w)
{
    if (w->fd < 0)
        return;
    loop_forget(&c->master->loop, w);
    close(w->fd);
    w->fd = -1;
}

/* ---- what a child says ---- */

static void became_ready(struct child *c)
{
    c->life.state = CHILD_READY;
    c->life.ready_at = master_now(c->master);
    slot_state_set(c->slot, SLOT_SERVING);
    if (c->role->id == ROLE_LOGGER)
        logtable_renewed(c->master);
    reload_child_ready(c->master);
}

static void refused(struct child *c, struct role_ready *record)
{
    record->why[sizeof(record->why) - 1] = '\0';
    snprintf(c->why, sizeof(c->why), "%s", record->why);
    if (c->life.state == CHILD_STARTING)
        log_at(is_candidate(c) ? LOG_EMERG : LOG_CRIT,
               "%s %ld cannot serve: %s", c->role->title, (long)c->pid, c->why);
}

/* The record may be found after the end of who wrote it: then only a refusal
 * still counts. */
static void hear_ready(struct child *c, bool has_ended)
{
    struct role_ready record;
    ssize_t got = read(c->ready.fd, &record, sizeof(record));

    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    close_watcher(c, &c->ready);
    if (got != (ssize_t)sizeof(record))
        return;
    if (record.error != 0)
        refused(c, &record);
    else if (!has_ended && c->life.state == CHILD_STARTING)
        became_ready(c);
}

static void read_ready(struct watcher *w, uint32_t events)
{
    (void)events;
    hear_ready(CONTAINER_OF(w, struct child, ready), false);
}

static void obey(struct child *c, const struct channel_message *message)
{
    switch (message->verb) {
    case CHANNEL_DONE:
        if (c->role->id == ROLE_LOGGER)
            logtable_answered(c->master, message->serial, message->result);
        break;
    case CHANNEL_REOPEN:
        logtable_reopen(c->master, COMMAND_BY_SIGNAL);
        break;
    default:
        break;
    }
    if (message->fd >= 0)
        close(message->fd); /* nobody is asked for one */
}

static void read_channel(struct watcher *w, uint32_t events)
{
    enum { MOST_A_TURN = 16 };
    struct child *c = CONTAINER_OF(w, struct child, channel);
    struct channel_message message;
    int err = 0;

    if ((events & LOOP_WRITE) != 0 && c->role->id == ROLE_LOGGER)
        logtable_continue(c->master);
    for (int i = 0; i < MOST_A_TURN && w->fd >= 0; i++) {
        err = channel_receive(w->fd, &message);
        if (err == -EAGAIN)
            return;
        if (err == 0)
            obey(c, &message);
        else if (err != -EPROTO)
            close_watcher(c, w);
    }
}

/* ---- start ---- */

static int take_slot(struct child *c)
{
    struct master *m = c->master;

    if (c->slot) {
        scoreboard_renew(m->board, c->slot, c->life.generation, master_now(m));
        m->section->respawns++;
        return 0;
    }
    return scoreboard_claim(m->board, c->role->id, c->life.generation,
                            master_now(m), &c->slot);
}

static void could_not_start(struct child *c, const char *what, int err)
{
    struct master *m = c->master;
    char why[128];

    snprintf(why, sizeof(why), "%s while spawning \"%s\" (%d: %s)", what,
             c->role->title, -err, strerror(-err));
    log_at(is_candidate(c) ? LOG_EMERG : LOG_CRIT, "%s", why);
    c->life.failures++;
    c->life.deadline = master_now(m) + child_pause(c->life.failures);
    if (c->slot)
        slot_state_set(c->slot, SLOT_WAITING);
    if (is_candidate(c) || !m->current)
        reload_fail(m, why);
}

static void watch_child(struct child *c)
{
    struct loop *loop = &c->master->loop;

    c->ready.ready = read_ready;
    c->channel.ready = read_channel;
    if (loop_watch(loop, &c->ready, LOOP_READ) < 0)
        close_watcher(c, &c->ready);
    if (loop_watch(loop, &c->channel, LOOP_READ) < 0)
        close_watcher(c, &c->channel);
}

static void start(struct child *c)
{
    uint64_t now = master_now(c->master);
    int err = take_slot(c);

    if (err == -EAGAIN) {
        c->life.deadline = now + BUSY_PAUSE_MS;
        return;
    }
    if (err < 0) {
        could_not_start(
            c, err == -EUSERS ? "no slot is left" : "no memory for a slot",
            err);
        return;
    }
    err = spawn_child(c->master, c);
    if (err < 0) {
        could_not_start(c, "fork() failed", err);
        return;
    }
    c->life.state = CHILD_STARTING;
    c->life.deadline = now + CHILD_START_MS;
    watch_child(c);
    c->master->has_forked = true;
    log_at(LOG_NOTICE, "start %s %ld", c->role->title, (long)c->pid);
}

/* ---- end ---- */

/* On its channel, for a signal could get lost: the terminal's, which a child
 * ignores, and ours become one if the first was not read yet. The logger takes
 * no signal at all. */
static void tell(struct child *c, enum channel_verb verb)
{
    struct channel_message message = {.verb = verb, .fd = -1};

    if (c->channel.fd >= 0 && channel_send(c->channel.fd, &message) == 0)
        return;
    kill(c->pid, c->role->id == ROLE_LOGGER ? SIGKILL
                 : verb == CHANNEL_QUIT     ? SIGQUIT
                                            : SIGTERM);
}

static uint64_t drain_deadline(const struct child *c)
{
    enum { GRACE_MS = 5000 };
    const struct conf *conf = c->generation ? c->generation->conf : NULL;

    if (!conf)
        return master_now(c->master) + GRACE_MS;
    if (conf->main.worker_shutdown_timeout.value == 0)
        return 0;
    /* The worker itself cuts what is left by then and counts it. */
    return master_now(c->master) + conf->main.worker_shutdown_timeout.value +
           GRACE_MS;
}

/* One that is not READY has nothing to finish, and may hang. */
static void drain(struct child *c)
{
    bool has_begun = c->life.state == CHILD_READY;

    tell(c, has_begun ? CHANNEL_QUIT : CHANNEL_STOP);
    c->life.deadline =
        has_begun ? drain_deadline(c) : master_now(c->master) + CHILD_STOP_MS;
    c->life.state = CHILD_DRAINING;
    slot_state_set(c->slot, SLOT_DRAINING);
}

void children_replace_logger(struct master *m)
{
    struct child *c = children_logger(m);

    if (c && c->pid != 0 && c->life.state != CHILD_KILLED)
        drain(c); /* it stays wanted: another one follows */
}

static void kill_child(struct child *c)
{
    log_at(LOG_WARN, "%s %ld %s: killed", c->role->title, (long)c->pid,
           c->life.state == CHILD_STARTING ? "did not become ready in time"
                                           : "did not end in time");
    if (c->life.state == CHILD_STARTING && c->why[0] == '\0')
        snprintf(c->why, sizeof(c->why), "not ready in time");
    kill(c->pid, SIGKILL);
    c->life.state = CHILD_KILLED;
}

static void forget(struct child *c)
{
    struct generation *g = c->generation;
    struct master *m = c->master;

    if (c->slot)
        scoreboard_release(m->board, c->slot);
    tally_ledger_close(&c->ledger);
    *c = (struct child){0};
    if (g) {
        g->children--;
        reload_generation_shrank(m, g);
    }
}

/* The logger of a stop ends when all is written. One that died instead gets a
 * successor, which finds the rest. */
static void last_logger_died(struct child *c, int status)
{
    bool is_done = WIFEXITED(status) && WEXITSTATUS(status) == 0;

    if (is_done || ++c->master->last_loggers == LAST_LOGGERS)
        c->life.is_unwanted = true;
}

static void died(struct child *c, int status)
{
    struct master *m = c->master;
    struct child_end end = {
        .status = status,
        .at = master_now(m),
        .has_answered = slot_own(c->slot, COUNTER_requests) > 0,
    };
    bool was_candidate = is_candidate(c);

    if (c->ready.fd >= 0)
        hear_ready(c, true);
    obituary_write(m, c, &end);
    scoreboard_repair(m->board, c->pid);
    zonetable_reap(c);
    doorbell_ring(m->doorbell, DOORBELL_CRASH,
                  scoreboard_number(m->board, c->slot));
    close_watcher(c, &c->ready);
    close_watcher(c, &c->channel);
    child_ended(&c->life, &end);
    c->pid = 0;
    if (c->role->id == ROLE_LOGGER && m->producers[1] < 0)
        last_logger_died(c, status);
    if (next_of(c) == CHILD_KEEP)
        slot_state_set(c->slot, SLOT_WAITING);
    if (was_candidate || !m->current)
        reload_child_failed(m, c, status);
}

void children_reap(struct master *m)
{
    int status;
    pid_t pid;

    /* SIGCHLD coalesces: until none is left. Children that nobody knows came
     * with being PID 1. */
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        for (unsigned i = 0; i < MASTER_CHILDREN; i++) {
            struct child *c = &m->children[i];

            if (c->role && c->pid == pid) {
                died(c, status);
                break;
            }
        }
    }
}

void children_dismiss(struct master *m, const struct generation *g,
                      unsigned index)
{
    for (unsigned i = 0; i < MASTER_CHILDREN; i++) {
        struct child *c = &m->children[i];

        if (c->role && c->generation == g && c->index >= index)
            c->life.is_unwanted = true;
    }
}

void children_end_all(struct master *m, bool at_once)
{
    for (unsigned i = 0; i < MASTER_CHILDREN; i++) {
        struct child *c = &m->children[i];

        if (!c->role || c->role->id == ROLE_LOGGER)
            continue;
        c->life.is_unwanted = true;
        if (!at_once || c->pid == 0 || c->life.state == CHILD_KILLED)
            continue;
        tell(c, CHANNEL_STOP);
        c->life.state = CHILD_DRAINING;
        c->life.deadline = master_now(m) + CHILD_STOP_MS;
    }
}

/* ---- what is due ---- */

static void act(struct child *c)
{
    switch (next_of(c)) {
    case CHILD_KEEP:
        break;
    case CHILD_START:
        start(c);
        break;
    case CHILD_DRAIN:
        drain(c);
        break;
    case CHILD_KILL:
        kill_child(c);
        break;
    case CHILD_FORGET:
        forget(c);
        break;
    }
}

void children_supervise(struct master *m)
{
    uint64_t now = master_now(m);
    uint64_t due = UINT64_MAX;

    for (unsigned i = 0; i < MASTER_CHILDREN; i++)
        if (m->children[i].role)
            act(&m->children[i]);
    if (m->has_forked)
        stats_part(m);
    m->has_forked = false;
    for (unsigned i = 0; i < MASTER_CHILDREN; i++)
        if (m->children[i].role && child_due(&m->children[i].life) < due)
            due = child_due(&m->children[i].life);
    if (due == UINT64_MAX)
        loop_timer_cancel(&m->loop, &m->alarm);
    else
        loop_timer_set(&m->loop, &m->alarm, due > now ? due - now : 1);
}
