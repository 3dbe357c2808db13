/* refusal.c - how a refusal is told: by the operator's page or by our own */
#include "content/refusal.h"

#include "conf/conf.h"
#include "content/page.h"
#include "content/redirect.h"
#include "content/route.h"
#include "content/trace.h"
#include "content/variable.h"
#include "http/path.h"

static const struct conf_error_page *find_error_page(const struct exchange *x,
                                                     unsigned status)
{
    const struct settings *s = &x->location->settings;

    if (x->on_error_page)
        return NULL;
    if (x->redirects > ROUTE_REDIRECTS_MAX)
        return NULL;
    for (unsigned i = 0; i < s->error_page_count; i++)
        if (s->error_pages[i].status == status)
            return &s->error_pages[i];
    return NULL;
}

/* A page is asked for with GET, whatever was; a named location goes on with
 * the request as it is. */
static enum http_status go_to_page(struct exchange *x, struct str target,
                                   unsigned status)
{
    struct str allow = x->response.allow;
    struct str range = x->response.content_range;
    struct str challenge = x->response.challenge;

    /* A variable may have brought a way upward into the page's path. */
    if (path_climbs(target))
        return status;
    exchange_clear_answer(x);
    if (x->refused == HTTP_METHOD_NOT_ALLOWED)
        x->response.allow = allow;
    if (x->refused == HTTP_RANGE_NOT_SATISFIABLE)
        x->response.content_range = range;
    x->response.challenge = challenge;
    x->led = true;
    if (target.at[0] == '/' && x->method != METHOD_HEAD)
        x->method = METHOD_GET;
    return route_to(x, target);
}

/* HTTP_NONE when the page is on its way; else the status to tell plainly. */
static enum http_status take_error_page(struct exchange *x, unsigned status)
{
    const struct conf_error_page *page = find_error_page(x, status);
    struct str target;

    if (!page)
        return status;
    x->on_error_page = !x->location->settings.recursive_error_pages.on;
    x->refused = page->answer < 0 ? status : (unsigned)page->answer;
    target = variable_text(x, &page->target);
    trace_event(x, TRACE_REDIRECT, page->place, target, STR("error_page"));
    if (str_starts_with(target, STR("/")) || str_starts_with(target, STR("@")))
        return go_to_page(x, target, status);
    if (target.len == 0 || !redirect_to(x, target))
        return status;
    return redirect_is_status(x->refused) ? x->refused : HTTP_MOVED_TEMPORARILY;
}

/* After these the connection cannot or shall not go on; nginx's list, and what
 * a client that waits for 100 (Continue) cannot be trusted to send. */
static bool ends_connection(unsigned status)
{
    switch (status) {
    case HTTP_BAD_REQUEST:
    case HTTP_REQUEST_TIMEOUT:
    case HTTP_CONTENT_TOO_LARGE:
    case HTTP_URI_TOO_LONG:
    case HTTP_EXPECTATION_FAILED:
    case HTTP_FIELDS_TOO_LARGE:
    case HTTP_CLOSE:
    case HTTP_INTERNAL_ERROR:
    case HTTP_NOT_IMPLEMENTED:
    case HTTP_VERSION_NOT_SUPPORTED:
        return true;
    default:
        return false;
    }
}

/* What described the content that is not sent goes; the page comes. */
static void settle_page(struct exchange *x, unsigned status)
{
    struct response kept = x->response;

    exchange_clear_answer(x);
    x->is_last = x->is_last || ends_connection(status);
    x->response.status = status;
    if (status < 400)
        x->response.location = kept.location;
    if (status == HTTP_METHOD_NOT_ALLOWED)
        x->response.allow = kept.allow;
    if (status == HTTP_RANGE_NOT_SATISFIABLE)
        x->response.content_range = kept.content_range;
    if (status == HTTP_UNAUTHORIZED)
        x->response.challenge = kept.challenge;
    if (status != HTTP_CLOSE)
        page_error(x);
    x->phase = PHASE_SETTLED;
}

void refusal_take(struct exchange *x, enum http_status status)
{
    x->is_last = x->is_last || ends_connection(status);
    status = take_error_page(x, status);
    if (status != HTTP_NONE)
        settle_page(x, status);
}
