/* variable.c - the values of variables, and templates made into text */
#include "content/variable.h"

#include <unistd.h>

#include "content/escape.h"
#include "content/resolve.h"
#include "content/uservalue.h"
#include "http/date.h"

/* Each function appends the value of one variable; false: it has none. */

static bool put_some(struct buf *into, struct str text)
{
    buf_put(into, text);
    return text.at != NULL;
}

static bool put_number(struct buf *into, uint64_t n)
{
    buf_put_number(into, n);
    return true;
}

static bool put_args(struct buf *into, struct exchange *x)
{
    return put_some(into, x->args);
}

static bool put_query_string(struct buf *into, struct exchange *x)
{
    return put_some(into, x->args);
}

static bool put_is_args(struct buf *into, struct exchange *x)
{
    buf_put(into, x->args.len > 0 ? STR("?") : STR(""));
    return true;
}

static bool put_body_bytes_sent(struct buf *into, struct exchange *x)
{
    return put_number(into, x->body_sent_bytes);
}

static bool put_bytes_sent(struct buf *into, struct exchange *x)
{
    return put_number(into, x->sent_bytes);
}

static bool put_connection(struct buf *into, struct exchange *x)
{
    return put_number(into, x->peer->number);
}

static bool put_connection_requests(struct buf *into, struct exchange *x)
{
    return put_number(into, x->peer->requests);
}

static bool put_content_length(struct buf *into, struct exchange *x)
{
    return put_some(into, x->request.fields[FIELD_CONTENT_LENGTH]);
}

static bool put_content_type(struct buf *into, struct exchange *x)
{
    return put_some(into, message_find(&x->request, STR("content-type")));
}

static bool put_document_root(struct buf *into, struct exchange *x)
{
    if (x->location)
        variable_expand(into, x, &x->location->settings.root.value);
    return x->location != NULL;
}

static bool put_uri(struct buf *into, struct exchange *x)
{
    return put_some(into, x->path);
}

static bool put_document_uri(struct buf *into, struct exchange *x)
{
    return put_uri(into, x);
}

static struct str first_name(const struct server *server)
{
    return server && server->name_count > 0 ? server->names[0].name : STR("");
}

static bool put_server_name(struct buf *into, struct exchange *x)
{
    return put_some(into, first_name(x->server));
}

static bool put_host(struct buf *into, struct exchange *x)
{
    if (x->request.host.len > 0)
        return put_some(into, x->request.host);
    return put_server_name(into, x);
}

static bool put_hostname(struct buf *into, struct exchange *x)
{
    return put_some(into, x->env->conf->resolved.hostname);
}

static bool put_https(struct buf *into, struct exchange *x)
{
    (void)into;
    (void)x;
    return true; /* "on" under TLS, else the empty text */
}

static bool put_scheme(struct buf *into, struct exchange *x)
{
    (void)x;
    return put_some(into, STR("http"));
}

static bool put_msec(struct buf *into, struct exchange *x)
{
    buf_printf(into, "%lld.%03ld", (long long)x->env->wall.tv_sec,
               x->env->wall.tv_nsec / 1000000);
    return true;
}

/* The grammar of this version is what the configuration was written in. */
static bool put_nginx_version(struct buf *into, struct exchange *x)
{
    (void)x;
    return put_some(into, STR("1.31.5"));
}

static bool put_pid(struct buf *into, struct exchange *x)
{
    (void)x;
    return put_number(into, (uint64_t)getpid());
}

static bool put_pipe(struct buf *into, struct exchange *x)
{
    return put_some(into, x->pipelined ? STR("p") : STR("."));
}

static bool put_remote_addr(struct buf *into, struct exchange *x)
{
    address_print_host(into, &x->peer->client);
    return true;
}

static bool put_port(struct buf *into, const struct address *a)
{
    if (address_port(a) != 0)
        buf_put_number(into, address_port(a));
    return true;
}

static bool put_remote_port(struct buf *into, struct exchange *x)
{
    return put_port(into, &x->peer->client);
}

static bool put_remote_user(struct buf *into, struct exchange *x)
{
    (void)into;
    (void)x;
    return false;
}

static bool put_request(struct buf *into, struct exchange *x)
{
    buf_put(into, x->request.line);
    return x->request.line.len > 0;
}

static bool put_request_completion(struct buf *into, struct exchange *x)
{
    return put_some(into, x->completed ? STR("OK") : STR(""));
}

static bool put_request_filename(struct buf *into, struct exchange *x)
{
    if (x->location && x->path.len > 0)
        return put_some(into, resolve_filename(x));
    return put_some(into, x->filename);
}

static bool put_request_length(struct buf *into, struct exchange *x)
{
    return put_number(into, x->request_bytes);
}

static bool put_request_method(struct buf *into, struct exchange *x)
{
    return put_some(into, x->request.method_text);
}

static bool put_request_time(struct buf *into, struct exchange *x)
{
    uint64_t us = x->ended_us > x->started_us ? x->ended_us - x->started_us : 0;

    buf_printf(into, "%llu.%03u", (unsigned long long)(us / 1000000),
               (unsigned)(us / 1000 % 1000));
    return true;
}

/* As nginx has it: without scheme and host of an absolute target. */
static bool put_request_uri(struct buf *into, struct exchange *x)
{
    const struct request *r = &x->request;
    const char *end = r->target.at ? r->target.at + r->target.len : NULL;

    if (!r->absolute)
        return put_some(into, r->target);
    if (r->path.at >= r->target.at && r->path.at < end)
        return put_some(into, str_between(r->path.at, end));
    return put_some(into, r->path);
}

static bool put_server_addr(struct buf *into, struct exchange *x)
{
    address_print_host(into, &x->peer->local);
    return true;
}

static bool put_server_port(struct buf *into, struct exchange *x)
{
    return put_port(into, &x->peer->local);
}

static bool put_server_protocol(struct buf *into, struct exchange *x)
{
    if (x->request.line.len == 0)
        return false;
    return put_some(into, x->request.minor ? STR("HTTP/1.1") : STR("HTTP/1.0"));
}

static bool put_status(struct buf *into, struct exchange *x)
{
    buf_printf(into, "%03u", x->response.status);
    return true;
}

static bool put_time_iso8601(struct buf *into, struct exchange *x)
{
    return put_some(
        into, dates_text(&x->env->dates, DATES_ISO8601, x->env->wall.tv_sec));
}

static bool put_time_local(struct buf *into, struct exchange *x)
{
    return put_some(into,
                    dates_text(&x->env->dates, DATES_LOG, x->env->wall.tv_sec));
}

static bool (*const VALUES[])(struct buf *, struct exchange *) = {
#define VARIABLE_VALUE(name) [VARIABLE_##name] = put_##name,
    VARIABLES(VARIABLE_VALUE)
#undef VARIABLE_VALUE
};

/* ---- families: the rest of the name is part of the template ---- */

static bool same_name(struct str field, struct str rest)
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
static bool put_http(struct buf *into, const struct exchange *x,
                     struct str rest)
{
    struct str glue = str_equals(rest, STR("cookie")) ? STR("; ") : STR(", ");
    bool underscores =
        x->server && x->server->settings.underscores_in_headers.on;
    struct message_cursor cursor = {0};
    bool any = false;

    while (message_next(&x->request, &cursor)) {
        if (!same_name(cursor.name, rest) ||
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
        return put_http(into, x, rest);
    return put_some(into, x->request.fields[field]);
}

/* What nearly every log format has, without a walk over the head. */
static bool put_http_fast(struct buf *into, const struct exchange *x,
                          struct str rest)
{
    if (str_equals(rest, STR("referer")))
        return put_known(into, x, FIELD_REFERER, rest);
    if (str_equals(rest, STR("user_agent")))
        return put_known(into, x, FIELD_USER_AGENT, rest);
    return put_http(into, x, rest);
}

static bool put_sent_date(struct buf *into, int64_t seconds)
{
    if (seconds == -1)
        return false;
    date_put(into, seconds);
    return true;
}

static bool put_sent_text(struct buf *into, struct str text)
{
    return put_some(into, text.len > 0 ? text : (struct str){NULL, 0});
}

static bool put_sent_http(struct buf *into, const struct exchange *x,
                          struct str rest)
{
    const struct response *r = &x->response;

    if (str_equals(rest, STR("content_type")))
        return put_sent_text(into, r->content_type);
    if (str_equals(rest, STR("content_length")))
        return r->content_length >= 0 &&
               put_number(into, (uint64_t)r->content_length);
    if (str_equals(rest, STR("location")))
        return put_sent_text(into, r->location);
    if (str_equals(rest, STR("last_modified")))
        return put_sent_date(into, r->last_modified);
    if (str_equals(rest, STR("etag")))
        return put_sent_text(into, r->etag);
    if (str_equals(rest, STR("content_range")))
        return put_sent_text(into, r->content_range);
    if (str_equals(rest, STR("connection")))
        return put_some(into, r->keep_alive ? STR("keep-alive") : STR("close"));
    for (unsigned i = 0; i < r->field_count; i++)
        if (same_name(r->fields[i].name, rest))
            return put_some(into, r->fields[i].value);
    return false;
}

static bool put_arg(struct buf *into, const struct exchange *x, struct str rest)
{
    struct str args = x->args;

    while (args.at) {
        struct str value = str_cut(&args, '&');
        struct str name = str_cut(&value, '=');

        if (value.at && str_equals_nocase(name, rest))
            return put_some(into, value);
    }
    return false;
}

static bool put_value(struct buf *into, struct exchange *x,
                      const struct template_part *part)
{
    switch (part->variable) {
    case VARIABLE_HTTP:
        return put_http_fast(into, x, part->text);
    case VARIABLE_SENT_HTTP:
        return put_sent_http(into, x, part->text);
    case VARIABLE_ARG:
        return put_arg(into, x, part->text);
    case VARIABLE_CAPTURE:
        return put_some(into, uservalue_group(x, part->index));
    case VARIABLE_USER:
        return put_some(into, uservalue_get(x, part->index));
    case VARIABLE_EMPTY:
        return false;
    default:
        return VALUES[part->variable](into, x);
    }
}

void variable_put(struct buf *into, struct exchange *x,
                  const struct template_part *part)
{
    if (part->is_variable)
        put_value(into, x, part);
    else
        buf_put(into, part->text);
}

void variable_expand(struct buf *into, struct exchange *x,
                     const struct template *t)
{
    for (unsigned i = 0; i < t->count; i++)
        variable_put(into, x, &t->parts[i]);
}

void variable_expand_logged(struct buf *into, struct exchange *x,
                            const struct template *t, enum conf_escape escape)
{
    for (unsigned i = 0; i < t->count; i++) {
        size_t from = into->len;

        if (!t->parts[i].is_variable)
            buf_put(into, t->parts[i].text);
        else if (put_value(into, x, &t->parts[i]))
            escape_from(into, from, escape);
        else if (escape == CONF_ESCAPE_DEFAULT)
            buf_put_char(into, '-');
    }
}

struct str variable_text(struct exchange *x, const struct template *t)
{
    struct buf text = {0};
    struct str kept;

    if (template_is_constant(t))
        return template_text(t);
    variable_expand(&text, x, t);
    kept = text.failed ? (struct str){NULL, 0}
                       : arena_copy(&x->arena, buf_str(&text));
    buf_close(&text);
    return kept;
}
