/* autoindex.c - a directory shown as a page */
#include "content/autoindex.h"

#include <errno.h>
#include <time.h>

#include "conf/conf.h"
#include "content/errorlog.h"
#include "content/listing.h"
#include "content/listtext.h"
#include "content/page.h"
#include "http/date.h"
#include "http/path.h"

enum { CHUNK = 32768, NAME_ROOM = 800 };

/* The page's parts, in their order. */
enum stage { STAGE_TOP, STAGE_ROWS, STAGE_BOTTOM, STAGE_DONE };

struct autoindex {
    struct listing listing;
    struct listing_order order;
    struct buf text; /* what is made and not yet sent */
    enum stage stage;
    size_t row;
    enum conf_autoindex format;
    struct str callback; /* of JSONP; empty: none */
};

static const char STYLE[] =
    ":root{color-scheme:light dark;--l:#0003;--h:#0001;--a:#0a58ca}"
    "@media(prefers-color-scheme:dark){"
    ":root{--l:#fff3;--h:#fff1;--a:#8ab4f8}}"
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:64rem;margin:2rem auto;"
    "padding:0 1rem}"
    "h1{font-size:1.4rem;font-weight:500;overflow-wrap:anywhere}"
    "table{border-collapse:collapse;width:100%}"
    "th,td{text-align:left;padding:.3rem .6rem;border-bottom:1px solid "
    "var(--l)}"
    "th{font-weight:500;white-space:nowrap}th:first-child{width:100%}"
    "tbody tr:hover{background:var(--h)}"
    "td:first-child{overflow-wrap:anywhere}"
    "th:nth-child(2),td:nth-child(2){text-align:right}"
    "td:nth-child(n+2){white-space:nowrap;font-variant-numeric:tabular-nums}"
    "a{color:var(--a);text-decoration:none}a:hover{text-decoration:underline}"
    ".d{font-weight:600}footer{opacity:.6;font-size:.85rem;margin:1rem .6rem}";

/* ---- the parts of the page ---- */

/* Every directory above is a link, relative so that it holds behind a proxy
 * that serves all this under another path. */
static void put_trail(struct buf *into, struct str path)
{
    size_t left = 0;

    for (size_t i = 1; i < path.len; i++)
        left += path.at[i] == '/';
    path = str_from(path, 1);
    buf_put(into, STR("<a href=\"./"));
    for (size_t i = 0; i < left; i++)
        buf_put(into, STR("../"));
    buf_put(into, STR("\">/</a>"));
    while (path.len > 0) {
        struct str name = str_cut(&path, '/');

        buf_put(into, STR("<a href=\"./"));
        for (size_t i = 1; i < left; i++)
            buf_put(into, STR("../"));
        buf_put(into, STR("\">"));
        buf_put_html(into, name);
        buf_put(into, STR("/</a>"));
        left--;
    }
}

/* The column by which it is sorted shows the direction; a click on it turns
 * that round. */
static void put_column(struct buf *into, struct listing_order order,
                       enum listing_key key, const char *title)
{
    bool chosen = order.key == key;
    bool turns = chosen && !order.descending;

    buf_printf(into, "<th%s><a href=\"?C=%c&amp;O=%c\">%s%s</a></th>",
               !chosen            ? ""
               : order.descending ? " aria-sort=\"descending\""
                                  : " aria-sort=\"ascending\"",
               "NSM"[key], turns ? 'D' : 'A', title,
               !chosen            ? ""
               : order.descending ? " &darr;"
                                  : " &uarr;");
}

static void put_top(struct buf *into, const struct exchange *x,
                    struct listing_order order)
{
    buf_put(into, STR("<!doctype html>\n<html lang=\"en\"><head>"
                      "<meta charset=\"utf-8\"><meta name=\"viewport\" "
                      "content=\"width=device-width,initial-scale=1\">"
                      "<title>Index of "));
    buf_put_html(into, x->path);
    buf_put(into, STR("</title><style>"));
    buf_put(into, str_of(STYLE));
    buf_put(into, STR("</style></head>\n<body><h1>Index of "));
    put_trail(into, x->path);
    buf_put(into, STR("</h1>\n<table><thead><tr>"));
    put_column(into, order, LISTING_BY_NAME, "Name");
    put_column(into, order, LISTING_BY_SIZE, "Size");
    put_column(into, order, LISTING_BY_TIME, "Last modified");
    buf_put(into, STR("</tr></thead>\n<tbody>\n"));
    if (x->path.len > 1)
        buf_put(into, STR("<tr><td><a class=\"d\" href=\"../\">../</a></td>"
                          "<td></td><td></td></tr>\n"));
}

static void put_link(struct buf *into, const struct listing_entry *e)
{
    struct str slash = e->is_directory ? STR("/") : STR("");
    char memory[NAME_ROOM];
    struct buf href = buf_over(memory, sizeof(memory));

    path_put_segment(&href, e->name);
    buf_put(into, e->is_directory ? STR("<a class=\"d\" href=\"")
                                  : STR("<a href=\""));
    buf_put_html(into, buf_str(&href));
    buf_put(into, slash);
    buf_put(into, STR("\">"));
    buf_put_html(into, e->name);
    buf_put(into, slash);
    buf_put(into, STR("</a>"));
}

static void put_human_size(struct buf *into, uint64_t size)
{
    static const char units[] = "KMGTPE";
    unsigned unit = 0;

    if (size < 1024) {
        buf_printf(into, "%u", (unsigned)size);
        return;
    }
    while (size >= 1024 * 1024) {
        size /= 1024;
        unit++;
    }
    if (size < 10 * 1024)
        buf_printf(into, "%u.%u%c", (unsigned)(size / 1024),
                   (unsigned)(size % 1024 * 10 / 1024), units[unit]);
    else
        buf_printf(into, "%u%c", (unsigned)(size / 1024), units[unit]);
}

static void put_size(struct buf *into, const struct settings *s,
                     const struct listing_entry *e)
{
    if (e->is_directory)
        buf_put_char(into, '-');
    else if (s->autoindex_exact_size.on)
        buf_put_number(into, e->size);
    else
        put_human_size(into, e->size);
}

static void put_time(struct buf *into, const struct settings *s, int64_t when)
{
    time_t seconds = (time_t)when;
    struct tm tm = {0};

    if (!s->autoindex_localtime.on || !localtime_r(&seconds, &tm))
        date_civil(&tm, when);
    buf_printf(into, "%04d-%02d-%02d %02d:%02d", tm.tm_year + 1900,
               tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min);
}

static void put_row(struct buf *into, const struct exchange *x,
                    const struct listing_entry *e)
{
    const struct settings *s = &x->location->settings;

    buf_put(into, STR("<tr><td>"));
    put_link(into, e);
    buf_put(into, STR("</td><td>"));
    put_size(into, s, e);
    buf_put(into, STR("</td><td>"));
    put_time(into, s, e->modified);
    buf_put(into, STR("</td></tr>\n"));
}

static void put_bottom(struct buf *into, const struct exchange *x,
                       const struct listing *l)
{
    buf_put(into, STR("</tbody></table>\n<footer>"));
    buf_printf(into, "%s%zu %s &middot; %.*s", l->is_cut ? "the first " : "",
               l->count, l->count == 1 ? "entry" : "entries",
               STR_ARG(page_server(x)));
    buf_put(into, STR("</footer></body></html>\n"));
}

/* ---- a buffer at a time ---- */

static void make_top(struct autoindex *a, const struct exchange *x)
{
    if (a->format == CONF_AUTOINDEX_HTML)
        put_top(&a->text, x, a->order);
    else
        listtext_begin(&a->text, a->format, a->callback);
}

static void make_row(struct autoindex *a, const struct exchange *x)
{
    const struct listing_entry *e = &a->listing.entries[a->row++];

    if (a->format == CONF_AUTOINDEX_HTML)
        put_row(&a->text, x, e);
    else
        listtext_entry(&a->text, a->format, e, a->row == a->listing.count);
}

static void make_bottom(struct autoindex *a, const struct exchange *x)
{
    if (a->format == CONF_AUTOINDEX_HTML)
        put_bottom(&a->text, x, &a->listing);
    else
        listtext_end(&a->text, a->format, a->callback);
}

static void make_next(struct autoindex *a, const struct exchange *x)
{
    switch (a->stage) {
    case STAGE_TOP:
        make_top(a, x);
        a->stage = STAGE_ROWS;
        break;
    case STAGE_ROWS:
        if (a->row < a->listing.count)
            make_row(a, x);
        else
            a->stage = STAGE_BOTTOM;
        break;
    default:
        make_bottom(a, x);
        a->stage = STAGE_DONE;
        break;
    }
}

static int fill(struct autoindex *a, const struct exchange *x)
{
    buf_reset(&a->text);
    while (a->stage != STAGE_DONE && a->text.len < CHUNK)
        make_next(a, x);
    return a->text.failed ? -ENOMEM : 0;
}

static int next(struct exchange *x, struct piece *into)
{
    struct autoindex *a = x->body.state;
    int err = fill(a, x);

    *into = (struct piece){0};
    if (err == 0 && a->text.len > 0) {
        into->kind = PIECE_MEMORY;
        into->memory = buf_str(&a->text);
    }
    return err;
}

static void end(struct exchange *x)
{
    struct autoindex *a = x->body.state;

    listing_close(&a->listing);
    buf_close(&a->text);
}

static const struct body_ops AUTOINDEX = {"autoindex", next, end};

/* Making the page twice is what its exact length costs; keeping it would cost
 * many times the names. */
static int measure(struct autoindex *a, const struct exchange *x,
                   uint64_t *length)
{
    int err = 0;

    *length = 0;
    while (err == 0 && a->stage != STAGE_DONE) {
        err = fill(a, x);
        *length += a->text.len;
    }
    a->stage = STAGE_TOP;
    a->row = 0;
    return err;
}

static enum http_status refuse(struct exchange *x, int err)
{
    enum http_status status = HTTP_INTERNAL_ERROR;

    if (err == -ENOMEM || err == -EMFILE || err == -ENFILE)
        status = HTTP_UNAVAILABLE;
    else if (err == -EACCES || err == -EPERM)
        status = HTTP_FORBIDDEN;
    else if (err == -ENOENT || err == -ENOTDIR || err == -ENAMETOOLONG)
        status = HTTP_NOT_FOUND;
    errorlog_put(x, status < 500 ? LOG_ERROR : LOG_CRIT, err,
                 "opendir() \"%.*s\" failed", STR_ARG(x->filename));
    return status;
}

static bool take_order(struct autoindex *a, const struct exchange *x)
{
    a->format =
        (enum conf_autoindex)x->location->settings.autoindex_format.value;
    if (a->format == CONF_AUTOINDEX_HTML)
        a->order = listing_order_of(x->args);
    else
        a->order.key = LISTING_BY_BYTES;
    return a->format != CONF_AUTOINDEX_JSONP ||
           listtext_callback(x->args, &a->callback);
}

enum http_status autoindex_answer(struct exchange *x)
{
    struct autoindex *a = arena_alloc(&x->arena, sizeof(*a));
    uint64_t length = 0;
    int err;

    if (!a)
        return HTTP_UNAVAILABLE;
    if (!take_order(a, x)) {
        errorlog_put(x, LOG_INFO, 0, "client sent invalid callback name");
        return HTTP_BAD_REQUEST;
    }
    err = listing_read(&a->listing, x->filename.at,
                       a->format != CONF_AUTOINDEX_HTML);
    if (err < 0)
        return refuse(x, err);
    body_close(x);
    x->body = (struct body){.ops = &AUTOINDEX, .state = a};
    listing_sort(&a->listing, a->order);
    err = measure(a, x, &length);
    if (err < 0)
        return refuse(x, err);
    x->response.content_type = listtext_type(a->format, a->callback);
    x->response.content_length = (int64_t)length;
    return HTTP_NONE;
}
