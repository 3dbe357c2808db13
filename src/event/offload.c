/* offload.c - work that would hold up the loop, done by a few threads */
#include "event/offload.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/attr.h"

/* ---- in the threads ---- */

/* NULL: the end. */
static struct offload_job *next_job(struct offload *o)
{
    struct list *first;

    while (list_is_empty(&o->waiting) && !o->ending)
        pthread_cond_wait(&o->more, &o->lock);
    first = o->ending ? NULL : list_first(&o->waiting);
    if (!first)
        return NULL;
    list_remove(first);
    return CONTAINER_OF(first, struct offload_job, link);
}

static void ring(const struct offload *o)
{
    uint64_t one = 1;
    ssize_t rung;

    do
        rung = write(o->bell.fd, &one, sizeof(one));
    while (rung < 0 && errno == EINTR);
}

static void *work(void *argument)
{
    struct offload *o = argument;
    struct offload_job *job;

    pthread_mutex_lock(&o->lock);
    while ((job = next_job(o))) {
        pthread_mutex_unlock(&o->lock);
        job->run(job);
        job->has_run = true;
        pthread_mutex_lock(&o->lock);
        list_append(&o->finished, &job->link);
        ring(o);
    }
    pthread_mutex_unlock(&o->lock);
    return NULL;
}

/* ---- in the loop's thread ---- */

static struct offload_job *take(struct offload *o, struct list *from)
{
    struct list *first;

    pthread_mutex_lock(&o->lock);
    first = list_first(from);
    if (first)
        list_remove(first);
    pthread_mutex_unlock(&o->lock);
    return first ? CONTAINER_OF(first, struct offload_job, link) : NULL;
}

static void finish(struct offload *o, struct list *jobs)
{
    struct offload_job *job;

    while ((job = take(o, jobs)))
        job->done(job);
}

static void heard(struct watcher *bell, uint32_t events)
{
    struct offload *o = CONTAINER_OF(bell, struct offload, bell);
    uint64_t count;

    (void)events;
    if (read(bell->fd, &count, sizeof(count)) < 0 && errno != EAGAIN)
        return;
    finish(o, &o->finished);
}

/* One more, if there may be more. What is here already will do, too. */
static int start_thread(struct offload *o)
{
    sigset_t all;
    sigset_t before;
    int err;

    if (o->thread_count == OFFLOAD_THREADS)
        return 0;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    err = pthread_create(&o->threads[o->thread_count], NULL, work, o);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (err == 0)
        o->thread_count++;
    return o->thread_count > 0 ? 0 : -err;
}

int offload_open(struct offload *o, struct loop *loop)
{
    int err;

    *o = (struct offload){0};
    o->bell.fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (o->bell.fd < 0)
        return -errno;
    o->bell.ready = heard;
    err = loop_watch(loop, &o->bell, LOOP_READ);
    if (err < 0) {
        close(o->bell.fd);
        return err;
    }
    pthread_mutex_init(&o->lock, NULL);
    pthread_cond_init(&o->more, NULL);
    list_open(&o->waiting);
    list_open(&o->finished);
    o->loop = loop;
    return 0;
}

int offload_submit(struct offload *o, struct offload_job *job)
{
    int err = start_thread(o);

    if (err < 0)
        return err;
    job->has_run = false;
    pthread_mutex_lock(&o->lock);
    list_append(&o->waiting, &job->link);
    pthread_cond_signal(&o->more);
    pthread_mutex_unlock(&o->lock);
    return 0;
}

void offload_close(struct offload *o)
{
    if (!o->loop)
        return;
    pthread_mutex_lock(&o->lock);
    o->ending = true;
    pthread_cond_broadcast(&o->more);
    pthread_mutex_unlock(&o->lock);
    for (unsigned i = 0; i < o->thread_count; i++)
        pthread_join(o->threads[i], NULL);
    loop_forget(o->loop, &o->bell);
    finish(o, &o->finished);
    finish(o, &o->waiting);
    close(o->bell.fd);
    pthread_cond_destroy(&o->more);
    pthread_mutex_destroy(&o->lock);
    *o = (struct offload){0};
}
