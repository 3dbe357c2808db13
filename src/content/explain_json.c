/* explain_json.c - an explanation that machines read: one JSON object
 *
 * Texts are bytes. Those that are no UTF-8 are written byte by byte, each as
 * the character of its number. */
#include "content/explain.h"

#include "conf/conf.h"

/* The length of the UTF-8 character that begins here; 0: there is none. */
static size_t character(struct str text, size_t at)
{
    unsigned char c = (unsigned char)text.at[at];
    size_t len = c < 0x80   ? 1
                 : c < 0xc2 ? 0
                 : c < 0xe0 ? 2
                 : c < 0xf0 ? 3
                 : c < 0xf5 ? 4
                            : 0;

    if (len == 0 || text.len - at < len)
        return 0;
    for (size_t i = 1; i < len; i++)
        if (((unsigned char)text.at[at + i] & 0xc0) != 0x80)
            return 0;
    if ((c == 0xe0 && (unsigned char)text.at[at + 1] < 0xa0) ||
        (c == 0xed && (unsigned char)text.at[at + 1] >= 0xa0) ||
        (c == 0xf0 && (unsigned char)text.at[at + 1] < 0x90) ||
        (c == 0xf4 && (unsigned char)text.at[at + 1] >= 0x90))
        return 0;
    return len;
}

static bool is_utf8(struct str text)
{
    size_t len = 1;

    for (size_t i = 0; i < text.len && len > 0; i += len)
        len = character(text, i);
    return len > 0;
}

static void put_string(struct buf *into, struct str text)
{
    bool whole = is_utf8(text);

    buf_put_char(into, '"');
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.at[i];

        if (c == '"' || c == '\\')
            buf_printf(into, "\\%c", c);
        else if (c < 0x20 || c == 0x7f || (c >= 0x80 && !whole))
            buf_printf(into, "\\u%04x", c);
        else
            buf_put_char(into, (char)c);
    }
    buf_put_char(into, '"');
}

static void put_name(struct buf *into, const char *name)
{
    buf_printf(into, "\"%s\":", name);
}

static void put_text(struct buf *into, const char *name, struct str text)
{
    put_name(into, name);
    put_string(into, text);
}

static void put_place(struct buf *into, struct place place)
{
    put_name(into, "place");
    if (!place_is_set(place)) {
        buf_put(into, STR("null"));
        return;
    }
    buf_put_char(into, '{');
    put_text(into, "file", str_of(place.file));
    buf_printf(into, ",\"line\":%u}", place.line);
}

static void put_step(struct buf *into, const struct trace_event *e)
{
    buf_put_char(into, '{');
    put_text(into, "kind", str_of(explain_kind_name(e->kind)));
    buf_put_char(into, ',');
    put_text(into, "what", e->what);
    buf_put_char(into, ',');
    put_name(into, "detail");
    if (e->detail.at)
        put_string(into, e->detail);
    else
        buf_put(into, STR("null"));
    buf_put_char(into, ',');
    put_place(into, e->place);
    buf_put_char(into, '}');
}

static void put_steps(struct buf *into, const struct explain *e)
{
    put_name(into, "steps");
    buf_put_char(into, '[');
    for (const struct explain_step *s = e->first; s; s = s->next) {
        buf_put(into, s == e->first ? STR("\n ") : STR(",\n "));
        put_step(into, &s->event);
    }
    buf_put(into, STR("]"));
}

static void put_fields(struct buf *into, const struct explain *e)
{
    put_name(into, "headers");
    buf_put_char(into, '[');
    for (unsigned i = 0; i < e->field_count; i++) {
        const struct explain_field *f = &e->fields[i];

        buf_put(into, i == 0 ? STR("\n {") : STR(",\n {"));
        put_text(into, "name", f->name);
        buf_put_char(into, ',');
        put_text(into, "value", f->value);
        buf_put_char(into, ',');
        put_place(into, f->place);
        if (f->origin) {
            buf_put_char(into, ',');
            put_text(into, "origin", str_of(f->origin));
        }
        buf_put_char(into, '}');
    }
    buf_put_char(into, ']');
}

static void put_address(struct buf *into, const char *name,
                        const struct address *a)
{
    char memory[160];
    struct buf text = buf_over(memory, sizeof(memory));

    address_print(&text, a);
    put_text(into, name, buf_str(&text));
}

void explain_json(const struct explain *e, struct buf *into)
{
    const struct exchange *x = &e->x;

    buf_put_char(into, '{');
    put_text(into, "request", x->request.line);
    buf_put(into, STR(",\n"));
    put_address(into, "at", &e->peer.local);
    buf_put(into, STR(",\n"));
    put_name(into, "server");
    buf_put_char(into, '{');
    put_text(into, "name",
             x->server->name_count ? x->server->names[0].name : STR(""));
    buf_put_char(into, ',');
    put_place(into, x->server->place);
    buf_put(into, STR("},\n"));
    put_name(into, "location");
    buf_put_char(into, '{');
    put_text(into, "name", x->location->name);
    buf_put_char(into, ',');
    put_place(into, x->location->place);
    buf_put(into, STR("},\n"));
    put_steps(into, e);
    buf_put(into, STR(",\n"));
    buf_printf(into, "\"status\":%u,\n", x->response.status);
    put_fields(into, e);
    buf_put(into, STR("}\n"));
}
