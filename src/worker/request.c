/* request.c - one request, from its first byte to an answer that is settled */
#include "worker/request.h"

#include "conf/conf.h"
#include "content/errorlog.h"
#include "content/respond.h"
#include "worker/input.h"
#include "worker/output.h"
#include "worker/worker.h"

enum {
    TAKEN_MAX = 64, /* requests of one connection in one turn */
    BODY_READS_MAX = 16,
};

static const struct str CONTINUE = {"HTTP/1.1 100 Continue\r\n\r\n", 25};

static struct answer *take_answer(struct conn *c, struct h1 *h)
{
    struct answer *a = pool_take(&c->worker->pool, POOL_ANSWER);

    if (!a)
        return NULL;
    a->x.env = &c->worker->env;
    a->x.peer = &h->peer;
    exchange_reset(&a->x);
    h->answer = a;
    parser_open(&h->parser, &a->x.request, &a->x.arena, &h->limits);
    return a;
}

/* The session's own refusal: nothing more is read of what the client sends. */
static enum h1_step refuse(struct h1 *h, unsigned status)
{
    struct exchange *x = &h->answer->x;

    if (h->parser.reason)
        errorlog_put(x, LOG_INFO, 0, "%s", h->parser.reason);
    respond_refusal(x, status);
    x->response.keep_alive = false;
    h->refused = true;
    h->phase = H1_PUT_HEAD;
    return H1_ON;
}

static void take_up(struct conn *c, struct h1 *h, size_t head_len)
{
    struct worker *w = c->worker;
    struct exchange *x = &h->answer->x;
    struct inflight_what what = {
        x->request.method_text, x->request.target, {c->text, c->text_len}};

    h1_release(c, h);
    h->answer->number = ++c->requests;
    h->peer.requests = c->requests;
    h->head_begun = false;
    h->taken++;
    c->ending = false;
    conn_stands(c, SLOT_CONNECTION_WRITING);
    x->started_us = w->loop.now_us;
    x->request_bytes = head_len;
    x->pipelined = !list_is_empty(&h->unsent);
    if (x->pipelined)
        slot_add(w->slot, COUNTER_pipelined, 1);
    if (c->requests > 1)
        slot_add(w->slot, COUNTER_keepalive_reused, 1);
    inflight_set(w->slot, &what, w->loop.now_ms);
}

static enum h1_step step_head(struct conn *c, struct h1 *h)
{
    size_t taken = 0;
    enum h1_step next;
    struct str bytes;

    if (h->taken >= TAKEN_MAX)
        return H1_AGAIN;
    if (h->in.to == h->in.from)
        return input_read_head(c, h);
    if (!h->answer && !take_answer(c, h))
        return H1_BREAK;
    bytes = (struct str){h->in.data + h->in.from, h->in.to - h->in.from};
    switch (parser_feed(&h->parser, bytes, &taken)) {
    case PARSER_HEAD:
        h->in.from += taken;
        h->body_at = h->in.from;
        take_up(c, h, taken);
        h->phase = H1_RESPOND;
        return H1_ON;
    case PARSER_REFUSED:
        take_up(c, h, bytes.len);
        slot_add(c->worker->slot, COUNTER_parse_errors, 1);
        return refuse(h, h->parser.status);
    case PARSER_MORE:
    case PARSER_END:
        break;
    }
    h->in.from += taken;
    next = input_read_head(c, h);
    if (next == H1_DONE && h->in.to > h->in.from)
        request_give_up(c, h, HTTP_BAD_REQUEST); /* half a head, then the end */
    return next;
}

/* A client that would be refused anyway is not asked for its body. */
static enum h1_step expect_body(struct conn *c, struct h1 *h)
{
    struct exchange *x = &h->answer->x;
    uint64_t max = x->location->settings.client_max_body_size.value;

    bool asks = x->request.expect == EXPECT_CONTINUE && x->request.minor > 0 &&
                h->in.to == h->in.from;

    if (x->response.status == HTTP_CONTENT_TOO_LARGE ||
        (asks && x->response.status >= 400)) {
        x->response.keep_alive = false; /* the body may come all the same */
        h->refused = true;
        h->phase = H1_PUT_HEAD;
        return H1_ON;
    }
    inflight_phase(c->worker->slot, PHASE_READING, c->worker->loop.now_ms);
    if (!parser_limit_body(&h->parser, max))
        return refuse(h, HTTP_CONTENT_TOO_LARGE);
    h->phase = asks ? H1_CONTINUE : H1_BODY;
    return H1_ON;
}

static enum h1_step step_continue(struct conn *c, struct h1 *h)
{
    enum h1_step next = output_interim(c, h, CONTINUE);

    if (next == H1_ON)
        h->phase = H1_BODY;
    return next;
}

static enum h1_step step_respond(struct conn *c, struct h1 *h)
{
    struct worker *w = c->worker;
    struct exchange *x = &h->answer->x;

    inflight_phase(w->slot, PHASE_RESOLVING, w->loop.now_ms);
    if (x->request.expect == EXPECT_UNKNOWN)
        return refuse(h, HTTP_EXPECTATION_FAILED);
    if (respond(x) == RESPOND_WAIT)
        return H1_LATER;
    if (request_has_body(&x->request))
        return expect_body(c, h);
    h->phase = H1_PUT_HEAD;
    return H1_ON;
}

static enum h1_step step_body(struct conn *c, struct h1 *h)
{
    struct exchange *x = &h->answer->x;
    size_t taken = 0;
    struct str bytes = {h->in.data + h->in.from, h->in.to - h->in.from};
    enum parser_verdict verdict = parser_feed(&h->parser, bytes, &taken);

    h->in.from += taken;
    x->request_bytes += taken;
    if (verdict == PARSER_REFUSED)
        return refuse(h, h->parser.status);
    if (verdict == PARSER_END) {
        input_close_gap(h);
        h->phase = H1_PUT_HEAD;
        return H1_ON;
    }
    if (h->taken >= BODY_READS_MAX)
        return H1_AGAIN;
    h->taken++;
    return input_read_body(c, h);
}

static bool wants_linger(const struct conn *c, const struct h1 *h,
                         const struct exchange *x)
{
    switch (x->location->settings.lingering_close.value) {
    case CONF_LINGERING_OFF:
        return false;
    case CONF_LINGERING_ALWAYS:
        return true;
    default:
        /* The client may be sending: a body, or, as it does not know yet that
         * this is the end, the next request. */
        return h->refused || x->request.keep_alive || h->in.to > h->in.from ||
               (c->readable && !c->hung_up);
    }
}

/* A worker that drains ends the connection with this answer, unless more was
 * asked already: that is answered too, as long as the grace lasts. */
static bool is_last(const struct conn *c, const struct h1 *h)
{
    const struct worker *w = c->worker;

    if (!w->draining)
        return false;
    return (h->in.to == h->in.from && !c->readable) ||
           w->loop.now_ms - w->drained_ms > WORKER_DRAIN_GRACE_MS;
}

static enum h1_step step_put_head(struct conn *c, struct h1 *h)
{
    struct exchange *x = &h->answer->x;

    h->settings = &x->location->settings;
    if (is_last(c, h))
        x->response.keep_alive = false;
    if (x->response.status == HTTP_CLOSE) {
        struct answer *a = h->answer;

        h->answer = NULL;
        h->phase = H1_END;
        if (h->settings->reset_timedout_connection.on)
            transport_reset(&c->transport);
        output_silent(c, h, a);
        return H1_ON;
    }
    if (!x->response.keep_alive)
        h->lingers = wants_linger(c, h, x);
    if (c->delays == h->settings->tcp_nodelay.on)
        c->delays = transport_delay(&c->transport, !c->delays) == 0 ? !c->delays
                                                                    : c->delays;
    conn_stands(c, SLOT_CONNECTION_WRITING);
    inflight_phase(c->worker->slot, PHASE_SENDING, c->worker->loop.now_ms);
    return output_head(c, h);
}

enum h1_step request_step(struct conn *c, struct h1 *h)
{
    switch (h->phase) {
    case H1_HEAD:
        return step_head(c, h);
    case H1_RESPOND:
        return step_respond(c, h);
    case H1_CONTINUE:
        return step_continue(c, h);
    case H1_BODY:
        return step_body(c, h);
    case H1_PUT_HEAD:
        return step_put_head(c, h);
    case H1_PUT_BODY:
        return output_body(c, h);
    case H1_END:
        break;
    }
    return H1_DONE;
}

void request_give_up(struct conn *c, struct h1 *h, unsigned status)
{
    struct answer *a = h->answer;

    if (!a || h->phase > H1_BODY)
        return;
    if (h->phase == H1_HEAD) {
        parser_give_up(&h->parser, (struct str){h->in.data + h->in.from,
                                                h->in.to - h->in.from});
        take_up(c, h, h->in.to - h->in.from);
        inflight_clear(c->worker->slot);
    }
    respond_refusal(&a->x, status);
    h->answer = NULL;
    output_silent(c, h, a);
}
