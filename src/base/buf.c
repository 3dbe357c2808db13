/* buf.c - text under construction */
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"

enum { FIRST_ROOM = 64 };

struct buf buf_over(void *memory, size_t room)
{
    return (struct buf){.data = memory, .room = room, .lent = true};
}

void buf_close(struct buf *b)
{
    if (!b)
        return;
    if (!b->lent)
        free(b->data);
    *b = (struct buf){0};
}

void buf_reset(struct buf *b)
{
    b->len = 0;
    b->failed = false;
}

/* Doubles, so that a long composition copies each byte about twice. */
static bool grow(struct buf *b, size_t needed)
{
    size_t room = b->room < FIRST_ROOM ? FIRST_ROOM : b->room;
    char *data;

    while (room < needed)
        if (__builtin_mul_overflow(room, 2U, &room))
            return false;
    data = realloc(b->data, room);
    if (!data)
        return false;
    b->data = data;
    b->room = room;
    return true;
}

bool buf_reserve(struct buf *b, size_t more)
{
    size_t needed;

    /* After a cut nothing follows: what stands is a beginning, never a text
     * with a hole in it. */
    if (b->failed)
        return false;
    if (__builtin_add_overflow(b->len, more, &needed) ||
        (needed > b->room && (b->lent || !grow(b, needed))))
        b->failed = true;
    return !b->failed;
}

static void append(struct buf *b, struct str text)
{
    if (text.len > 0)
        memcpy(b->data + b->len, text.at, text.len);
    b->len += text.len;
}

/* Of a text that does not fit its beginning is kept; of one that was cut
 * before, nothing. */
void buf_put(struct buf *b, struct str text)
{
    if (b->failed)
        return;
    if (!buf_reserve(b, text.len))
        text.len = b->room - b->len;
    append(b, text);
}

/* All of the text or nothing: half an escape would mean something else. */
static void put_whole(struct buf *b, struct str text)
{
    if (buf_reserve(b, text.len))
        append(b, text);
}

void buf_put_char(struct buf *b, char c)
{
    if (buf_reserve(b, 1))
        b->data[b->len++] = c;
}

void buf_put_number(struct buf *b, uint64_t n)
{
    char digits[20]; /* 2^64 - 1 has so many */
    char *end = digits + sizeof(digits);
    char *at = end;

    do {
        *--at = (char)('0' + n % 10);
        n /= 10;
    } while (n > 0);
    buf_put(b, str_between(at, end));
}

void buf_printf(struct buf *b, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    buf_vprintf(b, format, args);
    va_end(args);
}

/* vsnprintf wants a byte for its NUL, which the caller's memory may not have
 * behind a text that just fits: it is composed beside and copied. */
static void print_beside(struct buf *b, size_t len, const char *format,
                         va_list args)
{
    char *text = malloc(len + 1);

    if (!text) {
        b->failed = true;
        return;
    }
    vsnprintf(text, len + 1, format, args);
    buf_put(b, (struct str){text, len});
    free(text);
}

static size_t left(const struct buf *b)
{
    return b->room - b->len;
}

void buf_vprintf(struct buf *b, const char *format, va_list args)
{
    va_list again;
    int len;

    if (b->failed)
        return;
    va_copy(again, args);
    len =
        vsnprintf(left(b) > 0 ? b->data + b->len : NULL, left(b), format, args);
    if (len < 0) {
        b->failed = true;
    } else if ((size_t)len < left(b)) {
        b->len += (size_t)len;
    } else if (b->lent) {
        print_beside(b, (size_t)len, format, again);
    } else if (buf_reserve(b, (size_t)len + 1)) {
        vsnprintf(b->data + b->len, left(b), format, again);
        b->len += (size_t)len;
    }
    va_end(again);
}

static void put_escape(struct buf *b, char c)
{
    static const char hex[] = "0123456789abcdef";
    unsigned char byte = (unsigned char)c;
    char text[4] = {'\\', 'x', hex[byte >> 4], hex[byte & 15]};

    if (c == '"' || c == '\\') {
        text[1] = c;
        put_whole(b, (struct str){text, 2});
    } else {
        put_whole(b, (struct str){text, sizeof(text)});
    }
}

void buf_put_escaped(struct buf *b, struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];

        if (c < 0x20 || c > 0x7e || c == '"' || c == '\\')
            put_escape(b, c);
        else
            buf_put_char(b, c);
    }
}

void buf_put_html(struct buf *b, struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        switch (text.at[i]) {
        case '<':
            put_whole(b, STR("&lt;"));
            break;
        case '>':
            put_whole(b, STR("&gt;"));
            break;
        case '&':
            put_whole(b, STR("&amp;"));
            break;
        case '"':
            put_whole(b, STR("&quot;"));
            break;
        case '\'':
            put_whole(b, STR("&#39;"));
            break;
        default:
            buf_put_char(b, text.at[i]);
        }
    }
}

struct str buf_str(const struct buf *b)
{
    return (struct str){b->data, b->len};
}
