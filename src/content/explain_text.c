/* explain_text.c - an explanation that people read */
#include "content/explain.h"

#include "conf/conf.h"

enum { KIND_WIDTH = 10, WHAT_WIDTH = 46 };

/* Bytes of a client may be anything; a terminal gets what it can show. */
static void put_safe(struct buf *into, struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.at[i];

        if (c < 0x20 || c == 0x7f)
            buf_printf(into, "\\x%02X", c);
        else
            buf_put_char(into, (char)c);
    }
}

/* In a column of its own, where what stands before it leaves room. */
static void put_place(struct buf *into, size_t line, struct place place,
                      const char *otherwise)
{
    if (!place_is_set(place) && !otherwise) {
        buf_put_char(into, '\n');
        return;
    }
    do
        buf_put_char(into, ' ');
    while (!into->failed && into->len - line < KIND_WIDTH + WHAT_WIDTH);
    if (place_is_set(place))
        place_print(into, place);
    else
        buf_put(into, str_of(otherwise));
    buf_put_char(into, '\n');
}

static const char *label_of(enum trace_kind kind)
{
    return kind == TRACE_RIVAL ? "  not" : explain_kind_name(kind);
}

static struct str detail_of(const struct trace_event *e)
{
    if (e->kind == TRACE_REWRITE && !e->detail.at)
        return STR("does not match");
    return e->detail;
}

static void put_step(struct buf *into, const struct trace_event *e)
{
    size_t line = into->len;
    struct str detail = detail_of(e);

    buf_printf(into, "%-*s", KIND_WIDTH, label_of(e->kind));
    put_safe(into, e->what.len > 0 ? e->what : STR("\"\""));
    if (detail.len > 0) {
        buf_put(into, e->kind == TRACE_REWRITE || e->kind == TRACE_SET
                          ? STR(" -> ")
                          : STR(": "));
        put_safe(into, detail);
    }
    put_place(into, line, e->place, NULL);
}

static void put_steps(struct buf *into, const struct explain *e)
{
    for (const struct explain_step *s = e->first; s; s = s->next)
        if (s->event.kind != TRACE_HEADER)
            put_step(into, &s->event);
}

static void put_fields(struct buf *into, const struct explain *e)
{
    for (unsigned i = 0; i < e->field_count; i++) {
        const struct explain_field *f = &e->fields[i];
        size_t line = into->len;

        buf_printf(into, "%.*s: ", STR_ARG(f->name));
        put_safe(into, f->value);
        put_place(into, line, f->place, f->origin);
    }
}

void explain_text(const struct explain *e, struct buf *into)
{
    const struct request *r = &e->x.request;

    put_safe(into, r->line);
    buf_put(into, STR(" at "));
    address_print(into, &e->peer.local);
    buf_put(into, STR(" from "));
    address_print_host(into, &e->peer.client);
    buf_put(into, STR("\n\n"));
    put_steps(into, e);
    buf_put_char(into, '\n');
    if (e->x.response.status == HTTP_CLOSE) {
        buf_put(into, STR("444: the connection is closed without an answer\n"));
        return;
    }
    buf_printf(into, "%u %.*s\n", e->x.response.status,
               STR_ARG(status_reason(e->x.response.status)));
    put_fields(into, e);
}
