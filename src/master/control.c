/* control.c - what does the operator want? */
#include "master/control.h"

#include <errno.h>
#include <string.h>
#include <sys/inotify.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "master/children.h"
#include "master/logtable.h"
#include "master/reload.h"
#include "master/stats.h"

enum {
    READS_A_TURN = 16,
    WORKERS_MAX = 128, /* so that a reload has room for as many */
};

/* ---- what became of a command ---- */

static void keep_result(struct master *m, struct str text, const char *by,
                        const char *result, struct str why)
{
    struct section_command row = {.time = (int64_t)time(NULL)};

    section_text(row.verb, sizeof(row.verb), text);
    section_text(row.by, sizeof(row.by), str_of(by));
    section_text(row.result, sizeof(row.result), str_of(result));
    section_text(row.why, sizeof(row.why), why);
    section_command(m->section, &row);
    scoreboard_publish(m->board);
}

void control_result(struct master *m, const struct command *command,
                    const char *result, struct str why)
{
    char memory[64];
    struct buf text = buf_over(memory, sizeof(memory));
    const char *by = command_origin_name(command->by);
    bool is_good = strcmp(result, "ok") == 0;

    command_print(&text, command);
    voice_insist(&m->voice, is_good ? LOG_NOTICE : LOG_ERROR,
                 "command \"%.*s\" by %s: %s%s%.*s", STR_ARG(buf_str(&text)),
                 by, result, why.len > 0 ? ": " : "", STR_ARG(why));
    keep_result(m, buf_str(&text), by, result, why);
}

/* ---- verbs ---- */

static void obey_stop(struct master *m, const struct command *command)
{
    bool is_graceful = command->verb == COMMAND_QUIT;

    control_result(m, command, "ok", (struct str){0});
    master_stop(m, is_graceful && m->stopping == STOPPING_NOT ? STOPPING_QUIT
                                                              : STOPPING_STOP);
}

static void refuse(struct master *m, const struct command *command,
                   const char *why)
{
    control_result(m, command, "refused", str_of(why));
}

static int change_workers(struct master *m, unsigned wanted)
{
    struct generation *g = m->current;
    struct sockets_failure failure;
    unsigned before = g->workers;
    int err;

    if (wanted < before) {
        children_dismiss(m, g, wanted);
        g->workers = wanted;
        sockets_shrink(&g->sockets, g->conf, wanted);
        return 0;
    }
    err = sockets_grow(&g->sockets, g->conf, wanted, &failure);
    if (err == 0)
        err = children_add(m, ROLE_WORKER, g, before, wanted - before);
    if (err == 0)
        g->workers = wanted;
    return err;
}

static void obey_workers(struct master *m, const struct command *command)
{
    int64_t wanted = command->amount;
    int err;

    if (!m->current || m->keeps_no_workers) {
        refuse(m, command, "there are no workers to change");
        return;
    }
    if (command->is_relative)
        wanted += m->current->workers;
    if (wanted < 1 || wanted > WORKERS_MAX) {
        refuse(m, command, "there can be 1 to 128 workers");
        return;
    }
    err = change_workers(m, (unsigned)wanted);
    m->section->workers = m->current->workers;
    m->section->connections_max =
        m->current->workers * m->current->conf->main.worker_connections.value;
    if (err < 0)
        control_result(m, command, "failed", str_of(strerror(-err)));
    else
        control_result(m, command, "ok", (struct str){0});
}

static void obey_log(struct master *m, const struct command *command)
{
    scoreboard_log_level_set(m->board, command->level);
    if (m->current)
        voice_refresh(&m->voice, m->current->conf);
    control_result(m, command, "ok", (struct str){0});
}

void control_obey(struct master *m, const struct command *command)
{
    if (m->stopping != STOPPING_NOT && command->verb != COMMAND_STOP &&
        command->verb != COMMAND_QUIT && command->verb != COMMAND_PING) {
        refuse(m, command, "prong is stopping");
        return;
    }
    switch (command->verb) {
    case COMMAND_STOP:
    case COMMAND_QUIT:
        obey_stop(m, command);
        break;
    case COMMAND_RELOAD:
        reload_begin(m, command->by);
        break;
    case COMMAND_REOPEN:
        logtable_reopen(m, command->by);
        break;
    case COMMAND_WORKERS:
        obey_workers(m, command);
        break;
    case COMMAND_LOG:
        obey_log(m, command);
        break;
    case COMMAND_PING:
        control_result(m, command, "ok", (struct str){0});
        break;
    case COMMAND_COUNT:
        break;
    }
}

/* ---- the control FIFO ---- */

struct hearing {
    struct linecut_taker taker;
    struct master *master;
};

static void refuse_line(struct master *m, struct str line, struct str why)
{
    voice_insist(&m->voice, LOG_ERROR, "control FIFO: %.*s", STR_ARG(why));
    keep_result(m, line, "fifo", "refused", why);
}

static void hear(struct linecut_taker *taker, struct str line,
                 enum linecut_kind kind)
{
    struct master *m = CONTAINER_OF(taker, struct hearing, taker)->master;
    char memory[512];
    struct buf why = buf_over(memory, sizeof(memory));
    struct command command;

    if (kind == LINECUT_OVERLONG) {
        buf_put(&why, STR("a line of more than 4096 bytes begins with \""));
        buf_put_escaped(&why, (struct str){line.at, 60});
        buf_put(&why, STR("...\""));
    } else if (command_parse(&command, line, &why)) {
        command.by = COMMAND_BY_FIFO;
        control_obey(m, &command);
        return;
    }
    if (why.len > 0)
        refuse_line(m, line, buf_str(&why));
}

/* Edge-triggered: read until nothing is left, but for a flood, which waits for
 * the next turn. */
static void read_control(struct watcher *w, uint32_t events)
{
    struct master *m = CONTAINER_OF(w, struct master, control_watcher);
    struct hearing hearing = {{hear}, m};
    char bytes[PIPE_BUF];

    (void)events;
    for (int i = 0; i < READS_A_TURN; i++) {
        ssize_t got = read(w->fd, bytes, sizeof(bytes));

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return;
        if (got == 0) {
            linecut_end(&m->lines, &hearing.taker);
            return;
        }
        linecut_feed(&m->lines, (struct str){bytes, (size_t)got},
                     &hearing.taker);
        if (w->interest == 0)
            return; /* a command took the FIFO away */
    }
    loop_again(&m->loop, w, LOOP_READ);
}

static void drop_control(struct master *m)
{
    if (m->control.path[0] == '\0')
        return;
    loop_forget(&m->loop, &m->control_watcher);
    fifo_close(&m->control);
    m->lines = (struct linecut){0};
}

static void watch_control(struct master *m)
{
    int err;

    if (m->control.path[0] == '\0')
        return;
    m->control_watcher =
        (struct watcher){.fd = m->control.fd, .ready = read_control};
    err = loop_watch(&m->loop, &m->control_watcher, LOOP_READ | LOOP_EDGE);
    if (err < 0)
        log_errno(LOG_ALERT, err, "the control FIFO cannot be watched");
}

void control_adopt(struct master *m, struct fifo *fifo)
{
    drop_control(m);
    m->control = *fifo;
    *fifo = (struct fifo){0};
    watch_control(m);
}

void control_adopt_stats(struct master *m, struct fifo *fifo)
{
    fifo_close(&m->stats);
    m->stats = *fifo;
    *fifo = (struct fifo){0};
    stats_part(m); /* and who opened it before it was ours waits there */
}

/* ---- both ---- */

int control_open(struct master *m)
{
    int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);

    m->stats_watcher = (struct watcher){.fd = -1};
    if (fd < 0)
        return -errno;
    m->stats_watcher = (struct watcher){.fd = fd, .ready = stats_opened};
    return loop_watch(&m->loop, &m->stats_watcher, LOOP_READ);
}

/* A name that is gone comes back; one that something else took is left. */
static bool bring_back(struct fifo *fifo)
{
    char why_memory[4600];
    struct buf why = buf_over(why_memory, sizeof(why_memory));
    struct buf note = buf_over(why_memory, 0);
    struct fifo fresh;

    if (fifo_check(fifo) != -ENOENT)
        return false;
    if (fifo_open(&fresh, fifo->kind, str_of(fifo->path), fifo->group,
                  fifo->inotify, &why, &note) < 0)
        return false;
    log_at(LOG_WARN, "\"%s\" was removed: it is back", fifo->path);
    fifo_close(fifo); /* closes only: the name leads elsewhere */
    *fifo = fresh;
    return true;
}

void control_tick(struct master *m)
{
    bool was_watched =
        m->control.path[0] != '\0' && fifo_check(&m->control) == -ENOENT;

    if (was_watched)
        loop_forget(&m->loop, &m->control_watcher);
    bring_back(&m->control);
    if (was_watched)
        watch_control(m);
    bring_back(&m->stats);
}

void control_close(struct master *m)
{
    drop_control(m);
    fifo_close(&m->stats);
    if (m->stats_watcher.fd >= 0) {
        loop_forget(&m->loop, &m->stats_watcher);
        close(m->stats_watcher.fd);
    }
    m->stats_watcher.fd = -1;
}
