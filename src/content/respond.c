/* respond.c - settles the whole answer to one request
 *
 * A row of steps, in the order that nginx's phases and RFC 9110 give them. A
 * step that refuses names a status; an error_page for it or an index file leads
 * back to the routing, ten times at most. */
#include "content/respond.h"

#include "conf/conf.h"
#include "content/access.h"
#include "content/auth.h"
#include "content/autoindex.h"
#include "content/browser.h"
#include "content/chunked.h"
#include "content/coding.h"
#include "content/encoded.h"
#include "content/entity.h"
#include "content/errorlog.h"
#include "content/headers.h"
#include "content/limit.h"
#include "content/methods.h"
#include "content/page.h"
#include "content/realip.h"
#include "content/redirect.h"
#include "content/refusal.h"
#include "content/resolve.h"
#include "content/rewrite.h"
#include "content/route.h"
#include "content/rules.h"
#include "content/stubstatus.h"
#include "content/tryfiles.h"
#include "http/path.h"

static const struct settings *settings_of(const struct exchange *x)
{
    return &x->location->settings;
}

/* ---- the request itself, before anything of the site is asked ---- */

static enum http_status check_target(struct exchange *x)
{
    if (!str_equals(x->request.path, STR("*")))
        return path_clean(x->request.path, x->server->settings.merge_slashes.on,
                          &x->arena, &x->path);
    if (x->method != METHOD_OPTIONS)
        return HTTP_BAD_REQUEST;
    return methods_found(x);
}

static enum http_status check_request(struct exchange *x)
{
    enum http_status status = route_server(x);

    x->phase = PHASE_SERVER_REWRITE;
    if (status == HTTP_NONE)
        status = methods_check(x);
    if (status != HTTP_NONE)
        return status;
    if (x->request.expect == EXPECT_UNKNOWN)
        return HTTP_EXPECTATION_FAILED;
    status = rules_check_names(x);
    if (status != HTTP_NONE)
        return status;
    x->args = x->request.args;
    status = check_target(x);
    return status != HTTP_NONE ? status
                               : realip_apply(x, &x->server->whole.settings);
}

static enum http_status rewrite_server(struct exchange *x)
{
    x->phase = PHASE_ROUTE;
    return rewrite_run(x, &x->server->whole.rewrite);
}

static enum http_status route(struct exchange *x)
{
    enum http_status status = route_match(x);

    x->phase = PHASE_REWRITE;
    return status == HTTP_NONE ? rules_enter(x) : status;
}

/* A limit_except speaks for this method: a level of its own, which inherits no
 * rewriting and no try_files. */
static bool is_excepted(const struct exchange *x)
{
    return access_settings(x) != settings_of(x);
}

/* What the server says outside of all locations was obeyed already. */
static enum http_status rewrite_location(struct exchange *x)
{
    x->phase = PHASE_LIMIT;
    if (x->location == &x->server->whole || is_excepted(x))
        return HTTP_NONE;
    return rewrite_run(x, &x->location->rewrite);
}

/* ---- may it be answered at all? ---- */

static enum http_status limit(struct exchange *x)
{
    enum http_status status = realip_apply(x, settings_of(x));

    if (status == HTTP_NONE)
        status = limit_check(x);
    if (status == HTTP_NONE && !x->wait.is_on)
        x->phase = PHASE_ACCESS;
    return status;
}

static enum http_status admit(struct exchange *x)
{
    enum http_status status = access_check(x);

    if (status == HTTP_NONE && !x->wait.is_on)
        x->phase = PHASE_RULES;
    return status;
}

static enum http_status apply(struct exchange *x)
{
    x->phase = PHASE_TRY;
    return rules_apply(x);
}

static enum http_status try_files(struct exchange *x)
{
    x->phase = PHASE_CONTENT;
    return is_excepted(x) ? HTTP_NONE : tryfiles_run(x);
}

/* ---- what the path names ---- */

static enum http_status list_directory(struct exchange *x)
{
    enum http_status condition;
    enum http_status status;

    if (!settings_of(x)->autoindex.on) {
        errorlog_put(x, LOG_ERROR, 0,
                     "directory index of \"%.*s\" is forbidden",
                     STR_ARG(x->filename));
        return HTTP_FORBIDDEN;
    }
    condition = entity_check_text(x); /* it has neither tag nor date */
    if (condition == HTTP_PRECONDITION_FAILED)
        return condition;
    status = autoindex_answer(x);
    if (status == HTTP_NONE)
        exchange_settle(x, condition == HTTP_NONE ? HTTP_OK : condition);
    return status;
}

static enum http_status serve_directory(struct exchange *x)
{
    struct str index;
    enum http_status status = resolve_index(x, &index);

    if (status != HTTP_NONE)
        return status;
    if (index.at) {
        x->led = true;
        return route_again(x, index, x->args);
    }
    status = methods_found(x);
    if (status != HTTP_NONE || x->phase == PHASE_SETTLED)
        return status;
    return list_directory(x);
}

static enum http_status serve_file(struct exchange *x)
{
    enum http_status status = methods_found(x);

    if (status != HTTP_NONE || x->phase == PHASE_SETTLED)
        return status;
    status = entity_answer(x);
    if (status == HTTP_NONE)
        exchange_settle(x, x->response.status);
    return status;
}

static enum http_status serve(struct exchange *x)
{
    enum http_status status = methods_check_here(x);

    if (settings_of(x)->stub_status.on)
        return stubstatus_answer(x);
    if (status == HTTP_NONE)
        status = resolve_name(x);
    if (status != HTTP_NONE)
        return status;
    if (str_ends_with(x->path, STR("/")))
        return serve_directory(x);
    if (encoded_open(x))
        return serve_file(x);
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
    [PHASE_REQUEST] = check_request, [PHASE_SERVER_REWRITE] = rewrite_server,
    [PHASE_ROUTE] = route,           [PHASE_REWRITE] = rewrite_location,
    [PHASE_LIMIT] = limit,           [PHASE_ACCESS] = admit,
    [PHASE_RULES] = apply,           [PHASE_TRY] = try_files,
    [PHASE_CONTENT] = serve,
};

/* keepalive_disable */
static bool is_kept(const struct exchange *x)
{
    int bits = settings_of(x)->keepalive_disable.value;
    struct str agent = x->request.fields[FIELD_USER_AGENT];

    if ((bits & CONF_KEEPALIVE_NOT_MSIE6) && browser_is_msie6(agent) &&
        str_equals(x->request.method_text, STR("POST")))
        return false;
    return !(bits & CONF_KEEPALIVE_NOT_SAFARI) || !browser_is_safari(agent);
}

static bool may_keep_alive(const struct exchange *x)
{
    const struct settings *s = settings_of(x);
    uint64_t age = x->env->now_ms - x->peer->opened_ms;

    return x->request.keep_alive && is_kept(x) &&
           s->keepalive_timeout.value > 0 &&
           x->peer->requests < s->keepalive_requests.value &&
           age < s->keepalive_time.value;
}

/* No memory for the head that is owed: better none of it than a part. */
static void give_up(struct exchange *x)
{
    exchange_clear_answer(x);
    x->response.status = HTTP_UNAVAILABLE;
    x->response.content_length = 0;
}

static void finish(struct exchange *x)
{
    struct response *r = &x->response;

    if (status_is_bodiless(r->status)) {
        exchange_drop_content(x);
        r->content_length = -1;
        r->content_type = STR("");
    }
    /* The date of an error_page is not that of what was asked for. */
    if (r->status != HTTP_OK && r->status != HTTP_PARTIAL_CONTENT &&
        r->status != HTTP_NOT_MODIFIED)
        r->last_modified = -1;
    if (!headers_apply(x) || !coding_apply(x))
        give_up(x);
    rate_settle(x);
    r->keep_alive = may_keep_alive(x) && !x->is_last;
    if (!chunked_apply(x))
        give_up(x);
    if (x->method == METHOD_HEAD)
        exchange_drop_content(x);
}

static enum respond_verdict run(struct exchange *x, enum http_status status)
{
    while (x->phase != PHASE_SETTLED) {
        if (status == HTTP_NONE)
            status = STEPS[x->phase](x);
        if (status != HTTP_NONE)
            refusal_take(x, status);
        if (x->wait.is_on)
            return RESPOND_WAIT;
        status = HTTP_NONE;
    }
    finish(x);
    return RESPOND_DONE;
}

enum respond_verdict respond(struct exchange *x)
{
    x->wait = (struct wait){0};
    return run(x, HTTP_NONE);
}

void respond_refusal(struct exchange *x, unsigned status)
{
    exchange_clear_answer(x);
    auth_forget(x);
    x->wait = (struct wait){0};
    x->refused = 0;
    x->on_error_page = false;
    x->phase = PHASE_REQUEST;
    if (!x->location)
        route_server(x);
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
        .is_chunked = r->is_chunked,
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
        .challenge = r->challenge,
        .extra = r->fields,
        .extra_count = r->field_count,
    };

    head_write(into, &head);
}
