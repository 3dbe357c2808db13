/* builtin_request.c - variables of what the client asked for, and of what the
 * path became on its way */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>

#include "conf/conf.h"
#include "content/builtin.h"
#include "content/errorlog.h"
#include "content/resolve.h"
#include "content/variable.h"
#include "http/cookie.h"

/* ---- the request line ---- */

bool builtin_args(struct buf *into, struct exchange *x)
{
    return builtin_put(into, x->args);
}

bool builtin_query_string(struct buf *into, struct exchange *x)
{
    return builtin_put(into, x->args);
}

bool builtin_is_args(struct buf *into, struct exchange *x)
{
    return builtin_put(into, x->args.len > 0 ? STR("?") : STR(""));
}

bool builtin_request(struct buf *into, struct exchange *x)
{
    buf_put(into, x->request.line);
    return x->request.line.len > 0;
}

bool builtin_request_method(struct buf *into, struct exchange *x)
{
    return builtin_put(into, x->request.method_text);
}

/* As nginx has it: without scheme and host of an absolute target. */
bool builtin_request_uri(struct buf *into, struct exchange *x)
{
    const struct request *r = &x->request;
    const char *end = r->target.at ? r->target.at + r->target.len : NULL;

    if (!r->absolute)
        return builtin_put(into, r->target);
    if (r->path.at >= r->target.at && r->path.at < end)
        return builtin_put(into, str_between(r->path.at, end));
    return builtin_put(into, r->path);
}

bool builtin_server_protocol(struct buf *into, struct exchange *x)
{
    if (x->request.line.len == 0)
        return false;
    return builtin_put(into,
                       x->request.minor ? STR("HTTP/1.1") : STR("HTTP/1.0"));
}

/* ---- the path, and where it leads ---- */

bool builtin_uri(struct buf *into, struct exchange *x)
{
    return builtin_put(into, x->path);
}

bool builtin_document_uri(struct buf *into, struct exchange *x)
{
    return builtin_uri(into, x);
}

bool builtin_document_root(struct buf *into, struct exchange *x)
{
    if (x->location)
        variable_expand(into, x, &x->location->settings.root.value);
    return x->location != NULL;
}

bool builtin_realpath_root(struct buf *into, struct exchange *x)
{
    char real[PATH_MAX];
    struct str root;

    if (!x->location)
        return false;
    root = variable_text(x, &x->location->settings.root.value);
    if (!root.at)
        return false;
    if (realpath(root.at, real))
        return builtin_put(into, str_of(real));
    errorlog_put(x, LOG_CRIT, -errno, "realpath() \"%.*s\" failed",
                 STR_ARG(root));
    return false;
}

bool builtin_request_filename(struct buf *into, struct exchange *x)
{
    if (x->location && x->path.len > 0)
        return builtin_put(into, resolve_filename(x));
    return builtin_put(into, x->filename);
}

/* ---- host, names ---- */

bool builtin_server_name(struct buf *into, struct exchange *x)
{
    const struct server *server = x->server;

    return builtin_put(into, server && server->name_count > 0
                                 ? server->names[0].name
                                 : STR(""));
}

bool builtin_host(struct buf *into, struct exchange *x)
{
    if (x->request.host.len > 0)
        return builtin_put(into, x->request.host);
    return builtin_server_name(into, x);
}

bool builtin_request_port(struct buf *into, struct exchange *x)
{
    if (x->request.host_port != 0)
        buf_put_number(into, x->request.host_port);
    return true;
}

bool builtin_is_request_port(struct buf *into, struct exchange *x)
{
    return builtin_put(into, x->request.host_port ? STR(":") : STR(""));
}

/* ---- fields and body ---- */

bool builtin_content_length(struct buf *into, struct exchange *x)
{
    return builtin_put(into, x->request.fields[FIELD_CONTENT_LENGTH]);
}

bool builtin_content_type(struct buf *into, struct exchange *x)
{
    return builtin_put(into, message_find(&x->request, STR("content-type")));
}

/* Bodies are read and thrown away. */
bool builtin_request_body(struct buf *into, struct exchange *x)
{
    (void)into;
    (void)x;
    return false;
}

bool builtin_request_body_file(struct buf *into, struct exchange *x)
{
    return builtin_request_body(into, x);
}

bool builtin_is_field(struct str field, struct str rest)
{
    if (field.len != rest.len)
        return false;
    for (size_t i = 0; i < rest.len; i++) {
        char c = field.at[i] == '-' ? '_' : str_lower(field.at[i]);

        if (c != rest.at[i])
            return false;
    }
    return true;
}

/* Lines of one name are one value (RFC 9110 section 5.3); cookies join by ";"
 * (RFC 6265 section 5.4). */
static bool put_lines(struct buf *into, const struct exchange *x,
                      struct str rest)
{
    struct str glue = str_equals(rest, STR("cookie")) ? STR("; ") : STR(", ");
    bool underscores =
        x->server && x->server->settings.underscores_in_headers.on;
    struct message_cursor cursor = {0};
    bool any = false;

    while (message_next(&x->request, &cursor)) {
        if (!builtin_is_field(cursor.name, rest) ||
            !message_is_usual_name(cursor.name, underscores))
            continue;
        if (any)
            buf_put(into, glue);
        buf_put(into, cursor.value);
        any = true;
    }
    return any;
}

static bool put_known(struct buf *into, const struct exchange *x,
                      enum request_field field, struct str rest)
{
    if (x->request.repeated & (1U << field))
        return put_lines(into, x, rest);
    return builtin_put(into, x->request.fields[field]);
}

/* What nearly every log format has comes without a walk over the head. */
bool builtin_any_http(struct buf *into, struct exchange *x, struct str rest)
{
    if (str_equals(rest, STR("referer")))
        return put_known(into, x, FIELD_REFERER, rest);
    if (str_equals(rest, STR("user_agent")))
        return put_known(into, x, FIELD_USER_AGENT, rest);
    return put_lines(into, x, rest);
}

bool builtin_any_arg(struct buf *into, struct exchange *x, struct str rest)
{
    struct str args = x->args;

    while (args.at && rest.len > 0) {
        struct str value = str_cut(&args, '&');
        struct str name = str_cut(&value, '=');

        if (value.at && str_equals_nocase(name, rest))
            return builtin_put(into, value);
    }
    return false;
}

bool builtin_any_cookie(struct buf *into, struct exchange *x, struct str rest)
{
    struct message_cursor cursor = {0};
    struct str value;

    while (message_next_of(&x->request, FIELD_COOKIE, &cursor)) {
        if (cookie_find(cursor.value, rest, &value))
            return builtin_put(into, value);
    }
    return false;
}
