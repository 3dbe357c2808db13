/* spawn.c - how does a child begin, and with what? */
#include "master/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/log.h"
#include "ipc/channel.h"
#include "os/environment.h"
#include "os/privilege.h"

/* What is made for one child before its fork. */
struct birth {
    struct role_context context;
    int ready[2];
    int channel[2];
    struct logsink sink; /* of the child; lives as long as it does */
    bool is_silent;      /* a daemon's: whoever started it is not held up */
};

static void close_pair(int pair[2])
{
    for (int i = 0; i < 2; i++)
        if (pair[i] >= 0)
            close(pair[i]);
}

static void abandon(struct birth *b)
{
    close_pair(b->ready);
    close_pair(b->channel);
    free(b->context.listeners);
    free(b);
}

static int give_listeners(struct birth *b, const struct child *c)
{
    const struct sockets *s = &c->generation->sockets;
    unsigned workers = c->generation->workers;
    unsigned count = sockets_count_for(s, c->index, workers);

    b->context.listeners = calloc(count + 1, sizeof(struct role_listener));
    if (!b->context.listeners)
        return -ENOMEM;
    sockets_fill(s, c->index, workers, b->context.listeners);
    b->context.listener_count = count;
    return 0;
}

static void describe(struct birth *b, struct master *m, const struct child *c)
{
    bool is_logger = c->role->id == ROLE_LOGGER;
    const struct generation *g = c->generation ? c->generation : m->current;

    if (!g)
        g = m->change.candidate; /* the logger comes before the first one */
    b->context = (struct role_context){
        .role = c->role,
        .title = m->start->title,
        .conf = g->conf,
        .board = m->board,
        .slot = c->slot,
        .ledger = &c->ledger,
        .index = c->index,
        .channel = b->channel[1],
        .lifeline = m->lifeline[0],
        .ready = b->ready[1],
        .doorbell = m->doorbell,
        .producers = m->producers[is_logger ? 0 : 1],
        .logs = is_logger ? m->logs.table : NULL,
        .log_count = is_logger ? m->logs.count : 0,
        .stdout_fd = is_logger ? m->logs.stdout_fd : -1,
        .stderr_fd = is_logger ? m->logs.stderr_fd : -1,
    };
}

static int prepare(struct birth *b, struct master *m, struct child *c)
{
    int err;

    b->ready[0] = b->ready[1] = b->channel[0] = b->channel[1] = -1;
    if (pipe2(b->ready, O_CLOEXEC) < 0)
        return -errno;
    fcntl(b->ready[0], F_SETFL, O_NONBLOCK);
    err = channel_open(b->channel);
    if (err < 0)
        return err;
    err = zonetable_give_ledger(c);
    if (err < 0)
        return err;
    describe(b, m, c);
    b->is_silent = m->is_daemon;
    return c->role->many == ROLE_PER_WORKER ? give_listeners(b, c) : 0;
}

/* Everything that the context names and nothing else. */
static int keep_descriptors(struct role_context *x)
{
    size_t most = 8 + x->listener_count + x->log_count;
    int **kept = calloc(most, sizeof(int *));
    size_t n = 0;
    int err;

    if (!kept)
        return -ENOMEM;
    kept[n++] = &x->channel;
    kept[n++] = &x->lifeline;
    kept[n++] = &x->ready;
    kept[n++] = &x->doorbell;
    kept[n++] = &x->producers;
    kept[n++] = &x->stdout_fd;
    kept[n++] = &x->stderr_fd;
    for (unsigned i = 0; i < x->listener_count; i++)
        kept[n++] = &x->listeners[i].fd;
    for (unsigned i = 0; i < x->log_count; i++)
        kept[n++] = &x->logs[i].fd;
    err = process_keep_only(kept, n);
    free(kept);
    return err;
}

static void warn_limit(const char *name, uint64_t value, int err)
{
    if (err < 0)
        log_errno(LOG_WARN, err, "setrlimit(%s, %llu) failed", name,
                  (unsigned long long)value);
}

/* Before the user changes: raising a hard limit takes root. */
static void set_limits(const struct conf *conf)
{
    const struct conf_number *files = &conf->main.worker_rlimit_nofile;
    const struct conf_number *core = &conf->main.worker_rlimit_core;

    if (files->value != 0)
        warn_limit("RLIMIT_NOFILE", files->value,
                   privilege_limit(RLIMIT_NOFILE, files->value));
    if (place_is_set(core->place))
        warn_limit("RLIMIT_CORE", core->value,
                   privilege_limit(RLIMIT_CORE, core->value));
}

static void warn_of(const char *what, int err)
{
    if (err < 0)
        log_errno(LOG_WARN, err, "%s failed", what);
}

/* Before the user changes as well: so does raising a priority. */
static void place_worker(const struct role_context *x)
{
    const struct conf_affinity *a = &x->conf->main.worker_cpu_affinity;
    const struct conf_choice *nice = &x->conf->main.worker_priority;
    struct str mask = {0};

    if (a->count > 0)
        mask = a->masks[x->index < a->count ? x->index : a->count - 1];
    if (place_is_set(a->place))
        warn_of("sched_setaffinity()",
                a->is_auto ? environment_bind_one(mask, x->index)
                           : environment_bind(mask));
    if (place_is_set(nice->place))
        warn_of("setpriority()", environment_priority(nice->value));
}

static int surround(const struct role_context *x)
{
    const struct main_settings *main = &x->conf->main;

    if (main->working_directory.text.len > 0 &&
        chdir(main->working_directory.text.at) < 0)
        return -errno;
    return environment_set(&main->env);
}

static int give_up_rights(const struct conf *conf)
{
    const struct conf_resolved *who = &conf->resolved;
    int err = 0;

    if (who->drops_privileges) {
        err = privilege_drop(who->user, who->group, who->user_name.at);
        privilege_allow_core();
    }
    return err < 0 ? err : privilege_seal();
}

static ATTR_NORETURN void fail(struct role_context *x, const char *what,
                               int err)
{
    char why[160];

    snprintf(why, sizeof(why), "%s failed (%d: %s)", what, -err,
             strerror(-err));
    role_report(x, err, why);
    _exit(2);
}

static ATTR_NORETURN void live(struct birth *b)
{
    struct role_context *x = &b->context;
    int err;

    slot_begin(x->slot, getpid());
    if (b->is_silent)
        process_silence();
    err = keep_descriptors(x);
    if (err < 0)
        fail(x, "close_range()", err);
    logsink_open(&b->sink, x->conf, x->board, x->slot, x->doorbell);
    role_title(x, "");
    set_limits(x->conf);
    if (x->role->many == ROLE_PER_WORKER)
        place_worker(x);
    err = give_up_rights(x->conf);
    if (err < 0)
        fail(x, "giving up privileges", err);
    err = surround(x);
    if (err < 0)
        fail(x, "working_directory or env", err);
    exit(x->role->run(x));
}

static void adopt(struct child *c, struct birth *b, pid_t pid)
{
    c->pid = pid;
    c->ready.fd = b->ready[0];
    c->channel.fd = b->channel[0];
    b->ready[0] = -1;
    b->channel[0] = -1;
    c->why[0] = '\0';
    slot_begin(c->slot, pid);
}

int spawn_child(struct master *m, struct child *c)
{
    struct birth *b = calloc(1, sizeof(*b));
    int err = b ? prepare(b, m, c) : -ENOMEM;
    pid_t pid;

    if (!b)
        return err;
    if (err == 0) {
        fflush(NULL); /* or the child writes it once more */
        pid = fork();
        if (pid == 0)
            live(b);
        if (pid < 0)
            err = -errno;
        else
            adopt(c, b, pid);
    }
    abandon(b);
    return err;
}
