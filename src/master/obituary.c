/* obituary.c - how did a child end, and what was it doing? */
#include "master/obituary.h"

#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "ipc/inflight.h"
#include "ipc/report.h"

static void describe(struct buf *into, const struct child *c, int status)
{
    buf_printf(into, "%s %ld ", c->role->title, (long)c->pid);
    if (WIFSIGNALED(status))
        buf_printf(into, "exited on signal %d%s", WTERMSIG(status),
                   WCOREDUMP(status) ? " (core dumped)" : "");
    else
        buf_printf(into, "exited with code %d", WEXITSTATUS(status));
}

/* The request in hand, if its record is whole. */
static void describe_work(struct buf *into, struct master *m,
                          const struct child *c)
{
    struct inflight_view view;

    inflight_read(c->slot, (int32_t)getpid(), &view);
    if (!view.known || view.phase == PHASE_IDLE)
        return;
    buf_printf(into, "%s %.*s %.*s", phase_name(view.phase),
               view.now.method_len, view.now.method, view.now.target_len,
               view.now.target);
    buf_printf(into, " for %.*s", view.now.client_len, view.now.client);
    (void)m;
}

void obituary_write(struct master *m, const struct child *c,
                    const struct child_end *end)
{
    char memory[512], work_memory[256];
    struct buf line = buf_over(memory, sizeof(memory));
    struct buf work = buf_over(work_memory, sizeof(work_memory));
    enum log_level level = child_end_level(&c->life, end->status);

    if (c->why[0] != '\0' && level == LOG_ALERT && WIFEXITED(end->status))
        level = LOG_ERROR; /* it said why it could not serve */
    describe(&line, c, end->status);
    if (level <= LOG_WARN)
        describe_work(&work, m, c);
    if (work.len > 0)
        buf_printf(&line, ", while %.*s", STR_ARG(buf_str(&work)));
    log_at(level, "%.*s", STR_ARG(buf_str(&line)));
    if (child_crashed(end->status) && c->life.state != CHILD_STARTING)
        m->section->crashes++;
    scoreboard_publish(m->board);
}
