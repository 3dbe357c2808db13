/* head.c - the lines of an answer's head */
#include "http/head.h"

#include "http/date.h"

static bool is_control(char c)
{
    return ((unsigned char)c < 0x20 && c != '\t') || c == 0x7f;
}

static bool has_control(struct str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (is_control(text.at[i]))
            return true;
    return false;
}

/* RFC 9110 section 5.5 wants them replaced by blanks. */
static void put_value(struct buf *into, struct str value)
{
    if (!has_control(value)) {
        buf_put(into, value);
        return;
    }
    for (size_t i = 0; i < value.len; i++)
        buf_put_char(into, is_control(value.at[i]) ? ' ' : value.at[i]);
}

void head_put_field(struct buf *into, struct str name, struct str value)
{
    put_value(into, name);
    buf_put(into, STR(": "));
    put_value(into, value);
    buf_put(into, STR("\r\n"));
}

static void put_text(struct buf *into, struct str name, struct str value)
{
    if (value.len > 0)
        head_put_field(into, name, value);
}

/* What prong itself composed of digits and constants is not looked at again.
 * `begin` is the name with its colon. */
static void put_own(struct buf *into, struct str begin, struct str value)
{
    if (value.len == 0)
        return;
    buf_put(into, begin);
    buf_put(into, value);
    buf_put(into, STR("\r\n"));
}

static void put_length(struct buf *into, uint64_t length)
{
    buf_put(into, STR("Content-Length: "));
    buf_put_number(into, length);
    buf_put(into, STR("\r\n"));
}

static void put_modified(struct buf *into, int64_t modified)
{
    buf_put(into, STR("Last-Modified: "));
    date_put(into, modified);
    buf_put(into, STR("\r\n"));
}

static void put_what_it_is(struct buf *into, const struct head *h)
{
    put_text(into, STR("Content-Type"), h->type);
    if (h->has_length)
        put_length(into, h->length);
    if (h->has_modified)
        put_modified(into, h->modified);
}

static void put_how_to_use_it(struct buf *into, const struct head *h)
{
    put_own(into, STR("ETag: "), h->etag);
    if (h->accept_ranges)
        buf_put(into, STR("Accept-Ranges: bytes\r\n"));
}

void head_put_entity(struct buf *into, const struct head *h)
{
    put_what_it_is(into, h);
    put_how_to_use_it(into, h);
}

static void put_status(struct buf *into, unsigned status)
{
    if (status == HTTP_OK) { /* in one piece, being the most frequent */
        buf_put(into, STR("HTTP/1.1 200 OK\r\n"));
        return;
    }
    buf_put(into, STR("HTTP/1.1 "));
    buf_put_number(into, status);
    buf_put_char(into, ' ');
    buf_put(into, status_reason(status));
    buf_put(into, STR("\r\n"));
}

static void put_connection(struct buf *into, const struct head *h)
{
    buf_put(into, h->keep_alive ? STR("Connection: keep-alive\r\n")
                                : STR("Connection: close\r\n"));
    if (!h->keep_alive || h->keep_alive_s == 0)
        return;
    buf_put(into, STR("Keep-Alive: timeout="));
    buf_put_number(into, h->keep_alive_s);
    buf_put(into, STR("\r\n"));
}

void head_write(struct buf *into, const struct head *h)
{
    put_status(into, h->status);
    put_own(into, STR("Server: "), h->server);
    put_own(into, STR("Date: "), h->date);
    if (h->prepared.len > 0)
        buf_put(into, h->prepared);
    else
        put_what_it_is(into, h);
    put_text(into, STR("Location"), h->location);
    if (h->is_chunked)
        buf_put(into, STR("Transfer-Encoding: chunked\r\n"));
    put_connection(into, h);
    if (h->prepared.len == 0)
        put_how_to_use_it(into, h);
    put_own(into, STR("Content-Range: "), h->range);
    put_own(into, STR("Allow: "), h->allow);
    put_text(into, STR("WWW-Authenticate"), h->challenge);
    for (unsigned i = 0; i < h->extra_count; i++)
        head_put_field(into, h->extra[i].name, h->extra[i].value);
    buf_put(into, STR("\r\n"));
}
