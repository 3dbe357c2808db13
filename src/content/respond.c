/* respond.c - settles the whole answer to one request
 *
 * A row of steps, in the order that nginx's phases and RFC 9110 give them. A
 * step that refuses names a status; an error_page for it or an index file leads
 * back to the routing, ten times at most. */
#include "content/respond.h"

#include "conf/conf.h"
#include "conf/names.h"
#include "content/autoindex.h"
#include "content/entity.h"
#include "content/errorlog.h"
#include "content/page.h"
#include "content/redirect.h"
#include "content/refusal.h"
#include "content/resolve.h"
#include "content/route.h"
#include "content/variable.h"
#include "http/path.h"
#include "ipc/slot.h"

static const struct settings *settings_of(const struct exchange *x)
{
    return &x->location->settings;
}

static enum http_status refuse_method(struct exchange *x)
{
    x->response.allow = STR(METHOD_ALLOW);
    return HTTP_METHOD_NOT_ALLOWED;
}

/* The status of an error_page goes before the content's own; "=200" lets that
 * be what it is. */
static void settle(struct exchange *x, unsigned status)
{
    bool own = x->refused == 0 || x->refused == HTTP_OK;

    x->response.status = own ? status : x->refused;
    x->phase = PHASE_SETTLED;
}

static void answer_options(struct exchange *x)
{
    x->response.allow = STR(METHOD_ALLOW);
    settle(x, HTTP_NO_CONTENT);
}

/* ---- the request itself, before anything of the site is asked ---- */

static void choose_server(struct exchange *x)
{
    x->server = names_find(x->peer->endpoint, x->request.host);
    x->location = &x->server->whole;
    x->method = x->request.method;
}

static bool is_method(const struct exchange *x, const char *name)
{
    return str_equals(x->request.method_text, str_of(name));
}

static enum http_status check_target(struct exchange *x)
{
    if (!str_equals(x->request.path, STR("*")))
        return path_clean(x->request.path, x->server->settings.merge_slashes.on,
                          &x->arena, &x->path);
    if (x->method != METHOD_OPTIONS)
        return HTTP_BAD_REQUEST;
    answer_options(x);
    return HTTP_NONE;
}

static enum http_status check_request(struct exchange *x)
{
    choose_server(x);
    x->phase = PHASE_ROUTE;
    if (x->method == METHOD_UNKNOWN)
        return HTTP_NOT_IMPLEMENTED;
    if (is_method(x, "TRACE") || is_method(x, "CONNECT")) {
        x->request.keep_alive = false; /* what follows may be no request */
        return refuse_method(x);
    }
    if (x->request.expect == EXPECT_UNKNOWN)
        return HTTP_EXPECTATION_FAILED;
    x->args = x->request.args;
    return check_target(x);
}

static enum http_status route(struct exchange *x)
{
    x->location = route_match(x->server, x->path);
    x->phase = PHASE_RULES;
    return HTTP_NONE;
}

/* ---- what the configuration says of the location ---- */

static enum http_status answer_text(struct exchange *x, unsigned status,
                                    struct str text)
{
    enum http_status verdict =
        status == HTTP_OK ? entity_check_text(x) : HTTP_NONE;

    if (verdict == HTTP_PRECONDITION_FAILED)
        return verdict;
    x->response.content_type = entity_type(x);
    x->response.content_length = (int64_t)text.len;
    body_memory(x, text);
    settle(x, verdict == HTTP_NONE ? status : verdict);
    return HTTP_NONE;
}

static enum http_status answer_return(struct exchange *x,
                                      const struct conf_return *r)
{
    struct str text;

    if (r->status >= 400 && r->text.source.len == 0)
        return r->status;
    text = variable_text(x, &r->text);
    if (!text.at && r->text.source.len > 0)
        return HTTP_UNAVAILABLE;
    if (redirect_is_status(r->status))
        return redirect_to(x, text) ? r->status : HTTP_UNAVAILABLE;
    return answer_text(x, r->status, text);
}

static enum http_status check_body(struct exchange *x)
{
    uint64_t max = settings_of(x)->client_max_body_size.value;

    if (max == 0 || x->request.content_length <= max || x->redirects > 0)
        return HTTP_NONE;
    errorlog_put(x, LOG_ERROR, 0,
                 "client intended to send too large body: %llu bytes",
                 (unsigned long long)x->request.content_length);
    return HTTP_CONTENT_TOO_LARGE;
}

/* Pages that the configuration leads to may be hidden; targets may not. */
static enum http_status check_hidden(struct exchange *x)
{
    if (settings_of(x)->hidden_files.value != CONF_HIDDEN_NOT_FOUND ||
        x->redirects > 0 || !path_is_hidden(x->path))
        return HTTP_NONE;
    if (settings_of(x)->log_not_found.on)
        errorlog_put(x, LOG_ERROR, 0, "\"%.*s\" is hidden", STR_ARG(x->path));
    return HTTP_NOT_FOUND;
}

/* POST is refused where something is found, for a form sent to what is not
 * there learns of that; so does nginx. */
static enum http_status check_method(struct exchange *x)
{
    return x->method == METHOD_OTHER && !is_method(x, "POST") ? refuse_method(x)
                                                              : HTTP_NONE;
}

/* With "ignore_invalid_headers off" a name that is not usual is an error;
 * otherwise nobody asks for such a field. */
static enum http_status check_names(struct exchange *x)
{
    const struct server_settings *s = &x->server->settings;
    struct message_cursor cursor = {0};

    if (s->ignore_invalid_headers.on || x->redirects > 0)
        return HTTP_NONE;
    while (message_next(&x->request, &cursor)) {
        if (message_is_usual_name(cursor.name, s->underscores_in_headers.on))
            continue;
        errorlog_put(x, LOG_INFO, 0,
                     "client sent invalid header line: \"%.*s\"",
                     STR_ARG(cursor.name));
        return HTTP_BAD_REQUEST;
    }
    return HTTP_NONE;
}

static enum http_status apply_rules(struct exchange *x)
{
    const struct conf_return *outside = &x->server->whole.settings.redirect;
    const struct conf_return *inside = &settings_of(x)->redirect;
    enum http_status status;

    x->phase = PHASE_CONTENT;
    status = check_names(x);
    if (status != HTTP_NONE)
        return status;
    if (outside->status != 0)
        return answer_return(x, outside);
    status = check_body(x);
    if (status != HTTP_NONE)
        return status;
    if (inside->status != 0)
        return answer_return(x, inside);
    if (settings_of(x)->unsupported.text.len > 0) {
        slot_add(x->env->slot, COUNTER_unsupported_hits, 1);
        return HTTP_NOT_IMPLEMENTED;
    }
    status = check_hidden(x);
    return status != HTTP_NONE ? status : check_method(x);
}

/* ---- what the path names ---- */

static enum http_status list_directory(struct exchange *x)
{
    enum http_status status;

    if (!settings_of(x)->autoindex.on) {
        errorlog_put(x, LOG_ERROR, 0,
                     "directory index of \"%.*s\" is forbidden",
                     STR_ARG(x->filename));
        return HTTP_FORBIDDEN;
    }
    status = autoindex_answer(x);
    if (status == HTTP_NONE)
        settle(x, HTTP_OK);
    return status;
}

static enum http_status serve_directory(struct exchange *x)
{
    struct str index;
    enum http_status status = resolve_index(x, &index);

    if (status != HTTP_NONE)
        return status;
    if (index.at)
        return route_again(x, index, x->args);
    if (x->method == METHOD_OTHER)
        return refuse_method(x);
    if (x->method == METHOD_OPTIONS) {
        answer_options(x);
        return HTTP_NONE;
    }
    return list_directory(x);
}

static enum http_status serve_file(struct exchange *x)
{
    enum http_status status;

    if (x->method == METHOD_OTHER)
        return refuse_method(x);
    if (x->method == METHOD_OPTIONS) {
        answer_options(x);
        return HTTP_NONE;
    }
    status = entity_answer(x);
    if (status == HTTP_NONE)
        settle(x, x->response.status);
    return status;
}

static enum http_status serve(struct exchange *x)
{
    enum http_status status = resolve_name(x);

    if (status != HTTP_NONE)
        return status;
    if (str_ends_with(x->path, STR("/")))
        return serve_directory(x);
    switch (resolve_open(x, &status)) {
    case RESOLVE_FILE:
        return serve_file(x);
    case RESOLVE_DIRECTORY:
        return redirect_to_directory(x) ? HTTP_MOVED_PERMANENTLY
                                        : HTTP_UNAVAILABLE;
    default:
        return status;
    }
}

/* ---- the whole ---- */

static enum http_status (*const STEPS[])(struct exchange *) = {
    [PHASE_REQUEST] = check_request,
    [PHASE_ROUTE] = route,
    [PHASE_RULES] = apply_rules,
    [PHASE_CONTENT] = serve,
};

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

static bool may_keep_alive(const struct exchange *x)
{
    const struct settings *s = settings_of(x);
    uint64_t age = x->env->now_ms - x->peer->opened_ms;

    return x->request.keep_alive && s->keepalive_timeout.value > 0 &&
           x->peer->requests < s->keepalive_requests.value &&
           age < s->keepalive_time.value;
}

static void finish(struct exchange *x, unsigned reason)
{
    struct response *r = &x->response;

    if (status_is_bodiless(r->status)) {
        exchange_drop_content(x);
        r->content_length = -1;
        r->content_type = STR("");
    }
    if (x->method == METHOD_HEAD)
        exchange_drop_content(x);
    /* The date of an error_page is not that of what was asked for. */
    if (r->status != HTTP_OK && r->status != HTTP_PARTIAL_CONTENT &&
        r->status != HTTP_NOT_MODIFIED)
        r->last_modified = -1;
    r->keep_alive = may_keep_alive(x) && !ends_connection(r->status) &&
                    !ends_connection(reason);
}

static void run(struct exchange *x, enum http_status status)
{
    enum http_status reason = HTTP_NONE;

    while (x->phase != PHASE_SETTLED) {
        if (status == HTTP_NONE)
            status = STEPS[x->phase](x);
        if (status != HTTP_NONE) {
            reason = reason == HTTP_NONE ? status : reason;
            refusal_take(x, status);
        }
        status = HTTP_NONE;
    }
    finish(x, reason);
}

enum respond_verdict respond(struct exchange *x)
{
    run(x, HTTP_NONE);
    return RESPOND_DONE;
}

void respond_refusal(struct exchange *x, unsigned status)
{
    exchange_clear_answer(x);
    x->refused = 0;
    x->on_error_page = false;
    x->phase = PHASE_REQUEST;
    if (!x->location)
        choose_server(x);
    run(x, status);
}

void respond_head(struct exchange *x, struct buf *into)
{
    const struct response *r = &x->response;
    struct head head = {
        .status = r->status,
        .keep_alive = r->keep_alive,
        .keep_alive_s = settings_of(x)->keepalive_timeout_header.value,
        .has_length = r->content_length >= 0,
        .has_modified = r->last_modified != -1,
        .accept_ranges = r->accept_ranges,
        .server = page_server(x),
        .date = dates_text(&x->env->dates, DATES_HTTP, x->env->wall.tv_sec),
        .type = r->content_type,
        .length = (uint64_t)r->content_length,
        .modified = r->last_modified,
        .location = r->location,
        .etag = r->etag,
        .range = r->content_range,
        .allow = r->allow,
        .extra = r->fields,
        .extra_count = r->field_count,
    };

    head_write(into, &head);
}
