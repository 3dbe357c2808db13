/* builtin_answer.c - variables of the answer, of its accounting, and of what
 * was decided on the way to it */
#include "conf/conf.h"
#include "content/browser.h"
#include "content/builtin.h"
#include "content/headers.h"
#include "content/limit.h"
#include "content/referer.h"
#include "content/variable.h"
#include "http/date.h"
#include "os/entropy.h"

/* ---- accounting ---- */

bool builtin_body_bytes_sent(struct buf *into, struct exchange *x)
{
    return builtin_put_number(into, x->body_sent_bytes);
}

bool builtin_bytes_sent(struct buf *into, struct exchange *x)
{
    return builtin_put_number(into, x->sent_bytes);
}

bool builtin_request_completion(struct buf *into, struct exchange *x)
{
    return builtin_put(into, x->completed ? STR("OK") : STR(""));
}

bool builtin_request_length(struct buf *into, struct exchange *x)
{
    return builtin_put_number(into, x->request_bytes);
}

bool builtin_request_time(struct buf *into, struct exchange *x)
{
    uint64_t us = x->ended_us > x->started_us ? x->ended_us - x->started_us : 0;

    buf_printf(into, "%llu.%03u", (unsigned long long)(us / 1000000),
               (unsigned)(us / 1000 % 1000));
    return true;
}

bool builtin_status(struct buf *into, struct exchange *x)
{
    buf_printf(into, "%03u", x->response.status);
    return true;
}

/* One a request, however often it is asked for. */
bool builtin_request_id(struct buf *into, struct exchange *x)
{
    static const char hex[] = "0123456789abcdef";
    unsigned char bytes[16];
    char text[2 * sizeof(bytes)];

    if (x->request_id.at)
        return builtin_put(into, x->request_id);
    if (!entropy_take(&x->env->entropy, bytes, sizeof(bytes)))
        return false;
    for (size_t i = 0; i < sizeof(bytes); i++) {
        text[2 * i] = hex[bytes[i] >> 4];
        text[2 * i + 1] = hex[bytes[i] & 15];
    }
    x->request_id = arena_copy(&x->arena, (struct str){text, sizeof(text)});
    return builtin_put(into, x->request_id);
}

/* ---- decisions ---- */

/* Two decimals, rounded as nginx rounds them. */
bool builtin_gzip_ratio(struct buf *into, struct exchange *x)
{
    uint64_t thousandths, hundredths;

    if (x->coded_to == 0)
        return false;
    thousandths = x->coded_from * 1000 / x->coded_to;
    hundredths = thousandths / 10 + (thousandths % 10 > 4 ? 1 : 0);
    buf_printf(into, "%llu.%02u", (unsigned long long)(hundredths / 100),
               (unsigned)(hundredths % 100));
    return true;
}

bool builtin_limit_conn_status(struct buf *into, struct exchange *x)
{
    return builtin_put(into, limit_status_name(x->limit_conn_status));
}

bool builtin_limit_req_status(struct buf *into, struct exchange *x)
{
    return builtin_put(into, limit_status_name(x->limit_req_status));
}

bool builtin_limit_rate(struct buf *into, struct exchange *x)
{
    return builtin_put_number(into, x->rate.bytes_s);
}

bool builtin_invalid_referer(struct buf *into, struct exchange *x)
{
    return builtin_put(into, referer_is_valid(x) ? STR("") : STR("1"));
}

bool builtin_modern_browser(struct buf *into, struct exchange *x)
{
    return builtin_put(into, browser_value(x, true));
}

bool builtin_ancient_browser(struct buf *into, struct exchange *x)
{
    return builtin_put(into, browser_value(x, false));
}

bool builtin_msie(struct buf *into, struct exchange *x)
{
    return builtin_put(into, browser_is_msie(x) ? STR("1") : STR(""));
}

/* ---- the head ---- */

static bool put_date(struct buf *into, int64_t seconds)
{
    if (seconds == -1)
        return false;
    date_put(into, seconds);
    return true;
}

static bool put_text(struct buf *into, struct str text)
{
    buf_put(into, text);
    return text.len > 0;
}

static bool put_length(struct buf *into, const struct response *r)
{
    return r->content_length >= 0 &&
           builtin_put_number(into, (uint64_t)r->content_length);
}

/* Lines of one name are one value (RFC 9110 section 5.3). */
static bool put_lines(struct buf *into, const struct response *r,
                      struct str rest)
{
    bool any = false;

    for (unsigned i = 0; i < r->field_count; i++) {
        if (!builtin_is_field(r->fields[i].name, rest))
            continue;
        if (any)
            buf_put(into, STR(", "));
        buf_put(into, r->fields[i].value);
        any = true;
    }
    return any;
}

/* "timeout=N", where the head says so. */
static bool put_keep_alive(struct buf *into, const struct exchange *x)
{
    uint64_t seconds =
        x->location ? x->location->settings.keepalive_timeout_header.value : 0;

    if (!x->response.keep_alive || seconds == 0)
        return false;
    buf_put(into, STR("timeout="));
    return builtin_put_number(into, seconds);
}

/* As long as nothing is settled it is what the client wishes. */
static bool stays(const struct exchange *x)
{
    return x->phase == PHASE_SETTLED ? x->response.keep_alive
                                     : x->request.keep_alive;
}

bool builtin_any_sent_http(struct buf *into, struct exchange *x,
                           struct str rest)
{
    const struct response *r = &x->response;

    if (str_equals(rest, STR("content_type")))
        return put_text(into, r->content_type);
    if (str_equals(rest, STR("content_length")))
        return put_length(into, r);
    if (str_equals(rest, STR("location")))
        return put_text(into, r->location);
    if (str_equals(rest, STR("last_modified")))
        return put_date(into, r->last_modified);
    if (str_equals(rest, STR("etag")))
        return put_text(into, r->etag);
    if (str_equals(rest, STR("content_range")))
        return put_text(into, r->content_range);
    if (str_equals(rest, STR("allow")) && r->allow.len > 0)
        return put_text(into, r->allow);
    if (str_equals(rest, STR("accept_ranges")) && r->accept_ranges)
        return builtin_put(into, STR("bytes"));
    if (str_equals(rest, STR("connection")))
        return builtin_put(into, stays(x) ? STR("keep-alive") : STR("close"));
    if (str_equals(rest, STR("keep_alive")))
        return put_keep_alive(into, x);
    return put_lines(into, r, rest);
}

static bool put_trailers(struct buf *into, struct exchange *x,
                         const struct conf_fields *fields, struct str rest)
{
    bool any = false;

    for (unsigned i = 0; i < fields->count; i++) {
        const struct conf_field *field = &fields->rows[i];
        size_t from = into->len;

        if (!builtin_is_field(field->name, rest) ||
            !(field->always || headers_are_for(x->response.status)))
            continue;
        variable_expand(into, x, &field->value);
        any = any || into->len > from;
    }
    return any;
}

/* They are made again, of the same variables. */
bool builtin_any_sent_trailer(struct buf *into, struct exchange *x,
                              struct str rest)
{
    bool any = false;

    /* One that asks for another is not there yet. */
    if (x->trailers_sought || !x->response.is_chunked)
        return false;
    x->trailers_sought = true;
    for (const struct conf_fields *l = x->location->settings.trailers; l;
         l = l->outer)
        any = put_trailers(into, x, l, rest) || any;
    x->trailers_sought = false;
    return any;
}
