/* stats.c - what do readers of the stats FIFO get? */
#include "master/stats.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "config.h"
#include "ipc/report.h"
#include "os/identity.h"

enum { TURNS_A_TURN = 8, COMPLAINT_MS = 60000 };

/* ---- what is told ---- */

static void show_listen(struct section_listen *row, const struct listener *l)
{
    struct buf addr = buf_over(row->addr, sizeof(row->addr) - 1);

    memset(row, 0, sizeof(*row));
    address_print(&addr, &l->address);
    for (unsigned k = 0; k < l->count; k++) {
        struct tcp_info info = {0};
        socklen_t len = sizeof(info);

        /* Of a listening socket these two say how many wait and may wait. */
        if (getsockopt(l->fds[k], IPPROTO_TCP, TCP_INFO, &info, &len) < 0)
            continue;
        row->queue += info.tcpi_unacked;
        row->queue_max += info.tcpi_sacked;
    }
}

static void show_listens(struct master *m)
{
    struct section *s = m->section;
    const struct sockets *sockets;

    s->listen_count = 0;
    if (!m->current)
        return;
    sockets = &m->current->sockets;
    for (unsigned i = 0; i < sockets->count; i++) {
        if (!sockets->listeners[i])
            continue;
        if (s->listen_count < SECTION_LISTENS)
            show_listen(&s->listens[s->listen_count], sockets->listeners[i]);
        s->listen_count++;
    }
}

static int take_snapshot(struct master *m)
{
    struct snapshot_clock clock = {.now_ms = loop_clock(&m->loop) / 1000};

    clock_gettime(CLOCK_REALTIME, &clock.wall);
    show_listens(m);
    scoreboard_publish(m->board);
    return scoreboard_snapshot(m->board, (int32_t)getpid(), &clock,
                               &m->snapshot);
}

void stats_tick(struct master *m)
{
    if (take_snapshot(m) == 0 && m->window)
        window_feed(m->window, &m->snapshot);
}

void stats_begin(struct master *m)
{
    struct section *s = m->section;
    struct identity self = {0};

    *s = (struct section){.pid = (int32_t)getpid(), .uid = geteuid()};
    identity_of(&self, s->pid);
    s->start_time = self.start_time;
    s->started_ms = master_now(m);
    section_text(s->version, sizeof(s->version), STR(PACKAGE_VERSION));
    section_text(s->conf, sizeof(s->conf), m->start->conf->file);
    s->configured = m->start->conf->resolved.workers;
    s->workers = s->configured;
    scoreboard_since(m->board, (int64_t)time(NULL));
    scoreboard_publish(m->board);
    m->window = window_new(); /* without it the report says less */
}

/* ---- who is told ---- */

static void end_reader(struct reader *r)
{
    loop_forget(&r->master->loop, &r->watcher);
    close(r->watcher.fd);
    r->watcher.fd = 0;
    free(r->text);
    r->text = NULL;
}

static void send_rest(struct watcher *w, uint32_t events)
{
    struct reader *r = CONTAINER_OF(w, struct reader, watcher);
    ssize_t n = write(w->fd, r->text + r->sent, r->len - r->sent);

    (void)events;
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n > 0)
        r->sent += (size_t)n;
    if (n <= 0 || r->sent == r->len)
        end_reader(r);
}

static struct reader *free_reader(struct master *m)
{
    for (unsigned i = 0; i < MASTER_READERS; i++)
        if (m->readers[i].watcher.fd <= 0)
            return &m->readers[i];
    return NULL;
}

/* The pipe takes no more: the rest goes as the reader takes it. */
static bool keep_reader(struct master *m, int fd, struct str text)
{
    struct reader *r = free_reader(m);

    if (!r)
        return false;
    *r = (struct reader){.master = m, .len = text.len};
    r->text = malloc(text.len);
    if (!r->text)
        return false;
    memcpy(r->text, text.at, text.len);
    r->watcher = (struct watcher){.fd = fd, .ready = send_rest};
    if (loop_watch(&m->loop, &r->watcher, LOOP_WRITE) == 0)
        return true;
    free(r->text);
    *r = (struct reader){0};
    return false;
}

/* All of it, or nothing: a part would be taken for the whole. */
static void serve(struct master *m, int fd, struct str text)
{
    int room = fcntl(fd, F_GETPIPE_SZ);

    if (text.len <= INT_MAX && (room < 0 || (size_t)room < text.len))
        room = fcntl(fd, F_SETPIPE_SZ, (int)text.len);
    if (room > 0 && (size_t)room >= text.len) {
        ssize_t n = write(fd, text.at, text.len);

        (void)n; /* nobody is there any more, then */
    } else if (keep_reader(m, fd, text)) {
        return;
    }
    close(fd);
}

static void complain(struct master *m, int err)
{
    if (m->complained_ms != 0 &&
        master_now(m) < m->complained_ms + COMPLAINT_MS)
        return;
    m->complained_ms = master_now(m);
    log_errno(LOG_ERROR, err, "no fresh FIFO for \"%s\"", m->stats.path);
}

void stats_answer(struct master *m)
{
    struct buf text = {0};
    int fd = fifo_turn(&m->stats);

    if (fd == -ENXIO || fd == -ENOENT)
        return;
    if (fd < 0) {
        complain(m, fd);
        return;
    }
    if (take_snapshot(m) == 0)
        report_text(&m->snapshot, m->window, &text);
    if (text.failed || text.len == 0)
        close(fd); /* nothing: the reader comes again */
    else
        serve(m, fd, buf_str(&text));
    buf_close(&text);
}

void stats_part(struct master *m)
{
    if (m->stats.path[0] != '\0')
        stats_answer(m);
}

static bool names_watch(const char *events, ssize_t len, int watch)
{
    bool found = false;

    for (ssize_t at = 0; at < len;) {
        struct inotify_event event;

        memcpy(&event, events + at, sizeof(event));
        found |= event.wd == watch && (event.mask & IN_OPEN) != 0;
        at += (ssize_t)(sizeof(event) + event.len);
    }
    return found;
}

void stats_opened(struct watcher *w, uint32_t events)
{
    struct master *m = CONTAINER_OF(w, struct master, stats_watcher);
    _Alignas(struct inotify_event) char memory[4096];

    (void)events;
    for (int i = 0; i < TURNS_A_TURN; i++) {
        ssize_t got = read(w->fd, memory, sizeof(memory));

        if (got <= 0)
            return;
        if (m->stats.path[0] != '\0' &&
            names_watch(memory, got, m->stats.watch))
            stats_answer(m);
    }
}

void stats_close(struct master *m)
{
    for (unsigned i = 0; i < MASTER_READERS; i++)
        if (m->readers[i].watcher.fd > 0)
            end_reader(&m->readers[i]);
    snapshot_close(&m->snapshot);
    window_free(m->window);
    m->window = NULL;
}
