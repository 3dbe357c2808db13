/* linger.c - reads and throws away until the peer closes */
#include "worker/linger.h"

#include <errno.h>

#include "worker/conn.h"
#include "worker/worker.h"

enum { READS_A_TURN = 8 };

static void wait_on(struct conn *c)
{
    struct loop *loop = &c->worker->loop;
    uint64_t left = c->until_ms > loop->now_ms ? c->until_ms - loop->now_ms : 0;

    loop_timer_set(loop, &c->timer,
                   c->silence_ms < left ? c->silence_ms : left);
    if (conn_await(c) < 0)
        conn_close(c);
}

static void readable(struct conn *c)
{
    struct worker *w = c->worker;

    for (int i = 0; i < READS_A_TURN; i++) {
        ssize_t n = transport_read(&c->transport, w->scratch, WORKER_ROOM);

        if (n == -EAGAIN) {
            c->readable = false;
            wait_on(c);
            return;
        }
        if (n <= 0 || w->loop.now_ms >= c->until_ms) {
            conn_close(c);
            return;
        }
        slot_add(w->slot, COUNTER_bytes_received, (uint64_t)n);
    }
    conn_again(c);
}

static void over(struct conn *c)
{
    conn_close(c);
}

/* An end that was polite already: nothing to hurry, nothing to give back. */
static void nothing(struct conn *c)
{
    (void)c;
}

static const struct session_ops session_linger = {
    .name = "linger",
    .readable = readable,
    .writable = nothing,
    .expired = over,
    .drain = nothing,
    .close = nothing,
};

void linger_begin(struct conn *c, uint64_t time_ms, uint64_t silence_ms)
{
    if (transport_end(&c->transport) < 0) {
        conn_close(c);
        return;
    }
    c->session = &session_linger;
    c->silence_ms = (uint32_t)silence_ms;
    c->until_ms = c->worker->loop.now_ms + time_ms;
    c->blocked = false;
    conn_stands(c, SLOT_CONNECTION_WRITING);
    readable(c);
}
