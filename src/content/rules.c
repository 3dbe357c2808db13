/* rules.c - what the configuration says before a file is looked for */
#include "content/rules.h"

#include "conf/conf.h"
#include "content/access.h"
#include "content/entity.h"
#include "content/errorlog.h"
#include "content/methods.h"
#include "content/redirect.h"
#include "content/variable.h"
#include "http/path.h"
#include "ipc/slot.h"

static const struct settings *settings_of(const struct exchange *x)
{
    return &x->location->settings;
}

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
    exchange_settle(x, verdict == HTTP_NONE ? status : verdict);
    return HTTP_NONE;
}

enum http_status rules_return(struct exchange *x,
                              const struct rewrite_return *r)
{
    struct str text;

    if (r->status >= 400 && r->text.source.len == 0)
        return r->status;
    x->response.status = r->status; /* the text may show it */
    text = variable_text(x, &r->text);
    if (!text.at && r->text.source.len > 0)
        return HTTP_UNAVAILABLE;
    if (redirect_is_status(r->status))
        return redirect_to(x, text) ? r->status : HTTP_UNAVAILABLE;
    return answer_text(x, r->status, text);
}

/* What is too large is refused once: its error_page may be anywhere. */
static enum http_status check_body(struct exchange *x)
{
    uint64_t max = settings_of(x)->client_max_body_size.value;

    if (max == 0 || x->request.content_length <= max || x->body_refused)
        return HTTP_NONE;
    x->body_refused = true;
    errorlog_put(x, LOG_ERROR, 0,
                 "client intended to send too large body: %llu bytes",
                 (unsigned long long)x->request.content_length);
    return HTTP_CONTENT_TOO_LARGE;
}

/* Pages that the configuration leads to may be hidden; targets may not. */
static enum http_status check_hidden(struct exchange *x)
{
    if (settings_of(x)->hidden_files.value != CONF_HIDDEN_NOT_FOUND || x->led ||
        !path_is_hidden(x->path))
        return HTTP_NONE;
    if (settings_of(x)->log_not_found.on)
        errorlog_put(x, LOG_ERROR, 0, "\"%.*s\" is hidden", STR_ARG(x->path));
    return HTTP_NOT_FOUND;
}

/* No more lines than "max_headers". With "ignore_invalid_headers off" a name
 * that is not usual is an error; otherwise nobody asks for such a field. */
enum http_status rules_check_names(struct exchange *x)
{
    const struct server_settings *s = &x->server->settings;
    struct message_cursor cursor = {0};

    if (x->request.field_lines > s->max_headers.value) {
        errorlog_put(x, LOG_INFO, 0, "client sent too many header lines");
        return HTTP_BAD_REQUEST;
    }
    if (s->ignore_invalid_headers.on)
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

enum http_status rules_enter(struct exchange *x)
{
    if (settings_of(x)->internal.on && !x->internal)
        return HTTP_NOT_FOUND;
    return check_body(x);
}

enum http_status rules_apply(struct exchange *x)
{
    if (access_settings(x)->unsupported.text.len > 0) {
        /* A page for the 501 may lie behind a stub too: once a request. */
        if (x->refused != HTTP_NOT_IMPLEMENTED)
            slot_add(x->env->slot, COUNTER_unsupported_hits, 1);
        return HTTP_NOT_IMPLEMENTED;
    }
    return check_hidden(x);
}
