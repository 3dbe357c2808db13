/* output.c - answers become bytes, and bytes become figures */
#include "worker/output.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/buf.h"
#include "conf/conf.h"
#include "content/errorlog.h"
#include "content/respond.h"
#include "worker/worker.h"

enum {
    /* A piece of memory up to this long is copied behind the head, so that the
     * answers to pipelined requests leave together; a longer one is handed to
     * the kernel from where it is. */
    COPY_MAX = 4096,
    /* Of large pieces, before the others get their turn. */
    TURN_MAX = 2 * 1024 * 1024,
    /* Of pieces that take work to make. */
    COSTLY_MAX = 4,
};

/* ---- accounting ---- */

static void give_back(struct worker *w, struct answer *a)
{
    exchange_reset(&a->x);
    if (!pool_give(&w->pool, POOL_ANSWER, a))
        h1_free_answer(a);
}

/* After the last byte: what is known by now goes to the counters and the
 * line. */
static void account(struct conn *c, struct h1 *h, struct answer *a)
{
    struct worker *w = c->worker;
    struct exchange *x = &a->x;
    uint64_t until = h->sent < a->end ? h->sent : a->end;

    x->sent_bytes = until > a->begin ? until - a->begin : 0;
    x->body_sent_bytes =
        x->sent_bytes > a->head_len ? x->sent_bytes - a->head_len : 0;
    x->ended_us = w->loop.now_us;
    if (!x->first_byte_us)
        x->first_byte_us = x->ended_us;
    if (x->completed)
        slot_latency(w->slot, x->first_byte_us - x->started_us,
                     x->ended_us - x->started_us);
    else if (a->end > a->begin)
        slot_add(w->slot, COUNTER_answers_cut, 1);
    h->peer.requests = a->number;
    accesslog_write(&w->accesslog, x);
    slot_last_request(w->slot, w->loop.now_ms);
    give_back(w, a);
}

/* The time after the write is the end of what it finished, and the beginning of
 * what comes next. */
static void written(struct conn *c, struct h1 *h, size_t n)
{
    struct worker *w = c->worker;
    struct list *link;

    h->sent += n;
    slot_add(w->slot, COUNTER_bytes_sent, n);
    loop_clock(&w->loop);
    while ((link = list_first(&h->unsent))) {
        struct answer *a = CONTAINER_OF(link, struct answer, link);

        if (a->begin < h->sent && !a->x.first_byte_us)
            a->x.first_byte_us = w->loop.now_us;
        if (a->end > h->sent)
            break;
        list_remove(link);
        a->x.completed = true;
        account(c, h, a);
    }
    if (h->answer && h->phase == H1_PUT_BODY && h->answer->begin < h->sent &&
        !h->answer->x.first_byte_us)
        h->answer->x.first_byte_us = w->loop.now_us;
}

void output_silent(struct conn *c, struct h1 *h, struct answer *a)
{
    a->begin = a->end = h->queued;
    a->head_len = 0;
    slot_answer(c->worker->slot, a->x.response.status);
    account(c, h, a);
}

void output_cut(struct conn *c, struct h1 *h)
{
    struct list *link;

    while ((link = list_first(&h->unsent))) {
        list_remove(link);
        account(c, h, CONTAINER_OF(link, struct answer, link));
    }
    if (h->answer && h->phase == H1_PUT_BODY) {
        h->answer->end = h->queued;
        account(c, h, h->answer);
    } else if (h->answer) {
        give_back(c->worker, h->answer);
    }
    h->answer = NULL;
    free(h->held);
    h->held = NULL;
    c->worker->out_len = 0;
}

/* ---- writing ---- */

/* What stands before everything else: what was held, or what was gathered. */
static struct str waiting(const struct conn *c, const struct h1 *h)
{
    if (h->held)
        return (struct str){h->held + h->held_at, h->held_len - h->held_at};
    return (struct str){c->worker->out, c->worker->out_len};
}

static void waiting_went(struct conn *c, struct h1 *h, size_t n)
{
    struct worker *w = c->worker;

    if (!h->held) {
        w->out_len -= n;
        if (w->out_len > 0)
            memmove(w->out, w->out + n, w->out_len);
        return;
    }
    h->held_at += n;
    if (h->held_at < h->held_len)
        return;
    free(h->held);
    h->held = NULL;
}

static enum h1_step failed(struct conn *c, int err)
{
    if (err == -EAGAIN)
        return H1_ROOM;
    if (err == -EPIPE || err == -ECONNRESET)
        slot_add(c->worker->slot, COUNTER_client_resets, 1);
    return H1_BREAK;
}

/* Writes what waits and the piece of memory behind it. */
static enum h1_step push(struct conn *c, struct h1 *h, struct str *piece,
                         bool more)
{
    for (;;) {
        struct str first = waiting(c, h);
        struct iovec parts[2] = {
            {(void *)(uintptr_t)first.at, first.len},
            {(void *)(uintptr_t)piece->at, piece->len},
        };
        struct iovec *from = first.len > 0 ? parts : parts + 1;
        int count = (first.len > 0) + (piece->len > 0);
        size_t of_first;
        ssize_t n;

        if (count == 0)
            return H1_ON;
        n = transport_write(&c->transport, from, count, more);
        if (n < 0)
            return failed(c, (int)n);
        of_first = (size_t)n < first.len ? (size_t)n : first.len;
        if (of_first > 0)
            waiting_went(c, h, of_first);
        if ((size_t)n > of_first)
            *piece = str_from(*piece, (size_t)n - of_first);
        written(c, h, (size_t)n);
    }
}

enum h1_step output_flush(struct conn *c, struct h1 *h)
{
    struct str nothing = {NULL, 0};

    return push(c, h, &nothing, false);
}

int output_hold(struct conn *c, struct h1 *h)
{
    struct worker *w = c->worker;

    if (w->out_len == 0)
        return 0;
    h->held = malloc(w->out_len);
    if (!h->held)
        return -ENOMEM;
    memcpy(h->held, w->out, w->out_len);
    h->held_len = w->out_len;
    h->held_at = 0;
    w->out_len = 0;
    return 0;
}

/* ---- putting ---- */

static void put(struct conn *c, struct h1 *h, struct str text)
{
    struct worker *w = c->worker;

    memcpy(w->out + w->out_len, text.at, text.len);
    w->out_len += text.len;
    h->queued += text.len;
}

/* Is there nothing that must be written before worker->out may be used? */
static bool may_put(const struct conn *c, const struct h1 *h, size_t room)
{
    return !h->held && WORKER_ROOM - c->worker->out_len >= room;
}

enum h1_step output_interim(struct conn *c, struct h1 *h, struct str text)
{
    enum h1_step step = H1_ON;

    if (!may_put(c, h, text.len))
        step = output_flush(c, h);
    if (step == H1_ON)
        put(c, h, text);
    return step;
}

/* Its requests and status are counted before its first byte can leave. */
static void begin(struct conn *c, struct h1 *h, size_t head_len)
{
    struct answer *a = h->answer;

    a->begin = h->queued;
    a->head_len = head_len;
    h->queued += head_len;
    c->worker->out_len += head_len;
    h->piece.kind = PIECE_END;
    h->phase = H1_PUT_BODY;
    slot_answer(c->worker->slot, a->x.response.status);
}

enum h1_step output_head(struct conn *c, struct h1 *h)
{
    struct worker *w = c->worker;

    for (;;) {
        struct buf head = buf_over(w->out + w->out_len,
                                   h->held ? 0 : WORKER_ROOM - w->out_len);
        enum h1_step step;

        if (!h->held) {
            respond_head(&h->answer->x, &head);
            if (!head.failed) {
                begin(c, h, head.len);
                return H1_ON;
            }
            if (w->out_len == 0)
                return H1_BREAK; /* no head of ours is so long */
        }
        step = output_flush(c, h);
        if (step != H1_ON)
            return step;
    }
}

static enum h1_step body_failed(struct conn *c, struct h1 *h, int err)
{
    struct exchange *x = &h->answer->x;

    slot_add(c->worker->slot, COUNTER_io_errors, 1);
    if (err == -EIO)
        errorlog_put(x, LOG_ERROR, 0,
                     "\"%.*s\" became shorter while it was sent",
                     STR_ARG(x->filename));
    else
        errorlog_put(x, LOG_ERROR, err, "read() \"%.*s\" failed",
                     STR_ARG(x->filename));
    output_flush(c, h); /* the answers before this one are whole */
    return H1_BREAK;
}

/* How many bytes the answer's rate lets go now. 0: the exchange's `wait` says
 * until when none. */
static uint64_t allowance(const struct conn *c, const struct h1 *h)
{
    struct exchange *x = &h->answer->x;
    uint64_t now = c->worker->loop.now_ms;
    uint64_t begun = x->started_us / 1000;
    uint64_t wait_ms = 0;
    uint64_t most = rate_allows(&x->rate, h->queued - h->answer->begin,
                                now > begun ? now - begun : 0, &wait_ms);

    if (most == 0)
        x->wait.until_ms = now + wait_ms;
    return most;
}

static enum h1_step put_memory(struct conn *c, struct h1 *h, uint64_t most)
{
    struct str *text = &h->piece.memory;
    struct str part = {text->at, most < text->len ? (size_t)most : text->len};
    enum h1_step step = H1_ON;
    size_t before = part.len;

    if (part.len <= COPY_MAX && may_put(c, h, part.len)) {
        put(c, h, part);
        part.len = 0;
    } else {
        h->queued += before; /* what is not written is taken off again */
        step = push(c, h, &part, false);
        h->queued -= part.len;
    }
    *text = str_from(*text, before - part.len);
    return step;
}

/* The head goes with the first bytes of the file. */
static enum h1_step put_file(struct conn *c, struct h1 *h, uint64_t allowed)
{
    const struct settings *s = &h->answer->x.location->settings;
    uint64_t most = s->sendfile_max_chunk.value;
    struct piece *p = &h->piece;
    struct str nothing = {NULL, 0};
    enum h1_step step = push(c, h, &nothing, true);
    size_t len;
    ssize_t n;

    if (step != H1_ON)
        return step;
    if (most == 0 || most > TURN_MAX)
        most = TURN_MAX;
    if (h->turn_sent >= most)
        return H1_AGAIN;
    if (most > allowed)
        most = allowed;
    len = p->length < most ? (size_t)p->length : (size_t)most;
    if (s->sendfile.on)
        n = transport_send_file(&c->transport, p->fd, p->offset, len);
    else
        n = transport_copy_file(&c->transport, p->fd, p->offset, len);
    if (n == -EAGAIN || n == -EPIPE || n == -ECONNRESET)
        return failed(c, (int)n);
    if (n < 0)
        return body_failed(c, h, (int)n);
    p->offset += (uint64_t)n;
    p->length -= (uint64_t)n;
    h->queued += (uint64_t)n;
    h->turn_sent += (uint64_t)n;
    written(c, h, (size_t)n);
    return H1_ON;
}

/* All of it stands behind the others now, or is on its way. */
static void complete(struct conn *c, struct h1 *h)
{
    struct answer *a = h->answer;

    a->end = h->queued;
    h->answer = NULL;
    h->phase = a->x.response.keep_alive ? H1_HEAD : H1_END;
    list_append(&h->unsent, &a->link);
    if (h->sent == h->queued) /* by its own last piece */
        written(c, h, 0);
}

enum h1_step output_body(struct conn *c, struct h1 *h)
{
    struct piece *p = &h->piece;
    enum h1_step step = H1_ON;

    while (step == H1_ON) {
        bool has_memory = p->kind == PIECE_MEMORY && p->memory.len > 0;
        bool has_file = p->kind == PIECE_FILE && p->length > 0;
        uint64_t most = has_memory || has_file ? allowance(c, h) : 0;

        if (most == 0 && (has_memory || has_file)) {
            step = H1_LATER;
        } else if (has_memory) {
            step = put_memory(c, h, most);
        } else if (has_file) {
            step = put_file(c, h, most);
        } else {
            int err;

            if (h->turn_costly >= COSTLY_MAX)
                return H1_AGAIN;
            err = body_next(&h->answer->x, p);
            if (err < 0)
                return body_failed(c, h, err);
            h->turn_costly += p->is_costly;
            if (p->kind == PIECE_END) {
                complete(c, h);
                return H1_ON;
            }
        }
    }
    return step;
}
