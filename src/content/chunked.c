#include "content/chunked.h"

#include <errno.h>

#include "conf/conf.h"
#include "content/headers.h"
#include "content/variable.h"
#include "http/status.h"

/* Before a piece stands the end of the last one and its own length. */
enum step { STEP_SIZE, STEP_PIECE, STEP_END };

struct chunked {
    enum step step;
    bool begun;
    struct piece piece;
    struct buf text; /* grows for the trailers alone */
};

static const struct conf_fields *trailers_of(const struct exchange *x)
{
    return x->location->settings.trailers;
}

static bool applies(const struct exchange *x, const struct conf_field *field)
{
    return field->always || headers_are_for(x->response.status);
}

static bool has_trailers(const struct exchange *x)
{
    for (const struct conf_fields *l = trailers_of(x); l; l = l->outer)
        for (unsigned i = 0; i < l->count; i++)
            if (applies(x, &l->rows[i]))
                return true;
    return false;
}

static int put_trailers(struct buf *into, struct exchange *x)
{
    for (const struct conf_fields *l = trailers_of(x); l; l = l->outer) {
        for (unsigned i = 0; i < l->count; i++) {
            struct str value;

            if (!applies(x, &l->rows[i]))
                continue;
            value = variable_text(x, &l->rows[i].value);
            if (!value.at && l->rows[i].value.source.len > 0)
                return -ENOMEM;
            if (value.len > 0)
                head_put_field(into, l->rows[i].name, value);
        }
    }
    return into->failed ? -ENOMEM : 0;
}

static uint64_t length_of(const struct piece *p)
{
    return p->kind == PIECE_FILE ? p->length : p->memory.len;
}

/* An empty piece is none: a chunk of no bytes would end the body. */
static int take_piece(struct exchange *x, struct piece *into)
{
    int err;

    do
        err = body_inner_next(x, into);
    while (err == 0 && into->kind != PIECE_END && length_of(into) == 0 &&
           !into->is_costly);
    return err;
}

static int begin_chunk(struct exchange *x, struct chunked *c)
{
    int err = take_piece(x, &c->piece);

    buf_reset(&c->text);
    if (err < 0)
        return err;
    if (c->piece.kind != PIECE_END && length_of(&c->piece) == 0)
        return 0; /* it works on it: others have their turn */
    if (c->begun)
        buf_put(&c->text, STR("\r\n"));
    c->begun = true;
    c->step = STEP_PIECE;
    if (c->piece.kind != PIECE_END) {
        buf_printf(&c->text, "%llx\r\n",
                   (unsigned long long)length_of(&c->piece));
        return 0;
    }
    c->step = STEP_END;
    buf_put(&c->text, STR("0\r\n"));
    err = put_trailers(&c->text, x);
    buf_put(&c->text, STR("\r\n"));
    return err < 0 || c->text.failed ? -ENOMEM : 0;
}

static int next(struct exchange *x, struct piece *into)
{
    struct chunked *c = x->body.state;
    int err;

    *into = (struct piece){0};
    if (c->step == STEP_END)
        return 0;
    if (c->step == STEP_PIECE) {
        *into = c->piece;
        c->step = STEP_SIZE;
        return 0;
    }
    err = begin_chunk(x, c);
    into->kind = PIECE_MEMORY;
    into->memory = buf_str(&c->text);
    into->is_costly = err == 0 && c->text.len == 0;
    return err;
}

static void end(struct exchange *x)
{
    struct chunked *c = x->body.state;

    buf_close(&c->text);
}

static const struct body_ops CHUNKED = {"chunked", next, end};

bool chunked_apply(struct exchange *x)
{
    const struct settings *s = &x->location->settings;
    struct response *r = &x->response;
    struct chunked *c;

    if (status_is_bodiless(r->status) || r->status == HTTP_CLOSE ||
        x->method == METHOD_HEAD)
        return true;
    if (r->content_length >= 0 && !has_trailers(x))
        return true;
    if (x->request.minor == 0 || !s->chunked_transfer_encoding.on) {
        r->keep_alive = r->keep_alive && r->content_length >= 0;
        return true;
    }
    c = arena_alloc(&x->arena, sizeof(*c));
    if (!c || body_wrap(x, &CHUNKED, c) < 0)
        return false;
    r->content_length = -1;
    r->is_chunked = true;
    return true;
}
