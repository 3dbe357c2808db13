/* places.c - which names in the file system make this instance? */
#include "master/places.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "master/control.h"

void places_make_directory(const char *path)
{
    char made[4096];

    if (strlen(path) >= sizeof(made))
        return;
    strcpy(made, path);
    for (char *at = strchr(made + 1, '/'); at; at = strchr(at + 1, '/')) {
        *at = '\0';
        mkdir(made, 0755); /* what fails is told by whoever opens the file */
        *at = '/';
    }
}

/* Only those of paths that nobody wrote down: a wrong directory in the
 * configuration is an error, not a wish. */
static void make_directories(const struct conf *conf)
{
    if (!place_is_set(conf->main.pid.place))
        places_make_directory(conf->main.pid.text.at);
    for (unsigned i = 0; i < conf->log_count; i++)
        if (conf->logs[i]->kind == CONF_LOG_FILE &&
            !place_is_set(conf->logs[i]->place))
            places_make_directory(conf->logs[i]->path.at);
}

static void say_who_holds(const struct conf *conf)
{
    pid_t pid = pidfile_read(conf->main.pid.text.at);

    if (pid > 0)
        log_at(LOG_EMERG, "prong is running already: process %ld holds \"%s\"",
               (long)pid, conf->main.pid.text.at);
    else
        log_at(LOG_EMERG,
               "prong is running already: another one that is "
               "starting holds \"%s\"",
               conf->main.pid.text.at);
}

int places_open(struct master *m, const struct conf *conf)
{
    char memory[4600];
    struct buf why = buf_over(memory, sizeof(memory));
    int err;

    make_directories(conf);
    err = pidfile_lock(&m->pidfile, conf->main.pid.text, &why);
    if (err == -EWOULDBLOCK) {
        say_who_holds(conf);
        return err;
    }
    if (err == 0)
        err = pidfile_check(&m->pidfile, &why);
    if (err < 0)
        log_at(LOG_EMERG, "%.*s", STR_ARG(buf_str(&why)));
    return err;
}

static int keep_fifo(struct conf *conf, struct conf_path *path,
                     const char *suffix)
{
    char beside[4096];

    if (place_is_set(path->place))
        return 0;
    if (!pidfile_sibling(conf->main.pid.text, suffix, beside, sizeof(beside)))
        return -ENAMETOOLONG;
    path->path = arena_copy(&conf->arena, str_of(beside));
    return path->path.at ? 0 : -ENOMEM;
}

int places_keep(struct master *m, struct conf *conf)
{
    const struct main_settings *old = &m->current->conf->main;
    int err;

    if (conf->main.daemon.on != old->daemon.on)
        log_at(LOG_WARN, "\"daemon\" keeps its value until prong is started "
                         "anew");
    if (str_equals(conf->main.pid.text, old->pid.text))
        return 0;
    log_at(LOG_WARN,
           "\"pid\" keeps its value \"%s\" until prong is started anew",
           old->pid.text.at);
    conf->main.pid.text = arena_copy(&conf->arena, old->pid.text);
    if (!conf->main.pid.text.at)
        return -ENOMEM;
    err = keep_fifo(conf, &conf->main.control_fifo, ".ctl");
    return err < 0 ? err : keep_fifo(conf, &conf->main.stats_fifo, ".stats");
}

static bool moves(const struct fifo *fifo, const struct conf_path *wanted)
{
    return !str_equals(str_of(fifo->path), wanted->path);
}

/* One of the two; a group that was asked for is as binding as a path. */
static int make_fifo(struct fifo *f, enum fifo_kind kind,
                     const struct conf_path *where, gid_t group, int inotify)
{
    char why_memory[4600], note_memory[4600];
    struct buf why = buf_over(why_memory, sizeof(why_memory));
    struct buf note = buf_over(note_memory, sizeof(note_memory));
    int err = fifo_open(f, kind, where->path, group, inotify, &why, &note);

    if (note.len > 0)
        log_at(LOG_WARN, "%.*s", STR_ARG(buf_str(&note)));
    if (err == 0)
        return 0;
    if (place_is_set(where->place) || group != (gid_t)-1) {
        log_at(LOG_EMERG, "%.*s", STR_ARG(buf_str(&why)));
        return err;
    }
    log_at(LOG_WARN, "%.*s: served without it", STR_ARG(buf_str(&why)));
    return 0;
}

int places_prepare(struct master *m)
{
    const struct conf *conf = m->change.candidate->conf;
    const struct conf_path *control = &conf->main.control_fifo;
    const struct conf_path *stats = &conf->main.stats_fifo;
    int err = 0;

    m->change.moves_control = moves(&m->control, control);
    m->change.moves_stats = moves(&m->stats, stats);
    if (m->change.moves_control)
        err = make_fifo(&m->change.control, FIFO_CONTROL, control,
                        conf->resolved.control_group, -1);
    if (err < 0) {
        m->change.moves_control = false;
        m->change.moves_stats = false;
        return err;
    }
    if (m->change.moves_stats)
        err = make_fifo(&m->change.stats, FIFO_STATS, stats,
                        conf->resolved.stats_group, m->stats_watcher.fd);
    if (err < 0)
        m->change.moves_stats = false;
    return err;
}

void places_cancel(struct master *m)
{
    if (m->change.moves_control)
        fifo_close(&m->change.control);
    if (m->change.moves_stats)
        fifo_close(&m->change.stats);
}

static void change_group(const char *what, int err)
{
    if (err < 0)
        log_errno(LOG_ERROR, err, "the group of the %s stays as it was", what);
}

void places_commit(struct master *m)
{
    const struct conf *conf = m->change.candidate->conf;

    if (m->change.moves_control)
        control_adopt(m, &m->change.control);
    else
        change_group("control FIFO",
                     fifo_set_group(&m->control, conf->resolved.control_group));
    if (m->change.moves_stats)
        control_adopt_stats(m, &m->change.stats);
    else
        change_group("stats FIFO",
                     fifo_set_group(&m->stats, conf->resolved.stats_group));
    change_group("scoreboard",
                 scoreboard_chgrp(m->board, conf->resolved.stats_group));
    pidfile_set_group(&m->pidfile, conf->resolved.control_group);
}

void places_announce(struct master *m)
{
    int err = pidfile_write(&m->pidfile, getpid());
    char verdict = 0;
    ssize_t n;

    if (err < 0)
        log_errno(LOG_EMERG, err, "\"%s\" could not be written",
                  m->pidfile.path);
    m->voice.echoes = false;
    if (m->verdict < 0)
        return;
    process_silence();
    n = write(m->verdict, &verdict, 1);
    (void)n;
    close(m->verdict);
    m->verdict = -1;
}

void places_close(struct master *m)
{
    control_close(m);
    pidfile_remove(&m->pidfile);
}
