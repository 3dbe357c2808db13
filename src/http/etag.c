/* etag.c - making entity tags and reading lists of them */
#include "http/etag.h"

static void put_hex(struct buf *into, uint64_t n)
{
    char text[16];
    size_t at = sizeof(text);

    do {
        text[--at] = "0123456789abcdef"[n & 15];
        n >>= 4;
    } while (n > 0);
    buf_put(into, (struct str){text + at, sizeof(text) - at});
}

void etag_put(struct buf *into, int64_t seconds, uint32_t nanoseconds,
              uint64_t size)
{
    buf_put_char(into, '"');
    put_hex(into, (uint64_t)seconds);
    buf_put_char(into, '-');
    put_hex(into, size);
    if (nanoseconds > 0) {
        buf_put_char(into, '-');
        put_hex(into, nanoseconds);
    }
    buf_put_char(into, '"');
}

bool etag_next(struct str *list, struct str *tag, bool *weak)
{
    struct str rest = *list;
    const char *end;

    while (rest.len > 0 && memchr(", \t", rest.at[0], 3))
        rest = str_from(rest, 1);
    *weak = str_starts_with(rest, STR("W/"));
    if (*weak)
        rest = str_from(rest, 2);
    if (rest.len == 0 || rest.at[0] != '"')
        return false;
    end = str_find(str_from(rest, 1), '"');
    if (!end)
        return false;
    *tag = str_between(rest.at, end + 1);
    *list = str_from(rest, tag->len);
    return true;
}
