/* epoll.c - how the loop asks Linux: epoll */
#include <errno.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "event/loop.h"

static uint32_t to_epoll(uint16_t interest)
{
    uint32_t events = 0;

    if (interest & LOOP_READ)
        events |= EPOLLIN;
    if (interest & LOOP_WRITE)
        events |= EPOLLOUT;
    if (interest & LOOP_EXCLUSIVE)
        return events | EPOLLEXCLUSIVE; /* goes with few other flags */
    if (interest & LOOP_READ)
        events |= EPOLLRDHUP;
    if (interest & LOOP_EDGE)
        events |= EPOLLET;
    return events;
}

/* An error is reported as readiness for all that is watched: whoever reads or
 * writes next finds out what it is. */
static uint32_t from_epoll(uint32_t events, uint16_t interest)
{
    uint32_t result = 0;

    if (events & EPOLLIN)
        result |= LOOP_READ;
    if (events & EPOLLOUT)
        result |= LOOP_WRITE;
    if (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR))
        result |= LOOP_HANGUP | LOOP_READ;
    if (events & (EPOLLHUP | EPOLLERR))
        result |= interest & LOOP_WRITE;
    return result;
}

static int open_epoll(struct loop *loop)
{
    loop->fd = epoll_create1(EPOLL_CLOEXEC);
    return loop->fd < 0 ? -errno : 0;
}

static void close_epoll(struct loop *loop)
{
    close(loop->fd);
    loop->fd = -1;
}

static int control(struct loop *loop, int op, struct watcher *watcher,
                   uint16_t interest)
{
    struct epoll_event event = {.events = to_epoll(interest),
                                .data.ptr = watcher};

    return epoll_ctl(loop->fd, op, watcher->fd, &event) < 0 ? -errno : 0;
}

static int add(struct loop *loop, struct watcher *watcher, uint16_t interest)
{
    return control(loop, EPOLL_CTL_ADD, watcher, interest);
}

static int change(struct loop *loop, struct watcher *watcher, uint16_t interest)
{
    return control(loop, EPOLL_CTL_MOD, watcher, interest);
}

static void remove_watcher(struct loop *loop, struct watcher *watcher)
{
    control(loop, EPOLL_CTL_DEL, watcher, 0);
}

static int wait_epoll(struct loop *loop, int timeout_ms)
{
    struct epoll_event events[LOOP_BATCH];
    int count = epoll_wait(loop->fd, events, LOOP_BATCH, timeout_ms);

    if (count < 0)
        return errno == EINTR ? 0 : -errno;
    for (int i = 0; i < count; i++) {
        struct watcher *w = events[i].data.ptr;

        loop->batch[i].watcher = w;
        loop->batch[i].events = from_epoll(events[i].events, w->interest);
    }
    return count;
}

const struct loop_backend loop_epoll = {
    .name = "epoll",
    .open = open_epoll,
    .close = close_epoll,
    .add = add,
    .change = change,
    .remove = remove_watcher,
    .wait = wait_epoll,
};
