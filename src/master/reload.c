/* reload.c - how does the master get from one configuration to the next? */
#include "master/reload.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "base/log.h"
#include "ipc/doorbell.h"
#include "master/children.h"
#include "master/control.h"
#include "master/logtable.h"
#include "master/places.h"
#include "net/holder.h"

enum { PORT_RETRY_MS = 50, PORT_PATIENCE_MS = 10000, LOGS_GRACE_MS = 3000 };

static struct generation *generation_new(struct master *m, struct conf *conf)
{
    struct generation *g = calloc(1, sizeof(*g));

    if (!g)
        return NULL;
    g->number = (m->current ? m->current->number : 0) + 1;
    g->conf = conf;
    g->workers = conf->resolved.workers;
    g->next = m->generations;
    m->generations = g;
    conf->generation = (uint32_t)g->number;
    return g;
}

static void generation_free(struct master *m, struct generation *g)
{
    struct generation **at = &m->generations;

    while (*at && *at != g)
        at = &(*at)->next;
    if (*at)
        *at = g->next;
    zonetable_sweep(m);
    conf_free(g->conf);
    free(g);
}

static unsigned draining(const struct master *m)
{
    unsigned count = 0;

    for (const struct generation *g = m->generations; g; g = g->next)
        count += g->drain_since != 0 && !g->is_cancelled;
    return count;
}

/* The section's rows follow the list. */
static void show_generations(struct master *m)
{
    struct section *s = m->section;
    unsigned row = 0;

    memset(s->generations, 0, sizeof(s->generations));
    for (const struct generation *g = m->generations; g; g = g->next)
        if (g->drain_since != 0 && !g->is_cancelled &&
            row < SECTION_GENERATIONS)
            s->generations[row++] = (struct section_generation){
                .number = g->number, .since_ms = g->drain_since};
}

/* ---- the end of it, one way or the other ---- */

static void tell_verdict(struct master *m, int error, const char *why)
{
    struct command command = {.verb = COMMAND_RELOAD, .by = m->change.by};
    struct section *s = m->section;

    if (error != 0 && why[0] == '\0')
        why = "out of memory"; /* the one reason that nobody words */
    if (error == 0)
        s->reloads_ok++;
    else
        s->reloads_failed++;
    if (error == 0)
        s->health &= ~(uint32_t)SECTION_RELOAD_FAILED;
    else
        s->health |= SECTION_RELOAD_FAILED;
    s->reload.generation = m->current ? (uint32_t)m->current->number : 0;
    section_end(&s->reload, error, str_of(why));
    control_result(m, &command, error == 0 ? "ok" : "failed", str_of(why));
}

static void begin_again(struct master *m)
{
    if (m->change.is_wanted_again && m->change.phase == CHANGE_NONE &&
        m->stopping == STOPPING_NOT && draining(m) < MASTER_DRAINING_MAX) {
        m->change.is_wanted_again = false;
        reload_begin(m, m->change.again_by);
    }
}

static void forget_change(struct master *m)
{
    m->change.phase = CHANGE_NONE;
    m->change.candidate = NULL;
    m->change.moves_control = false;
    m->change.moves_stats = false;
    loop_timer_cancel(&m->loop, &m->retry);
}

static void cancel_candidate(struct master *m)
{
    struct generation *g = m->change.candidate;

    if (!g)
        return;
    g->is_cancelled = true;
    children_dismiss(m, g, 0);
    sockets_cancel(&g->sockets);
    if (g->children == 0)
        generation_free(m, g);
}

/* The candidate stays, for the logger still has to write down why. */
static void give_up_start(struct master *m)
{
    struct generation *g = m->change.candidate;

    if (g) {
        children_dismiss(m, g, 0);
        sockets_cancel(&g->sockets);
    }
    m->change.phase = CHANGE_NONE;
    loop_timer_cancel(&m->loop, &m->retry);
    if (m->stopping == STOPPING_NOT)
        m->status = 1;
    master_stop(m, STOPPING_STOP);
}

void reload_fail(struct master *m, const char *why)
{
    bool is_first = m->current == NULL;

    if (m->change.phase == CHANGE_NONE)
        return;
    places_cancel(m);
    if (is_first) {
        give_up_start(m);
        return;
    }
    logs_cancel(&m->logs);
    cancel_candidate(m);
    forget_change(m);
    logtable_send(m); /* without what was added for it */
    tell_verdict(m, -EINVAL, why);
    begin_again(m);
}

/* ---- commit ---- */

static void begin_drain(struct master *m, struct generation *old)
{
    old->drain_since = master_now(m);
    log_at(LOG_NOTICE, "generation %llu drains",
           (unsigned long long)old->number);
    if (old->children == 0)
        reload_generation_shrank(m, old);
}

static void show_commit(struct master *m, const struct generation *g)
{
    struct section *s = m->section;

    s->generation = g->number;
    s->workers = g->workers;
    s->configured = g->conf->resolved.workers;
    s->connections_max = g->workers * g->conf->main.worker_connections.value;
    section_text(s->conf, sizeof(s->conf), g->conf->file);
    scoreboard_log_level_set(m->board, LOG_STDERR); /* as configured */
    voice_refresh(&m->voice, g->conf);
    show_generations(m);
}

static bool user_changed(const struct generation *old,
                         const struct generation *new)
{
    return old->conf->resolved.user != new->conf->resolved.user ||
           old->conf->resolved.group != new->conf->resolved.group;
}

static void commit(struct master *m)
{
    struct generation *g = m->change.candidate;
    struct generation *old = m->current;
    struct sockets none = {0};

    m->current = g;
    sockets_commit(&g->sockets, g->conf, old ? &old->sockets : &none);
    logs_settle(&m->logs);
    places_commit(m);
    m->keeps_no_workers = false;
    show_commit(m, g);
    doorbell_ring(m->doorbell, DOORBELL_RELOAD, 0);
    forget_change(m);
    if (!old) {
        places_announce(m);
        return;
    }
    if (user_changed(old, g))
        children_replace_logger(m);
    begin_drain(m, old);
    show_generations(m);
    log_at(LOG_NOTICE, "generation %llu serves", (unsigned long long)g->number);
    tell_verdict(m, 0, "");
    begin_again(m);
}

void reload_child_ready(struct master *m)
{
    if (m->change.phase == CHANGE_STARTING &&
        children_are_ready(m, m->change.candidate))
        commit(m);
}

void reload_child_failed(struct master *m, const struct child *c, int status)
{
    char why[300];

    if (c->why[0] != '\0')
        snprintf(why, sizeof(why), "%s: %s", c->role->title, c->why);
    else if (WIFSIGNALED(status))
        snprintf(why, sizeof(why), "%s died on signal %d before it was ready",
                 c->role->title, WTERMSIG(status));
    else
        snprintf(why, sizeof(why), "%s exited with %d before it was ready",
                 c->role->title, WEXITSTATUS(status));
    if (m->change.phase != CHANGE_NONE)
        log_at(LOG_EMERG, "%s", why);
    reload_fail(m, why);
}

void reload_generation_shrank(struct master *m, struct generation *g)
{
    if (g->children > 0 || g == m->current || g == m->change.candidate)
        return;
    if (!g->is_cancelled)
        log_at(LOG_NOTICE, "generation %llu has ended",
               (unsigned long long)g->number);
    generation_free(m, g);
    show_generations(m);
    /* Its last lines may still be on their way. */
    m->sweep_logs_ms = master_now(m) + LOGS_GRACE_MS;
    begin_again(m);
}

/* ---- the way there ---- */

static void start_children(struct master *m)
{
    struct generation *g = m->change.candidate;

    m->change.phase = CHANGE_STARTING;
    if (children_add(m, ROLE_WORKER, g, 0, g->workers) == 0)
        return;
    log_at(LOG_EMERG, "no slot is left for %u workers", g->workers);
    reload_fail(m, m->voice.reason);
}

/* A port that a process of the dead master's family still holds is going to be
 * free: those workers end by themselves. */
static bool is_held_by_orphans(struct master *m,
                               const struct sockets_failure *failure)
{
    struct holder holder;

    if (!failure->wanted || failure->why.err != EADDRINUSE ||
        scoreboard_orphans(m->board) == 0)
        return false;
    return holder_find(&failure->wanted->address, &holder) == 0 &&
           scoreboard_is_orphan(m->board, holder.pid);
}

static void wait_for_port(struct master *m)
{
    if (!m->change.has_said_wait)
        log_at(LOG_WARN, "waiting for the workers of a master that died to "
                         "let go of their ports");
    m->change.has_said_wait = true;
    loop_timer_set(&m->loop, &m->retry, PORT_RETRY_MS);
}

static void explain_port(const struct sockets_failure *failure)
{
    char memory[512];
    struct buf text = buf_over(memory, sizeof(memory));

    if (failure->wanted)
        listener_explain(&text, failure->wanted, &failure->why);
    else
        buf_put(&text, STR("no memory for the listening sockets"));
    log_at(LOG_EMERG, "%.*s", STR_ARG(buf_str(&text)));
}

static void open_sockets(struct master *m)
{
    struct generation *g = m->change.candidate;
    struct sockets_failure failure;
    int err =
        sockets_open(&g->sockets, m->current ? &m->current->sockets : NULL,
                     g->conf, &failure);

    if (err == 0) {
        start_children(m);
        return;
    }
    if (is_held_by_orphans(m, &failure) &&
        master_now(m) < m->change.give_up_ms) {
        wait_for_port(m);
        return;
    }
    explain_port(&failure);
    reload_fail(m, m->voice.reason);
}

static void retry(struct timer *timer)
{
    struct master *m = CONTAINER_OF(timer, struct master, retry);

    scoreboard_tick(m->board, master_now(m));
    open_sockets(m);
}

/* The conf is the candidate's from here on, whatever happens. */
static void enter(struct master *m, struct conf *conf)
{
    m->change.phase = CHANGE_OPENING;
    m->change.candidate = generation_new(m, conf);
    m->change.give_up_ms = master_now(m) + PORT_PATIENCE_MS;
    m->change.has_said_wait = false;
    m->retry.expired = retry;
    if (!m->change.candidate) {
        conf_free(conf);
        log_at(LOG_EMERG, "no memory for a generation");
    } else if (zonetable_map(&m->zones, conf) == 0 &&
               logs_add(&m->logs, conf) == 0 && places_prepare(m) == 0) {
        if (m->current)
            logtable_send(m);
        open_sockets(m);
        return;
    }
    reload_fail(m, m->voice.reason);
}

void reload_first(struct master *m)
{
    voice_listen(&m->voice);
    m->change.by = COMMAND_BY_SIGNAL;
    enter(m, m->start->conf);
}

static struct conf *read_configuration(struct master *m)
{
    struct conf *conf = NULL;

    if (conf_load(&conf, m->start->request) < 0)
        return NULL;
    if (places_keep(m, conf) == 0 && conf_resolve(conf, m->start->lookups) == 0)
        return conf;
    conf_free(conf);
    return NULL;
}

void reload_begin(struct master *m, enum command_origin by)
{
    struct conf *conf;

    if (m->change.phase != CHANGE_NONE || draining(m) >= MASTER_DRAINING_MAX) {
        if (m->change.phase == CHANGE_NONE)
            log_at(LOG_WARN,
                   "%u generations drain: the reload waits until "
                   "one of them has ended",
                   draining(m));
        m->change.is_wanted_again = true;
        m->change.again_by = by;
        return;
    }
    m->change.by = by;
    section_begin(&m->section->reload);
    scoreboard_publish(m->board);
    voice_listen(&m->voice);
    conf = read_configuration(m);
    loop_clock(&m->loop); /* reading took its time */
    if (!conf) {
        tell_verdict(m, -EINVAL, m->voice.reason);
        return;
    }
    enter(m, conf);
}

void reload_close(struct master *m)
{
    while (m->generations) {
        sockets_close(&m->generations->sockets);
        generation_free(m, m->generations);
    }
    m->current = NULL;
}
