/* multipart.c - whatever ranges were asked for, the body is as long as its
 * Content-Length says. Input: a size, a boundary, a type's length, then the
 * text of a Range. */
#include <stdlib.h>

#include "http/multipart.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool claim)
{
    if (!claim)
        abort();
}

static uint64_t take_number(struct str *input)
{
    uint64_t n = 0;

    for (size_t i = 0; i < sizeof(n) && input->len > 0; i++) {
        n = n << 8 | (unsigned char)input->at[0];
        *input = str_from(*input, 1);
    }
    return n;
}

static struct str take_text(struct str *input, size_t len)
{
    struct str text = {input->at, len < input->len ? len : input->len};

    *input = str_from(*input, text.len);
    return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str input = {(const char *)data, size};
    struct range_set set = {0};
    struct multipart m = {.set = &set};
    struct buf framing = {0};
    uint64_t length = 0;

    m.size = take_number(&input);
    m.id = take_number(&input);
    m.type = take_text(&input, take_number(&input) % 64);
    if (range_parse(input, m.size, &set) != RANGE_PARTIAL)
        return 0;
    for (unsigned i = 0; i < set.count; i++) {
        multipart_put_part(&framing, &m, i);
        length += set.ranges[i].len;
    }
    multipart_put_end(&framing, &m);
    expect(!framing.failed);
    expect(multipart_length(&m) == length + framing.len);
    /* never much larger than the file */
    expect(framing.len <= (size_t)(RANGE_MAX + 1) * (200 + 64));
    buf_close(&framing);
    return 0;
}
