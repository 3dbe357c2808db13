/* page.c - the page that tells of an error */
#include "content/page.h"

#include "conf/conf.h"
#include "config.h"
#include "content/trace.h"
#include "http/status.h"

static const char STYLE[] =
    ":root{color-scheme:light dark}"
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:32rem;margin:18vh auto;"
    "padding:0 1.5rem}"
    "h1{font-size:4rem;line-height:1;margin:0;font-weight:300}"
    "p{font-size:1.25rem;margin:.5rem 0 2rem}"
    "small{opacity:.6}";

struct str page_server(const struct exchange *x)
{
    const struct location *l = x->location;

    if (l && l->settings.server_tokens.value == CONF_TOKENS_OFF)
        return STR("prong");
    return STR("prong/" PACKAGE_VERSION);
}

void page_error(struct exchange *x)
{
    unsigned status = x->response.status;
    struct str reason = status_reason(status);
    struct str server = page_server(x);
    struct str text = arena_printf(
        &x->arena,
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
        "<meta name=\"viewport\" content=\"width=device-width\">"
        "<title>%u %.*s</title><style>%s</style></head>\n"
        "<body><h1>%u</h1><p>%.*s</p><small>%.*s</small></body></html>\n",
        status, STR_ARG(reason), STYLE, status, STR_ARG(reason),
        STR_ARG(server));

    trace_event(x, TRACE_HEADER, (struct place){0}, STR("Content-Type"),
                STR("text/html"));
    x->response.content_type = text.at ? STR("text/html") : STR("");
    x->response.content_length = (int64_t)text.len;
    body_memory(x, text);
}
