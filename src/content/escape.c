/* escape.c - values from outside made safe for a line of a log
 *
 * Most values need nothing, so they are written as they are and only looked at;
 * one that does need it is spread out from its end, which takes no memory
 * beside the buffer's. */
#include "content/escape.h"

enum { WIDEST = 6 }; /* \u001F */

static const char HEX[] = "0123456789ABCDEF";

static size_t write_default(char into[WIDEST], unsigned char c)
{
    if (c >= 0x20 && c < 0x7f && c != '"' && c != '\\') {
        into[0] = (char)c;
        return 1;
    }
    into[0] = '\\';
    into[1] = 'x';
    into[2] = HEX[c >> 4];
    into[3] = HEX[c & 15];
    return 4;
}

/* The short form of RFC 8259 section 7, or 0. */
static char json_letter(unsigned char c)
{
    switch (c) {
    case '"':
    case '\\':
        return (char)c;
    case '\b':
        return 'b';
    case '\f':
        return 'f';
    case '\n':
        return 'n';
    case '\r':
        return 'r';
    case '\t':
        return 't';
    default:
        return 0;
    }
}

static size_t write_json(char into[WIDEST], unsigned char c)
{
    into[0] = '\\';
    into[1] = json_letter(c);
    if (into[1])
        return 2;
    if (c >= 0x20) {
        into[0] = (char)c;
        return 1;
    }
    memcpy(into + 1, "u00", 3);
    into[4] = HEX[c >> 4];
    into[5] = HEX[c & 15];
    return 6;
}

static size_t write_byte(char into[WIDEST], char c, enum conf_escape form)
{
    return form == CONF_ESCAPE_JSON ? write_json(into, (unsigned char)c)
                                    : write_default(into, (unsigned char)c);
}

static size_t growth(const struct buf *text, size_t from, enum conf_escape form)
{
    char byte[WIDEST];
    size_t more = 0;

    for (size_t i = from; i < text->len; i++)
        more += write_byte(byte, text->data[i], form) - 1;
    return more;
}

void escape_from(struct buf *text, size_t from, enum conf_escape form)
{
    size_t more = form == CONF_ESCAPE_NONE ? 0 : growth(text, from, form);
    size_t at = text->len;
    char byte[WIDEST];

    if (more == 0)
        return;
    if (!buf_reserve(text, more)) {
        text->len = from;
        return;
    }
    text->len += more;
    for (size_t to = text->len; at > from && to > at; at--) {
        size_t n = write_byte(byte, text->data[at - 1], form);

        to -= n;
        memcpy(text->data + to, byte, n);
    }
}
