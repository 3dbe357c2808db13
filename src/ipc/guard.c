/* guard.c - take, give, repair and heal: see the header for the protocol */
#include "ipc/guard.h"

#include <errno.h>

int guard_init(struct guard *g)
{
    atomic_store_explicit(&g->holder, 0, memory_order_relaxed);
    return sem_init(&g->semaphore, 1, 1) == 0 ? 0 : -errno;
}

/* A pid of 0 is nobody's: from 0 to 0 would "succeed" for everyone at once. */
static bool change(struct guard *g, int32_t from, int32_t to)
{
    return from != to && atomic_compare_exchange_strong_explicit(
                             &g->holder, &from, to, memory_order_acq_rel,
                             memory_order_relaxed);
}

/* Exclusion itself. While someone holds the guard the semaphore ought to be at
 * 0, because the holder will post: what a healed process posted beside that is
 * taken away here. */
static bool own(struct guard *g, int32_t pid)
{
    if (!change(g, 0, pid))
        return false;
    sem_trywait(&g->semaphore);
    return true;
}

bool guard_try(struct guard *g, int32_t pid)
{
    while (pid > 0 && sem_trywait(&g->semaphore) == 0) {
        if (own(g, pid))
            return true;
    }
    return false;
}

int guard_wait(struct guard *g, int32_t pid, const struct timespec *deadline)
{
    while (pid > 0) {
        if (sem_clockwait(&g->semaphore, CLOCK_MONOTONIC, deadline) == 0) {
            if (own(g, pid))
                return 0;
        } else if (errno != EINTR) {
            break;
        }
    }
    return guard_looks_lost(g) && own(g, pid) ? 0 : -ETIMEDOUT;
}

/* The order matters: posted first, the next one would find the holder's word
 * still set and throw the token away. */
bool guard_give(struct guard *g, int32_t pid)
{
    if (!change(g, pid, 0))
        return false;
    sem_post(&g->semaphore);
    return true;
}

bool guard_repair(struct guard *g, int32_t dead)
{
    return guard_give(g, dead);
}

bool guard_looks_lost(struct guard *g)
{
    int value = 0;

    if (atomic_load_explicit(&g->holder, memory_order_relaxed) != 0)
        return false;
    return sem_getvalue(&g->semaphore, &value) == 0 && value == 0;
}

bool guard_heal(struct guard *g, int32_t pid)
{
    if (!guard_looks_lost(g) || !own(g, pid))
        return false;
    return guard_give(g, pid);
}
