/* signals.c - what signal arrived, and who sent it */
#include "event/signals.h"

#include <errno.h>
#include <unistd.h>

#include "base/attr.h"

static void readable(struct watcher *watcher, uint32_t events)
{
    struct signals *s = CONTAINER_OF(watcher, struct signals, watcher);
    struct signalfd_siginfo info;

    (void)events;
    /* `arrived` may close us. */
    while (s->loop && read(watcher->fd, &info, sizeof(info)) == sizeof(info))
        s->arrived(s, &info);
}

int signals_open(struct signals *signals, struct loop *loop,
                 const sigset_t *set)
{
    int fd;
    int err;

    if (sigprocmask(SIG_BLOCK, set, NULL) < 0)
        return -errno;
    fd = signalfd(-1, set, SFD_NONBLOCK | SFD_CLOEXEC);
    if (fd < 0)
        return -errno;
    signals->watcher = (struct watcher){.fd = fd, .ready = readable};
    err = loop_watch(loop, &signals->watcher, LOOP_READ);
    if (err < 0) {
        close(fd);
        return err;
    }
    signals->loop = loop;
    return 0;
}

void signals_close(struct signals *signals)
{
    if (!signals || !signals->loop)
        return;
    loop_forget(signals->loop, &signals->watcher);
    close(signals->watcher.fd);
    signals->loop = NULL;
}

bool signals_from_process(const struct signalfd_siginfo *info)
{
    return info->ssi_code <= 0; /* SI_USER, SI_QUEUE, SI_TKILL; SI_KERNEL and
                                 * the kernel's own reasons are greater */
}
