/* body.c - the bytes of an answer, piece by piece */
#include "content/body.h"

#include <errno.h>
#include <unistd.h>

#include "content/exchange.h"
#include "http/multipart.h"

/* Up to here a copy costs less than the system call of its own that the head
 * would need. */
enum { SMALL_MAX = 16384 };

int body_next(struct exchange *x, struct piece *into)
{
    if (!x->body.ops) {
        *into = (struct piece){.kind = PIECE_END};
        return 0;
    }
    return x->body.ops->next(x, into);
}

void body_close(struct exchange *x)
{
    while (x->body.ops) {
        struct body *inner = x->body.inner;

        if (x->body.ops->close)
            x->body.ops->close(x);
        x->body = inner ? *inner : (struct body){0};
    }
    x->body = (struct body){0};
}

int body_wrap(struct exchange *x, const struct body_ops *ops, void *state)
{
    struct body *inner = arena_alloc(&x->arena, sizeof(*inner));

    if (!inner)
        return -ENOMEM;
    *inner = x->body;
    x->body = (struct body){.ops = ops, .state = state, .inner = inner};
    return 0;
}

int body_inner_next(struct exchange *x, struct piece *into)
{
    struct body outer = x->body;
    int err;

    x->body = *outer.inner;
    err = body_next(x, into);
    *outer.inner = x->body;
    x->body = outer;
    return err;
}

/* ---- one piece, whatever its kind ---- */

static int single_next(struct exchange *x, struct piece *into)
{
    *into = x->body.step == 0 ? x->body.single : (struct piece){0};
    x->body.step = 1;
    return 0;
}

static const struct body_ops SINGLE = {.name = "single", .next = single_next};

static void open_single(struct exchange *x, struct piece piece)
{
    body_close(x);
    x->body = (struct body){.ops = &SINGLE, .single = piece};
}

void body_memory(struct exchange *x, struct str text)
{
    if (text.len > 0)
        open_single(x, (struct piece){.kind = PIECE_MEMORY, .memory = text});
}

static struct piece file_piece(const struct exchange *x, uint64_t at,
                               uint64_t len)
{
    return (struct piece){
        .kind = PIECE_FILE,
        .fd = x->file.fd,
        .offset = at,
        .length = len,
    };
}

static int read_small(struct exchange *x, uint64_t at, size_t len)
{
    char *memory = arena_alloc(&x->arena, len);
    ssize_t n;

    if (!memory)
        return -ENOMEM;
    n = pread(x->file.fd, memory, len, (off_t)at);
    if (n < 0)
        return -errno;
    if ((size_t)n != len)
        return -ESTALE;
    body_memory(x, (struct str){memory, len});
    return 0;
}

int body_file(struct exchange *x, uint64_t at, uint64_t len)
{
    if (len == 0)
        return 0;
    if (len <= SMALL_MAX)
        return read_small(x, at, (size_t)len);
    open_single(x, file_piece(x, at, len));
    return 0;
}

/* ---- several ranges: each a head in memory and a piece of the file ---- */

struct parts {
    struct multipart multipart;
    struct range_set set;
    struct buf text; /* over the arena's memory: the head of the part at hand */
};

static int parts_next(struct exchange *x, struct piece *into)
{
    struct parts *p = x->body.state;
    unsigned step = x->body.step++;
    const struct range *range = &p->set.ranges[step / 2];

    *into = (struct piece){0};
    if (step > 2 * p->set.count)
        return 0;
    if (step % 2 == 1) {
        *into = file_piece(x, range->at, range->len);
        return 0;
    }
    buf_reset(&p->text);
    if (step == 2 * p->set.count)
        multipart_put_end(&p->text, &p->multipart);
    else
        multipart_put_part(&p->text, &p->multipart, step / 2);
    into->kind = PIECE_MEMORY;
    into->memory = buf_str(&p->text);
    return p->text.failed ? -ENOMEM : 0;
}

static const struct body_ops PARTS = {.name = "multipart", .next = parts_next};

/* A boundary that the file is most unlikely to hold, and that nobody can write
 * into it beforehand: it changes with the instant and the connection. */
static uint64_t boundary_of(const struct exchange *x)
{
    uint64_t id = (uint64_t)x->env->wall.tv_sec * 1000000007U +
                  (uint64_t)x->env->wall.tv_nsec;

    id = (id ^ (id >> 31)) * 0x9e3779b97f4a7c15U + x->peer->number;
    return (id ^ (id >> 29)) * 0xbf58476d1ce4e5b9U + x->peer->requests;
}

static struct parts *parts_new(struct exchange *x, const struct range_set *set,
                               struct str type)
{
    struct parts *p = arena_alloc(&x->arena, sizeof(*p));
    size_t room = type.len + 256;
    char *memory = arena_alloc(&x->arena, room);

    if (!p || !memory)
        return NULL;
    p->set = *set;
    p->text = buf_over(memory, room);
    p->multipart = (struct multipart){
        .set = &p->set,
        .type = type,
        .size = x->file.size,
        .id = boundary_of(x),
    };
    return p;
}

int body_multipart(struct exchange *x, const struct range_set *set,
                   struct str type)
{
    struct parts *p = parts_new(x, set, type);
    struct buf text;

    if (!p)
        return -ENOMEM;
    text = p->text;
    multipart_put_type(&text, &p->multipart);
    x->response.content_type = arena_copy(&x->arena, buf_str(&text));
    if (!x->response.content_type.at)
        return -ENOMEM;
    x->response.content_length = (int64_t)multipart_length(&p->multipart);
    body_close(x);
    x->body = (struct body){.ops = &PARTS, .state = p};
    return 0;
}
