/* h1.c - what a connection does next: read, answer, write, wait or end */
#include "worker/h1.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "conf/conf.h"
#include "content/errorlog.h"
#include "content/respond.h"
#include "worker/input.h"
#include "worker/linger.h"
#include "worker/output.h"
#include "worker/request.h"
#include "worker/worker.h"

void h1_free_answer(struct answer *a)
{
    exchange_close(&a->x);
    free(a);
}

/* ---- the state of a connection with a request in hand ---- */

static const struct server_settings *server_settings(const struct conn *c)
{
    return &c->endpoint->default_server->settings;
}

static const struct settings *default_settings(const struct conn *c)
{
    return &c->endpoint->default_server->whole.settings;
}

static void set_limits(struct conn *c, struct parser_limits *limits)
{
    const struct server_settings *s = server_settings(c);

    limits->line = s->large_client_header_buffer_size.value;
    if (limits->line < s->client_header_buffer_size.value)
        limits->line = s->client_header_buffer_size.value;
    limits->head = s->large_client_header_buffers.value *
                   s->large_client_header_buffer_size.value;
    if (limits->head < limits->line)
        limits->head = limits->line;
}

static void go(struct conn *c);

static void wake(void *whom)
{
    go(whom);
}

static struct h1 *state_of(struct conn *c)
{
    struct h1 *h = c->state;

    if (h)
        return h;
    h = pool_take(&c->worker->pool, POOL_H1);
    if (!h)
        return NULL;
    h->peer.client = conn_client(c);
    h->peer.local = conn_local(c);
    h->peer.endpoint = c->endpoint;
    h->peer.number = c->number;
    h->peer.opened_ms = c->opened_ms;
    h->peer.socket = c->transport.fd;
    h->hold = (struct tally_hold){0};
    h->peer.hold = &h->hold;
    h->peer.proxy = c->proxy;
    h->peer.connection = NULL;
    h->peer.wake = wake;
    h->peer.whom = c;
    set_limits(c, &h->limits);
    h->in = (struct h1_input){0};
    h->phase = H1_HEAD;
    h->head_begun = false;
    h->refused = false;
    h->lingers = false;
    h->answer = NULL;
    list_open(&h->unsent);
    h->queued = h->sent = 0;
    h->held = NULL;
    h->settings = NULL;
    c->state = h;
    return h;
}

void h1_release(struct conn *c, struct h1 *h)
{
    if (h->hold.first != 0)
        tally_give_back(&c->worker->tally, c->worker->zones, &h->hold);
}

static void close_h1(struct conn *c)
{
    struct h1 *h = c->state;

    if (!h)
        return;
    output_cut(c, h);
    input_close(c, h);
    h1_release(c, h);
    c->state = NULL;
    if (!pool_give(&c->worker->pool, POOL_H1, h))
        free(h);
}

/* ---- leaving the connection alone ---- */

static void set_timer(struct conn *c, uint64_t length_ms)
{
    loop_timer_set(&c->worker->loop, &c->timer, length_ms);
}

/* While the worker drains an idle connection stays for the grace, or for
 * keepalive_min_timeout where that is longer. */
static uint64_t shorten(const struct conn *c, uint64_t length_ms)
{
    uint64_t now = c->worker->loop.now_ms;
    uint64_t kept = c->until_ms > now ? c->until_ms - now : 0;

    if (kept < WORKER_DRAIN_GRACE_MS)
        kept = WORKER_DRAIN_GRACE_MS;
    return length_ms < kept ? length_ms : kept;
}

/* Between two requests: all that the request took is given back. */
static int rest(struct conn *c, struct h1 *h)
{
    const struct settings *s = h->settings ? h->settings : default_settings(c);
    uint64_t length = c->requests > 0
                          ? s->keepalive_timeout.value
                          : server_settings(c)->client_header_timeout.value;

    c->until_ms = c->requests > 0
                      ? c->worker->loop.now_ms + s->keepalive_min_timeout.value
                      : 0;
    if (c->worker->draining)
        length = shorten(c, length);
    close_h1(c);
    conn_stands(c, SLOT_CONNECTION_IDLE);
    set_timer(c, length);
    return conn_await(c);
}

static int wait_for_input(struct conn *c, struct h1 *h)
{
    if (h->phase == H1_HEAD && h->in.to == h->in.from && !h->head_begun)
        return rest(c, h);
    conn_stands(c, SLOT_CONNECTION_READING);
    if (h->phase == H1_HEAD)
        h1_release(c, h);
    if (h->phase == H1_BODY) {
        set_timer(c, h->answer->x.location->settings.client_body_timeout.value);
    } else if (!h->head_begun) {
        /* For the whole head, however its bytes trickle in. */
        h->head_begun = true;
        set_timer(c, server_settings(c)->client_header_timeout.value);
    }
    input_shrink(c, h);
    return conn_await(c);
}

static int wait_for_room(struct conn *c, struct h1 *h)
{
    const struct settings *s = h->settings ? h->settings : default_settings(c);

    conn_stands(c, SLOT_CONNECTION_WRITING);
    set_timer(c, s->send_timeout.value);
    if (output_hold(c, h) < 0)
        return -ENOMEM;
    input_shrink(c, h);
    return conn_await_room(c);
}

static int wait_for_time(struct conn *c, struct h1 *h)
{
    uint64_t now = c->worker->loop.now_ms;
    uint64_t until = h->answer->x.wait.until_ms;

    conn_stands(c, SLOT_CONNECTION_WRITING);
    input_shrink(c, h);
    if (until == 0)
        loop_timer_cancel(&c->worker->loop, &c->timer); /* `wake` comes */
    else
        set_timer(c, until > now ? until - now : 0);
    return conn_await(c);
}

static int wait_for_turn(struct conn *c, struct h1 *h)
{
    if (output_hold(c, h) < 0)
        return -ENOMEM;
    /* The timer of a head goes on: a turn put off is no progress. */
    if (!h->head_begun)
        loop_timer_cancel(&c->worker->loop, &c->timer);
    conn_again(c);
    return conn_await(c);
}

static void end(struct conn *c, struct h1 *h)
{
    const struct settings *s = h->settings ? h->settings : default_settings(c);
    bool lingers = h->lingers;

    close_h1(c);
    if (lingers)
        linger_begin(c, s->lingering_time.value, s->lingering_timeout.value);
    else
        conn_close(c);
}

/* Idle for too long, and nothing came at the last moment either. */
static void end_idle(struct conn *c)
{
    const struct settings *s = default_settings(c);

    close_h1(c);
    if (c->worker->draining) {
        linger_begin(c, s->lingering_time.value, s->lingering_timeout.value);
    } else {
        slot_add(c->worker->slot, COUNTER_timeouts_idle, 1);
        conn_close(c);
    }
}

static int leave(struct conn *c, struct h1 *h, enum h1_step why)
{
    switch (why) {
    case H1_READ:
        return wait_for_input(c, h);
    case H1_ROOM:
        return wait_for_room(c, h);
    case H1_AGAIN:
        return wait_for_turn(c, h);
    case H1_LATER:
        return wait_for_time(c, h);
    case H1_ON:
    case H1_DONE:
    case H1_BREAK:
        break;
    }
    return 0;
}

static bool is_idle(const struct h1 *h)
{
    return h->phase == H1_HEAD && h->in.to == h->in.from && !h->head_begun;
}

/* Goes on until there is something to wait for. The connection may be closed
 * when this returns. */
static void go(struct conn *c)
{
    struct h1 *h = state_of(c);
    enum h1_step why = H1_ON;

    if (!h) {
        slot_add(c->worker->slot, COUNTER_connections_dropped, 1);
        conn_close(c);
        return;
    }
    worker_time(c->worker);
    h->has_read = false;
    h->taken = 0;
    h->turn_sent = 0;
    h->turn_costly = 0;
    input_compact(h);
    while (why == H1_ON)
        why = request_step(c, h);
    if (why != H1_BREAK && why != H1_ROOM) {
        /* Answers that were ready together leave together, now. */
        enum h1_step written = output_flush(c, h);

        if (written != H1_ON)
            why = written;
    }
    inflight_clear(c->worker->slot);
    if (why == H1_READ && c->ending && is_idle(h))
        end_idle(c);
    else if (why == H1_DONE)
        end(c, h);
    else if (why == H1_BREAK || leave(c, h, why) < 0)
        conn_close(c);
}

/* ---- what happens to a connection ---- */

static void readable(struct conn *c)
{
    struct h1 *h = c->state;

    /* One that waits for a time reads on when that is over. */
    if (!h || h->phase != H1_RESPOND)
        go(c);
}

static void resume(struct conn *c)
{
    struct h1 *h = c->state;
    const struct exchange *x = h->answer ? &h->answer->x : NULL;

    if (x)
        inflight_resume(c->worker->slot,
                        &(struct inflight_what){x->request.method_text,
                                                x->request.target,
                                                {c->text, c->text_len}},
                        x->started_us / 1000);
    inflight_phase(c->worker->slot, PHASE_SENDING, c->worker->loop.now_ms);
    c->blocked = false;
    go(c);
}

static void give_up(struct conn *c, struct h1 *h)
{
    request_give_up(c, h, HTTP_REQUEST_TIMEOUT);
    if (default_settings(c)->reset_timedout_connection.on)
        transport_reset(&c->transport);
    conn_close(c);
}

static void expired(struct conn *c)
{
    struct slot *slot = c->worker->slot;
    struct h1 *h = c->state;

    worker_time(c->worker);
    if (!h) {
        c->ending = true; /* looks once more */
        c->readable = true;
        go(c);
    } else if (c->blocked) {
        slot_add(slot, COUNTER_timeouts_send, 1);
        if (h->settings && h->settings->reset_timedout_connection.on)
            transport_reset(&c->transport);
        conn_close(c);
    } else if (h->phase == H1_HEAD) {
        slot_add(slot, COUNTER_timeouts_header, 1);
        give_up(c, h);
    } else if (h->phase == H1_BODY) {
        slot_add(slot, COUNTER_timeouts_body, 1);
        give_up(c, h);
    } else {
        go(c); /* RESPOND_WAIT is over */
    }
}

/* One that is idle may stay so for the grace; what it asks until then is
 * answered with "Connection: close", as all that is not answered yet. */
static void drain(struct conn *c)
{
    uint64_t now = c->worker->loop.now_ms;
    uint64_t left = c->timer.due_ms > now ? c->timer.due_ms - now : 0;
    uint64_t length = shorten(c, left);

    if (!c->state && length < left)
        set_timer(c, length);
}

const struct session_ops session_h1 = {
    .name = "http/1",
    .readable = readable,
    .writable = resume,
    .expired = expired,
    .drain = drain,
    .close = close_h1,
};
