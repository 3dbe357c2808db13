/* zipped.c - bodies that gzip or gunzip another one
 *
 * One call works on one buffer of input or makes one of output, whichever comes
 * first, so that a large file takes its place among the others. All memory is
 * the exchange's arena: what is cut off leaves nothing behind. */
#include "content/zipped.h"

#include <errno.h>
#include <unistd.h>
#include <zlib.h>

#include "conf/conf.h"

enum {
    BUFFER = 32768,
    WINDOW_MIN = 9, /* smaller ones are not to be had for a raw gzip */
    GZIP_FORMAT = 16,
};

struct zipped {
    z_stream z;
    struct piece piece; /* the inner body's, as far as it is not read */
    bool input_ended;
    bool ended;
    bool is_begun; /* decoding: within a member */
    unsigned char in[BUFFER];
    unsigned char out[BUFFER];
};

static void *take_memory(void *arena, unsigned count, unsigned size)
{
    return arena_alloc_array(arena, count, size);
}

/* The arena gives it back. */
static void give_memory(void *arena, void *memory)
{
    (void)arena;
    (void)memory;
}

/* ---- input ---- */

static int read_file(struct zipped *z)
{
    size_t len = z->piece.length < BUFFER ? (size_t)z->piece.length : BUFFER;
    ssize_t n = pread(z->piece.fd, z->in, len, (off_t)z->piece.offset);

    if (n < 0)
        return -errno;
    if (n == 0) /* it has shrunk since it was opened */
        return -EIO;
    z->piece.offset += (uint64_t)n;
    z->piece.length -= (uint64_t)n;
    z->z.next_in = z->in;
    z->z.avail_in = (unsigned)n;
    return 0;
}

/* zlib never writes there; its type is older than const. */
static void read_memory(struct zipped *z)
{
    struct str *text = &z->piece.memory;
    size_t len = text->len < BUFFER ? text->len : BUFFER;

    z->z.next_in = (unsigned char *)(uintptr_t)text->at;
    z->z.avail_in = (unsigned)len;
    *text = str_from(*text, len);
}

static int read_more(struct exchange *x, struct zipped *z)
{
    bool is_empty = z->piece.kind == PIECE_FILE ? z->piece.length == 0
                                                : z->piece.memory.len == 0;
    int err;

    if (is_empty) {
        err = body_inner_next(x, &z->piece);
        if (err < 0)
            return err;
        z->input_ended = z->piece.kind == PIECE_END;
    }
    if (z->piece.kind == PIECE_FILE && z->piece.length > 0)
        return read_file(z);
    if (z->piece.kind == PIECE_MEMORY)
        read_memory(z);
    return 0;
}

/* ---- one buffer at a time ---- */

static int encode(struct zipped *z)
{
    int result = deflate(&z->z, z->input_ended ? Z_FINISH : Z_NO_FLUSH);

    z->ended = result == Z_STREAM_END;
    return result == Z_STREAM_ERROR ? -EBADMSG : 0;
}

/* Members that stand behind each other are one text (RFC 1952 section 2.2). */
static int decode(struct zipped *z)
{
    int result;

    if (z->input_ended && z->z.avail_in == 0 && !z->is_begun) {
        z->ended = true;
        return 0;
    }
    z->is_begun = true;
    result = inflate(&z->z, Z_NO_FLUSH);
    if (result == Z_STREAM_END) {
        z->is_begun = false;
        return inflateReset(&z->z) == Z_OK ? 0 : -EBADMSG;
    }
    if (result == Z_MEM_ERROR)
        return -ENOMEM;
    if (result != Z_OK && result != Z_BUF_ERROR)
        return -EBADMSG;
    /* It wants more, and there is none. */
    if (z->input_ended && z->z.avail_in == 0 && z->z.avail_out > 0)
        return -EBADMSG;
    return 0;
}

static int work(struct exchange *x, int (*turn)(struct zipped *z))
{
    struct zipped *z = x->body.state;
    int err = 0;

    z->z.next_out = z->out;
    z->z.avail_out = BUFFER;
    if (z->z.avail_in == 0 && !z->input_ended)
        err = read_more(x, z);
    return err < 0 ? err : turn(z);
}

static void yield(struct zipped *z, struct piece *into)
{
    *into = (struct piece){
        .kind = PIECE_MEMORY,
        .is_costly = true,
        .memory = {(const char *)z->out, BUFFER - z->z.avail_out},
    };
    if (z->ended && into->memory.len == 0)
        *into = (struct piece){0};
}

static int next_encoded(struct exchange *x, struct piece *into)
{
    struct zipped *z = x->body.state;
    int err = 0;

    *into = (struct piece){0};
    if (z->ended)
        return 0;
    err = work(x, encode);
    x->coded_from = z->z.total_in;
    x->coded_to = z->z.total_out;
    yield(z, into);
    return err;
}

static int next_decoded(struct exchange *x, struct piece *into)
{
    struct zipped *z = x->body.state;
    int err = 0;

    *into = (struct piece){0};
    if (z->ended)
        return 0;
    err = work(x, decode);
    yield(z, into);
    return err;
}

static const struct body_ops ENCODED = {.name = "gzip", .next = next_encoded};
static const struct body_ops DECODED = {.name = "gunzip", .next = next_decoded};

/* ---- beginning ---- */

static struct zipped *open_stream(struct exchange *x)
{
    struct zipped *z = arena_alloc(&x->arena, sizeof(*z));

    if (z) {
        z->z.zalloc = take_memory;
        z->z.zfree = give_memory;
        z->z.opaque = &x->arena;
    }
    return z;
}

/* A short text needs no large window, and the memory of one is most of what
 * coding it costs. */
static int window_of(int64_t length)
{
    int bits = MAX_WBITS;

    while (length >= 0 && bits > WINDOW_MIN &&
           length < (INT64_C(1) << (bits - 1)) - 262)
        bits--;
    return bits;
}

int zipped_encode(struct exchange *x)
{
    int level = (int)x->location->settings.gzip_comp_level.value;
    int bits = window_of(x->response.content_length);
    int memory = bits - 7;
    struct zipped *z;

    if (x->method == METHOD_HEAD)
        return 0;
    z = open_stream(x);
    if (!z || deflateInit2(&z->z, level, Z_DEFLATED, bits + GZIP_FORMAT, memory,
                           Z_DEFAULT_STRATEGY) != Z_OK)
        return -ENOMEM;
    return body_wrap(x, &ENCODED, z);
}

int zipped_decode(struct exchange *x)
{
    struct zipped *z;

    if (x->method == METHOD_HEAD)
        return 0;
    z = open_stream(x);
    if (!z || inflateInit2(&z->z, MAX_WBITS + GZIP_FORMAT) != Z_OK)
        return -ENOMEM;
    return body_wrap(x, &DECODED, z);
}
