/* buf.h - text under construction
 *
 * Writes go on into memory that the caller lent (buf_over) or into memory of
 * its own that grows (a zeroed struct). What does not fit is cut, and `failed`
 * stays set: one check at the end of a composition is enough. */
#ifndef PRONG_BASE_BUF_H
#define PRONG_BASE_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/str.h"

struct buf {
    char *data;
    size_t len;
    size_t room;
    bool lent;   /* the memory is the caller's: never grown, never freed */
    bool failed; /* something did not fit, or memory ran out */
};

/* A buffer over the caller's memory. */
struct buf buf_over(void *memory, size_t room);

/* Frees what the buffer grew and leaves it zeroed. */
void buf_close(struct buf *b);

void buf_reset(struct buf *b);

/* Makes sure that `more` bytes fit; false (and `failed`) if they cannot. */
bool buf_reserve(struct buf *b, size_t more);

void buf_put(struct buf *b, struct str text);
void buf_put_char(struct buf *b, char c);
void buf_put_number(struct buf *b, uint64_t n);
void buf_printf(struct buf *b, const char *format, ...) ATTR_PRINTF(2, 3);
void buf_vprintf(struct buf *b, const char *format, va_list args)
    ATTR_PRINTF(2, 0);

/* The text with `"`, `\` and every byte outside 0x20-0x7e as \", \\, \xHH. */
void buf_put_escaped(struct buf *b, struct str text);

/* The text with < > & " ' as entities of HTML. */
void buf_put_html(struct buf *b, struct str text);

/* What stands in the buffer, valid until the next write. */
struct str buf_str(const struct buf *b);

#endif
