/* accept.c - whose connection is the next one, and is there room for it? */
#include "worker/accept.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/attr.h"
#include "conf/conf.h"
#include "ipc/role.h"
#include "ipc/scoreboard.h"
#include "worker/conn.h"
#include "worker/worker.h"

enum {
    RETRY_MS = 10,
    RETRY_FILES_MS = 500,
    /* One that paused goes on when it is so many below the mark, or it would go
     * to and fro with every connection. */
    SLACK = 4,
    /* After so many looks the others do not seem to take what waits. */
    UNFAIR_RETRIES = 10,
    /* A worker that drains takes no more than this in one go. */
    DRAIN_MAX = 4096,
};

bool accept_is_unfair(uint64_t own, uint64_t all, unsigned workers)
{
    return workers > 1 && 8 * own * workers > 9 * all + 32 * (uint64_t)workers;
}

unsigned accept_to_recycle(unsigned open, unsigned max, unsigned idle)
{
    unsigned left = max > open ? max - open : 0;
    unsigned count = idle / 8;

    if (left > max / 16 || idle == 0)
        return 0;
    return count < 1 ? 1 : count > 32 ? 32 : count;
}

/* `more`: as if it had so many more. */
static bool is_unfair(const struct worker *w, unsigned more)
{
    unsigned workers;
    uint64_t all =
        scoreboard_active(w->context->board, w->loop.now_ms, &workers);

    return accept_is_unfair(w->connections + more, all, workers);
}

static void watch(struct acceptor *a)
{
    uint16_t how = a->shared ? LOOP_READ | LOOP_EXCLUSIVE : LOOP_READ;

    if (a->watcher.fd >= 0 && !a->watcher.interest)
        loop_watch(&a->worker->loop, &a->watcher, how);
    a->accepted = 0;
}

static void pause_all(struct worker *w, enum accept_pause why)
{
    struct acceptors *all = &w->acceptors;

    for (unsigned i = 0; i < all->count; i++)
        if (all->list[i].shared || why != ACCEPT_UNFAIR)
            loop_forget(&w->loop, &all->list[i].watcher);
    if (why != all->pause)
        all->retries = 0;
    all->pause = why;
    loop_timer_set(&w->loop, &all->retry,
                   why == ACCEPT_FILES ? RETRY_FILES_MS : RETRY_MS);
}

static void resume(struct worker *w)
{
    w->acceptors.pause = ACCEPT_GOES_ON;
    loop_timer_cancel(&w->loop, &w->acceptors.retry);
    if (w->draining) {
        acceptors_drain(w);
        return;
    }
    for (unsigned i = 0; i < w->acceptors.count; i++)
        watch(&w->acceptors.list[i]);
}

static void retry(struct timer *timer)
{
    struct acceptors *all = CONTAINER_OF(timer, struct acceptors, retry);
    struct worker *w = CONTAINER_OF(all, struct worker, acceptors);

    if (all->pause == ACCEPT_UNFAIR && is_unfair(w, 0) &&
        ++all->retries < UNFAIR_RETRIES)
        loop_timer_set(&w->loop, timer, RETRY_MS);
    else
        resume(w);
}

/* Makes room by closing idle connections; false when there is none. */
static bool has_room(struct worker *w)
{
    unsigned idle = (unsigned)slot_get(w->slot, COUNTER_idle);
    unsigned count =
        accept_to_recycle(w->connections, w->connections_max, idle);

    if (count > 0)
        conn_recycle(w, count);
    return w->connections < w->connections_max;
}

/* Returns whether another try makes sense now. */
static bool note_failure(struct worker *w, int err)
{
    switch (err) {
    case ECONNABORTED:
        slot_add(w->slot, COUNTER_accept_errors_aborted, 1);
        return true;
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOMEM:
        slot_add(w->slot, COUNTER_accept_errors_files, 1);
        if (conn_recycle(w, 1) > 0)
            return true;
        if (worker_may_complain(w))
            log_errno(LOG_CRIT, err, "accept4() failed");
        pause_all(w, ACCEPT_FILES);
        return false;
    default:
        slot_add(w->slot, COUNTER_accept_errors_other, 1);
        if (worker_may_complain(w))
            log_errno(LOG_ERROR, err, "accept4() failed");
        return false;
    }
}

/* Takes one connection. 1, 0 when there is none to take now, or -EAGAIN when
 * taking had to pause. */
static int take_one(struct acceptor *a)
{
    struct worker *w = a->worker;
    struct address client;
    int fd;

    if (!has_room(w)) {
        pause_all(w, ACCEPT_FULL);
        return -EAGAIN;
    }
    do {
        client.len = sizeof(client.name);
        fd = accept4(a->watcher.fd, (struct sockaddr *)&client.name,
                     &client.len, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0)
            break;
        if (errno == EAGAIN)
            return 0;
    } while (errno == EINTR || note_failure(w, errno));
    if (fd < 0)
        return w->acceptors.pause == ACCEPT_GOES_ON ? 0 : -EAGAIN;
    conn_open(w, a->listener, fd, &client);
    return 1;
}

static void ready(struct watcher *watcher, uint32_t events)
{
    struct acceptor *a = CONTAINER_OF(watcher, struct acceptor, watcher);
    int taken = 1;

    (void)events;
    for (int i = 0; i < ACCEPT_BATCH && taken == 1; i++) {
        taken = take_one(a);
        a->accepted += taken == 1;
    }
    if (taken < 0 || !a->shared)
        return;
    if (is_unfair(a->worker, 0)) {
        pause_all(a->worker, ACCEPT_UNFAIR);
    } else if (a->accepted >= ACCEPT_BATCH) {
        loop_forget(&a->worker->loop, watcher);
        watch(a);
    }
}

int acceptors_open(struct worker *w)
{
    const struct role_context *context = w->context;
    struct acceptors *all = &w->acceptors;

    *all = (struct acceptors){.retry.expired = retry};
    all->list = calloc(context->listener_count + 1, sizeof(*all->list));
    if (!all->list)
        return -ENOMEM;
    all->count = context->listener_count;
    for (unsigned i = 0; i < all->count; i++) {
        const struct role_listener *from = &context->listeners[i];
        const struct conf_listener *listener =
            w->conf->listeners[from->listener];

        all->list[i] = (struct acceptor){
            .watcher = {.fd = from->fd, .ready = ready},
            .worker = w,
            .listener = listener,
            .shared = !listener->options.reuseport,
        };
        watch(&all->list[i]);
        if (!all->list[i].watcher.interest)
            return -EMFILE;
    }
    return 0;
}

static void close_one(struct acceptor *a)
{
    if (a->watcher.fd < 0)
        return;
    loop_forget(&a->worker->loop, &a->watcher);
    close(a->watcher.fd);
    a->watcher.fd = -1;
}

void acceptors_close(struct worker *w)
{
    loop_timer_cancel(&w->loop, &w->acceptors.retry);
    for (unsigned i = 0; i < w->acceptors.count; i++)
        close_one(&w->acceptors.list[i]);
    free(w->acceptors.list);
    w->acceptors = (struct acceptors){.retry.expired = retry};
}

void acceptors_room(struct worker *w)
{
    enum accept_pause pause = w->acceptors.pause;

    if (pause == ACCEPT_FULL || pause == ACCEPT_FILES ||
        (pause == ACCEPT_UNFAIR && !is_unfair(w, SLACK)))
        resume(w);
}

void acceptors_tick(struct worker *w)
{
    if (w->draining || w->acceptors.pause != ACCEPT_GOES_ON)
        return;
    for (unsigned i = 0; i < w->acceptors.count; i++) {
        loop_forget(&w->loop, &w->acceptors.list[i].watcher);
        watch(&w->acceptors.list[i]);
    }
}

void acceptors_drain(struct worker *w)
{
    struct acceptors *all = &w->acceptors;

    loop_timer_cancel(&w->loop, &all->retry);
    all->pause = ACCEPT_GOES_ON;
    for (unsigned i = 0; i < all->count; i++) {
        int taken = 1;

        if (all->list[i].watcher.fd < 0)
            continue;
        loop_forget(&w->loop, &all->list[i].watcher);
        for (int n = 0; n < DRAIN_MAX && taken == 1; n++)
            taken = take_one(&all->list[i]);
        if (taken < 0)
            return; /* goes on when there is room */
        close_one(&all->list[i]);
    }
}

bool acceptors_are_closed(const struct worker *w)
{
    for (unsigned i = 0; i < w->acceptors.count; i++)
        if (w->acceptors.list[i].watcher.fd >= 0)
            return false;
    return true;
}
