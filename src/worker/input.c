/* input.c - bytes for the parser */
#include "worker/input.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "worker/output.h"
#include "worker/worker.h"

enum {
    /* Always left behind a head, so that its body can be read. */
    BODY_ROOM = 1024,
    HELD_LEAST = 512,
};

static void give_back(struct conn *c, struct h1_input *in)
{
    if (in->room != POOL_INPUT_ROOM ||
        !pool_give(&c->worker->pool, POOL_INPUT, in->data))
        free(in->data);
}

void input_close(struct conn *c, struct h1 *h)
{
    give_back(c, &h->in);
    h->in = (struct h1_input){0};
}

/* Moves what is unused into another piece of memory. */
static int move(struct conn *c, struct h1 *h, size_t room)
{
    struct h1_input *in = &h->in;
    size_t len = in->to - in->from;
    char *data = room == POOL_INPUT_ROOM
                     ? pool_take(&c->worker->pool, POOL_INPUT)
                     : malloc(room);

    if (!data)
        return -ENOMEM;
    if (len > 0)
        memcpy(data, in->data + in->from, len);
    give_back(c, in);
    *in = (struct h1_input){.data = data, .room = room, .to = len};
    return 0;
}

/* The same with all that stands in it, which answers on their way need: their
 * texts are told where it is now. */
static int relocate(struct conn *c, struct h1 *h, size_t room)
{
    struct h1_input old = h->in;
    struct list *link = h->unsent.next;

    h->in.from = 0;
    if (move(c, h, room) < 0) {
        h->in.from = old.from;
        return -ENOMEM;
    }
    h->in.from = old.from;
    if (h->answer)
        exchange_moved(&h->answer->x, old.data, old.to, h->in.data);
    for (; link != &h->unsent; link = link->next)
        exchange_moved(&CONTAINER_OF(link, struct answer, link)->x, old.data,
                       old.to, h->in.data);
    return 0;
}

static void move_up(struct h1_input *in, size_t into)
{
    memmove(in->data + into, in->data + in->from, in->to - in->from);
    in->to -= in->from - into;
    in->from = into;
}

void input_close_gap(struct h1 *h)
{
    if (h->in.from > h->body_at)
        move_up(&h->in, h->body_at);
}

void input_compact(struct h1 *h)
{
    if (h->phase == H1_HEAD && h->in.from > 0 && list_is_empty(&h->unsent))
        move_up(&h->in, 0);
}

static int make_room(struct conn *c, struct h1 *h)
{
    struct h1_input *in = &h->in;

    if (in->room < POOL_INPUT_ROOM)
        return move(c, h, POOL_INPUT_ROOM);
    input_compact(h);
    if (in->to + BODY_ROOM >= in->room)
        return move(c, h, in->room * 2);
    return 0;
}

/* H1_ON with more bytes, H1_READ without, H1_DONE at the end of the stream. */
static enum h1_step fill(struct conn *c, struct h1 *h, size_t room)
{
    struct worker *w = c->worker;
    struct h1_input *in = &h->in;
    ssize_t n = transport_read(&c->transport, in->data + in->to, room);

    if (n == -EAGAIN) {
        c->readable = false;
        return H1_READ;
    }
    if (n < 0) {
        slot_add(w->slot, COUNTER_client_resets, 1);
        return H1_BREAK;
    }
    if (n == 0)
        return H1_DONE;
    /* Short: it was all there is. The end of the stream may have been told of
     * together with it, and will not be told again. */
    if ((size_t)n < room && !c->hung_up)
        c->readable = false;
    in->to += (size_t)n;
    slot_add(w->slot, COUNTER_bytes_received, (uint64_t)n);
    return H1_ON;
}

enum h1_step input_read_head(struct conn *c, struct h1 *h)
{
    enum h1_step step;

    if (!c->readable)
        return H1_READ;
    if (h->has_read)
        return H1_AGAIN;
    h->has_read = true;
    if (!list_is_empty(&h->unsent)) {
        step = output_flush(c, h); /* they need what must move now */
        if (step != H1_ON)
            return step;
    }
    if (make_room(c, h) < 0)
        return H1_BREAK;
    return fill(c, h, h->in.room - BODY_ROOM - h->in.to);
}

enum h1_step input_read_body(struct conn *c, struct h1 *h)
{
    enum h1_step step;

    if (!c->readable)
        return H1_READ;
    /* All before `from` was used; the head in hand stays what it is. */
    h->in.to = h->in.from = h->body_at;
    if (h->in.room - h->in.to < BODY_ROOM &&
        relocate(c, h, h->in.to + POOL_INPUT_ROOM) < 0)
        return H1_BREAK;
    step = fill(c, h, h->in.room - h->in.to);
    return step == H1_DONE ? H1_BREAK : step;
}

void input_shrink(struct conn *c, struct h1 *h)
{
    size_t room = HELD_LEAST;

    if (h->phase == H1_BODY)
        return;
    input_compact(h);
    while (room < h->in.to)
        room *= 2;
    /* Without memory it simply keeps what it has. */
    if (room < h->in.room && room < POOL_INPUT_ROOM)
        relocate(c, h, room);
}
