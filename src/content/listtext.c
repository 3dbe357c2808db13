#include "content/listtext.h"

#include "http/date.h"

enum { CALLBACK_MAX = 128 };

static bool is_name_char(char c)
{
    char lower = str_lower(c);

    return (lower >= 'a' && lower <= 'z') || str_is_digit(c) || c == '_' ||
           c == '.';
}

bool listtext_callback(struct str args, struct str *callback)
{
    *callback = STR("");
    while (args.at) {
        struct str value = str_cut(&args, '&');
        struct str name = str_cut(&value, '=');

        if (!value.at || !str_equals_nocase(name, STR("callback")))
            continue;
        *callback = value;
        for (size_t i = 0; i < value.len; i++)
            if (!is_name_char(value.at[i]))
                return false;
        return value.len <= CALLBACK_MAX;
    }
    return true;
}

struct str listtext_type(enum conf_autoindex format, struct str callback)
{
    switch (format) {
    case CONF_AUTOINDEX_XML:
        return STR("text/xml; charset=utf-8");
    case CONF_AUTOINDEX_JSON:
        return STR("application/json");
    case CONF_AUTOINDEX_JSONP:
        return callback.len > 0 ? STR("application/javascript")
                                : STR("application/json");
    case CONF_AUTOINDEX_HTML:
        break;
    }
    return STR("text/html; charset=utf-8");
}

void listtext_begin(struct buf *into, enum conf_autoindex format,
                    struct str callback)
{
    if (format == CONF_AUTOINDEX_XML) {
        buf_put(into, STR("<?xml version=\"1.0\"?>\r\n<list>\r\n"));
        return;
    }
    if (callback.len > 0)
        buf_printf(into, "/* callback */\r\n%.*s(", STR_ARG(callback));
    buf_put(into, STR("[\r\n"));
}

void listtext_end(struct buf *into, enum conf_autoindex format,
                  struct str callback)
{
    if (format == CONF_AUTOINDEX_XML)
        buf_put(into, STR("</list>\r\n"));
    else
        buf_put(into, callback.len > 0 ? STR("]);") : STR("]"));
}

static const char *kind_of(const struct listing_entry *e)
{
    if (e->is_directory)
        return "directory";
    return e->is_other ? "other" : "file";
}

/* ---- JSON ---- */

static void put_json_control(struct buf *into, char c)
{
    static const char letters[] = "btnvfr"; /* from 0x08 on; there is no \v */

    if (c >= '\b' && c <= '\r' && c != '\v')
        buf_printf(into, "\\%c", letters[c - '\b']);
    else
        buf_printf(into, "\\u%04X", (unsigned)c);
}

static void put_json_text(struct buf *into, struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];

        if ((unsigned char)c < 0x20) {
            put_json_control(into, c);
            continue;
        }
        if (c == '"' || c == '\\')
            buf_put_char(into, '\\');
        buf_put_char(into, c);
    }
}

static void put_json(struct buf *into, const struct listing_entry *e,
                     bool is_last)
{
    buf_put(into, STR("{ \"name\":\""));
    put_json_text(into, e->name);
    buf_printf(into, "\", \"type\":\"%s\", \"mtime\":\"", kind_of(e));
    date_put(into, e->modified);
    buf_put_char(into, '"');
    if (!e->is_directory && !e->is_other)
        buf_printf(into, ", \"size\":%llu", (unsigned long long)e->size);
    buf_put(into, is_last ? STR(" }\r\n") : STR(" },\r\n"));
}

/* ---- XML ---- */

static void put_xml_text(struct buf *into, struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        switch (text.at[i]) {
        case '<':
            buf_put(into, STR("&lt;"));
            break;
        case '>':
            buf_put(into, STR("&gt;"));
            break;
        case '&':
            buf_put(into, STR("&amp;"));
            break;
        case '"':
            buf_put(into, STR("&quot;"));
            break;
        default:
            buf_put_char(into, text.at[i]);
        }
    }
}

static void put_xml(struct buf *into, const struct listing_entry *e)
{
    struct tm tm;

    date_civil(&tm, e->modified);
    buf_printf(into, "<%s mtime=\"%04d-%02d-%02dT%02d:%02d:%02dZ\"", kind_of(e),
               tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour,
               tm.tm_min, tm.tm_sec);
    if (!e->is_directory && !e->is_other)
        buf_printf(into, " size=\"%llu\"", (unsigned long long)e->size);
    buf_put_char(into, '>');
    put_xml_text(into, e->name);
    buf_printf(into, "</%s>\r\n", kind_of(e));
}

void listtext_entry(struct buf *into, enum conf_autoindex format,
                    const struct listing_entry *e, bool is_last)
{
    if (format == CONF_AUTOINDEX_XML)
        put_xml(into, e);
    else
        put_json(into, e, is_last);
}
