/* sockets.c - which listening sockets does a generation have? */
#include "master/sockets.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"

static void release(struct sockets *s)
{
    free(s->listeners);
    free(s->is_shared);
    *s = (struct sockets){0};
}

static int allocate(struct sockets *s, unsigned count)
{
    *s = (struct sockets){.count = count};
    s->listeners = calloc(count + 1, sizeof(struct listener *));
    s->is_shared = calloc(count + 1, sizeof(bool));
    if (s->listeners && s->is_shared)
        return 0;
    release(s);
    return -ENOMEM;
}

/* The plan speaks of listeners by value; one that is left out is none. */
static struct listener *flat_copy(const struct sockets *old)
{
    struct listener *flat = calloc((old ? old->count : 0) + 1, sizeof(*flat));

    for (unsigned i = 0; flat && old && i < old->count; i++)
        if (old->listeners[i])
            flat[i] = *old->listeners[i];
    return flat;
}

static int plan(int *keep, const struct sockets *old, const struct conf *conf)
{
    struct listener *flat = flat_copy(old);

    if (!flat)
        return -ENOMEM;
    listeners_plan(flat, old ? old->count : 0, conf->listeners,
                   conf->listener_count, keep);
    free(flat);
    return 0;
}

static void warn_left_out(const struct conf_listener *wanted,
                          const struct listener_failure *why)
{
    char memory[512];
    struct buf text = buf_over(memory, sizeof(memory));

    listener_explain(&text, wanted, why);
    log_at(LOG_WARN, "%.*s: served without it", STR_ARG(buf_str(&text)));
}

static int open_one(struct sockets *s, unsigned i, const struct sockets *old,
                    const struct conf *conf, struct sockets_failure *failure)
{
    struct listener_others before = {old ? old->listeners : NULL,
                                     old ? old->count : 0, NULL};
    struct listener_others others = {s->listeners, s->count, &before};
    const struct conf_listener *wanted = conf->listeners[i];
    struct listener *l = calloc(1, sizeof(*l));
    int err;

    if (!l)
        return -ENOMEM;
    err = listener_open(l, wanted, conf->resolved.workers, &others,
                        &failure->why);
    if (err == 0) {
        s->listeners[i] = l;
        return 0;
    }
    free(l);
    failure->wanted = wanted;
    if (!listener_is_optional(conf, wanted, err))
        return err;
    warn_left_out(wanted, &failure->why);
    return 0;
}

/* Does an old one go on in the place of listener `i`? */
static bool keeps(struct sockets *s, unsigned i, const struct sockets *old,
                  int index)
{
    s->listeners[i] = index == LISTENER_NONE ? NULL : old->listeners[index];
    s->is_shared[i] = s->listeners[i] != NULL;
    return s->is_shared[i];
}

static int open_all(struct sockets *s, const struct sockets *old,
                    const struct conf *conf, struct sockets_failure *failure)
{
    int *keep = calloc(conf->listener_count + 1, sizeof(*keep));
    int err = keep ? plan(keep, old, conf) : -ENOMEM;

    for (unsigned i = 0; err == 0 && i < conf->listener_count; i++)
        if (!keeps(s, i, old, keep[i]))
            err = open_one(s, i, old, conf, failure);
    free(keep);
    if (err == 0)
        err = sockets_grow(s, conf, conf->resolved.workers, failure);
    return err;
}

int sockets_open(struct sockets *s, const struct sockets *old,
                 const struct conf *conf, struct sockets_failure *failure)
{
    int err = allocate(s, conf->listener_count);

    *failure = (struct sockets_failure){0};
    if (err < 0)
        return err;
    err = open_all(s, old, conf, failure);
    if (err < 0)
        sockets_cancel(s);
    return err;
}

int sockets_grow(struct sockets *s, const struct conf *conf, unsigned workers,
                 struct sockets_failure *failure)
{
    for (unsigned i = 0; i < s->count; i++) {
        int err;

        if (!s->listeners[i] || !conf->listeners[i]->options.reuseport)
            continue;
        err = listener_grow(s->listeners[i], workers, &failure->why);
        if (err < 0) {
            failure->wanted = conf->listeners[i];
            return err;
        }
    }
    return 0;
}

void sockets_shrink(struct sockets *s, const struct conf *conf,
                    unsigned workers)
{
    for (unsigned i = 0; i < s->count; i++) {
        struct listener *l = s->listeners[i];

        if (!l || !conf->listeners[i]->options.reuseport)
            continue;
        while (l->count > workers && l->count > 1)
            close(l->fds[--l->count]);
    }
}

static void close_one(struct sockets *s, unsigned i, bool removes)
{
    if (!s->listeners[i])
        return;
    listener_close(s->listeners[i], removes);
    free(s->listeners[i]);
    s->listeners[i] = NULL;
}

static bool holds(const struct sockets *s, const struct listener *l)
{
    for (unsigned i = 0; i < s->count; i++)
        if (s->listeners[i] == l)
            return true;
    return false;
}

void sockets_commit(struct sockets *s, const struct conf *conf,
                    struct sockets *old)
{
    for (unsigned i = 0; i < old->count; i++)
        if (old->listeners[i] && !holds(s, old->listeners[i]))
            close_one(old, i, true);
    release(old);
    for (unsigned i = 0; i < s->count; i++) {
        if (s->is_shared[i])
            listener_adapt(s->listeners[i], &conf->listeners[i]->options);
        s->is_shared[i] = false;
    }
}

void sockets_cancel(struct sockets *s)
{
    for (unsigned i = 0; i < s->count; i++)
        if (!s->is_shared[i])
            close_one(s, i, true);
    release(s);
}

void sockets_close(struct sockets *s)
{
    for (unsigned i = 0; i < s->count; i++)
        close_one(s, i, true);
    release(s);
}

/* Does socket number `socket` of a listener go to this worker? */
static bool is_for(const struct listener *l, unsigned socket, unsigned index,
                   unsigned workers)
{
    return l->count == 1 || socket % workers == index % workers ||
           (index >= l->count && socket == index % l->count);
}

unsigned sockets_count_for(const struct sockets *s, unsigned index,
                           unsigned workers)
{
    unsigned count = 0;

    for (unsigned i = 0; i < s->count; i++)
        for (unsigned k = 0; s->listeners[i] && k < s->listeners[i]->count; k++)
            count += is_for(s->listeners[i], k, index, workers);
    return count;
}

void sockets_fill(const struct sockets *s, unsigned index, unsigned workers,
                  struct role_listener *into)
{
    for (unsigned i = 0; i < s->count; i++)
        for (unsigned k = 0; s->listeners[i] && k < s->listeners[i]->count; k++)
            if (is_for(s->listeners[i], k, index, workers))
                *into++ = (struct role_listener){
                    .fd = s->listeners[i]->fds[k],
                    .listener = i,
                };
}
