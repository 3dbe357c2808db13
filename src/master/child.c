/* child.c - what is due for one child? */
#include "master/child.h"

#include <signal.h>
#include <sys/wait.h>

enum child_action child_next(const struct child_life *c, uint64_t generation,
                             uint64_t now)
{
    bool is_over =
        c->is_unwanted || (c->generation != 0 && c->generation < generation);

    switch (c->state) {
    case CHILD_ABSENT:
        if (is_over)
            return CHILD_FORGET;
        return now >= c->deadline ? CHILD_START : CHILD_KEEP;
    case CHILD_STARTING:
        if (is_over)
            return CHILD_DRAIN;
        return now >= c->deadline ? CHILD_KILL : CHILD_KEEP;
    case CHILD_READY:
        return is_over ? CHILD_DRAIN : CHILD_KEEP;
    case CHILD_DRAINING:
        return c->deadline != 0 && now >= c->deadline ? CHILD_KILL : CHILD_KEEP;
    case CHILD_KILLED:
        break;
    }
    return CHILD_KEEP;
}

uint64_t child_due(const struct child_life *c)
{
    switch (c->state) {
    case CHILD_ABSENT:
    case CHILD_STARTING:
        return c->deadline;
    case CHILD_DRAINING:
        return c->deadline != 0 ? c->deadline : UINT64_MAX;
    case CHILD_READY:
    case CHILD_KILLED:
        break;
    }
    return UINT64_MAX;
}

/* A KILL of our own is for who did not become READY: that is a failure. */
static bool was_killed_from_outside(const struct child_life *c, int status)
{
    if (c->state == CHILD_KILLED || !WIFSIGNALED(status))
        return false;
    return WTERMSIG(status) == SIGKILL || WTERMSIG(status) == SIGTERM;
}

bool child_failed(const struct child_life *c, const struct child_end *end)
{
    if (c->is_unwanted || c->state == CHILD_DRAINING)
        return false;
    if (was_killed_from_outside(c, end->status))
        return false;
    if (c->ready_at == 0)
        return true;
    return end->at < c->ready_at + CHILD_YOUNG_MS && !end->has_answered;
}

uint64_t child_pause(unsigned failures)
{
    uint64_t pause = CHILD_PAUSE_FIRST_MS;

    if (failures == 0)
        return 0;
    while (--failures > 0 && pause < CHILD_PAUSE_MAX_MS)
        pause *= 2;
    return pause < CHILD_PAUSE_MAX_MS ? pause : CHILD_PAUSE_MAX_MS;
}

void child_ended(struct child_life *c, const struct child_end *end)
{
    bool has_served =
        c->ready_at != 0 &&
        (end->has_answered || end->at >= c->ready_at + CHILD_YOUNG_MS);
    bool failed = child_failed(c, end);

    /* One that was killed from outside before it proved anything leaves the
     * count of its predecessors as it stands. */
    if (failed)
        c->failures++;
    else if (has_served)
        c->failures = 0;
    c->deadline = end->at + (failed ? child_pause(c->failures) : 0);
    c->state = CHILD_ABSENT;
    c->ready_at = 0;
}

bool child_crashed(int status)
{
    if (WIFSIGNALED(status))
        return WTERMSIG(status) != SIGKILL && WTERMSIG(status) != SIGTERM;
    return WIFEXITED(status) && WEXITSTATUS(status) != 0;
}

enum log_level child_end_level(const struct child_life *c, int status)
{
    if (WIFEXITED(status))
        return WEXITSTATUS(status) == 0 ? LOG_NOTICE : LOG_ALERT;
    if (c->state == CHILD_KILLED || was_killed_from_outside(c, status))
        return LOG_WARN;
    return LOG_ALERT;
}
