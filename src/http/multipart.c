/* multipart.c - the framing between the ranges of a multipart/byteranges */
#include "http/multipart.h"

static void put_boundary(struct buf *into, const struct multipart *m)
{
    char digits[MULTIPART_BOUNDARY_LEN];
    uint64_t n = m->id;

    for (size_t i = sizeof(digits); i-- > 0; n /= 10)
        digits[i] = (char)('0' + n % 10);
    buf_put(into, (struct str){digits, sizeof(digits)});
}

void multipart_put_type(struct buf *into, const struct multipart *m)
{
    buf_put(into, STR("multipart/byteranges; boundary="));
    put_boundary(into, m);
}

void multipart_put_part(struct buf *into, const struct multipart *m,
                        unsigned index)
{
    buf_put(into, STR("\r\n--"));
    put_boundary(into, m);
    if (m->type.len > 0) {
        buf_put(into, STR("\r\nContent-Type: "));
        buf_put(into, m->type);
    }
    buf_put(into, STR("\r\nContent-Range: "));
    range_put_content(into, m->set->ranges[index], m->size);
    buf_put(into, STR("\r\n\r\n"));
}

void multipart_put_end(struct buf *into, const struct multipart *m)
{
    buf_put(into, STR("\r\n--"));
    put_boundary(into, m);
    buf_put(into, STR("--\r\n"));
}

static uint64_t count_digits(uint64_t n)
{
    uint64_t count = 1;

    for (; n > 9; n /= 10)
        count++;
    return count;
}

/* What the putters above write, counted: so that Content-Length is known before
 * the first of them runs. */
uint64_t multipart_length(const struct multipart *m)
{
    uint64_t delimiter = strlen("\r\n--") + MULTIPART_BOUNDARY_LEN;
    uint64_t part = delimiter + strlen("\r\nContent-Range: bytes -/\r\n\r\n") +
                    count_digits(m->size);
    uint64_t length = delimiter + strlen("--\r\n");

    if (m->type.len > 0)
        part += strlen("\r\nContent-Type: ") + m->type.len;
    for (unsigned i = 0; i < m->set->count; i++) {
        struct range range = m->set->ranges[i];

        length += part + range.len + count_digits(range.at) +
                  count_digits(range.at + range.len - 1);
    }
    return length;
}
