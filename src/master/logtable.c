/* logtable.c - which files does the logger write to? */
#include "master/logtable.h"

#include <errno.h>

#include "base/log.h"
#include "ipc/channel.h"
#include "master/children.h"
#include "master/control.h"

void logtable_continue(struct master *m)
{
    struct child *logger = children_logger(m);
    int err;

    if (!m->is_sending_logs || !logger || logger->channel.fd < 0)
        return;
    err = channel_send_logs(logger->channel.fd, m->logs.table, m->logs.count,
                            m->serial, &m->logs_sent);
    if (err == -EAGAIN) {
        loop_change(&m->loop, &logger->channel, LOOP_READ | LOOP_WRITE);
        return;
    }
    /* Sent, or the logger is gone and the next one gets it by its fork. */
    loop_change(&m->loop, &logger->channel, LOOP_READ);
    m->is_sending_logs = false;
}

void logtable_send(struct master *m)
{
    m->serial++;
    m->logs_sent = 0;
    m->is_sending_logs = true;
    logtable_continue(m);
}

static void settle_reopen(struct master *m, int result)
{
    struct command command = {.verb = COMMAND_REOPEN, .by = m->reopen_by};
    struct str why = result < 0 ? STR("a log file could not be opened: see the "
                                      "error log")
                                : STR("");

    m->is_reopening = false;
    section_end(&m->section->reopen, result, why);
    control_result(m, &command, result < 0 ? "failed" : "ok", why);
}

void logtable_answered(struct master *m, uint32_t serial, int result)
{
    if (serial != m->serial || !m->is_reopening)
        return;
    settle_reopen(m, m->reopen_error < 0 ? m->reopen_error : result);
}

void logtable_renewed(struct master *m)
{
    m->is_sending_logs = false;
    if (m->is_reopening)
        settle_reopen(m, m->reopen_error);
}

void logtable_reopen(struct master *m, enum command_origin by)
{
    if (!m->is_reopening)
        section_begin(&m->section->reopen);
    m->is_reopening = true;
    m->reopen_by = by;
    log_at(LOG_NOTICE, "reopening logs");
    m->reopen_error = logs_reopen(&m->logs);
    scoreboard_publish(m->board);
    logtable_send(m);
}

void logtable_sweep(struct master *m)
{
    logs_unmark(&m->logs);
    for (const struct generation *g = m->generations; g; g = g->next)
        logs_mark(&m->logs, g->conf);
    if (logs_sweep(&m->logs))
        logtable_send(m);
}
