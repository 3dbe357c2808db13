/* redirect.c - where an answer sends the client: the value of Location */
#include "content/redirect.h"

#include "conf/conf.h"
#include "content/trace.h"
#include "http/path.h"
#include "http/status.h"

enum { HTTP_PORT = 80 };

bool redirect_is_status(unsigned status)
{
    return status == HTTP_MOVED_PERMANENTLY ||
           status == HTTP_MOVED_TEMPORARILY || status == HTTP_SEE_OTHER ||
           status == HTTP_TEMPORARY_REDIRECT ||
           status == HTTP_PERMANENT_REDIRECT;
}

/* The server's first name, unless it is one that nobody can call. */
static struct str name_of(const struct server *server)
{
    struct str name = {NULL, 0};

    if (server->name_count > 0)
        name = server->names[0].name;
    return str_equals(name, STR("_")) ? STR("") : name;
}

static void put_address(struct buf *into, const struct address *a)
{
    bool brackets = a->name.ss_family == AF_INET6;

    if (brackets)
        buf_put_char(into, '[');
    address_print_host(into, a);
    if (brackets)
        buf_put_char(into, ']');
}

/* The request's host was validated with the head, so it holds nothing but a
 * name or an address. */
static bool put_host(struct buf *into, const struct exchange *x)
{
    struct str host = x->request.host;
    struct str name = name_of(x->server);

    if (host.len > 0 &&
        (!x->location->settings.server_name_in_redirect.on || name.len == 0))
        buf_put(into, host);
    else if (name.len > 0)
        buf_put(into, name);
    else if (x->peer->local.name.ss_family != AF_UNIX)
        put_address(into, &x->peer->local);
    else
        return false;
    return true;
}

/* Without a name to give, the target stays relative: any client may have it so
 * (RFC 9110 section 10.2.2). */
static void put_origin(struct buf *into, const struct exchange *x)
{
    const struct settings *s = &x->location->settings;
    uint16_t port = address_port(&x->peer->local);

    if (!s->absolute_redirect.on)
        return;
    buf_put(into, STR("http://"));
    if (!put_host(into, x))
        buf_reset(into);
    else if (s->port_in_redirect.on && port != 0 && port != HTTP_PORT)
        buf_printf(into, ":%u", port);
}

static bool settle(struct exchange *x, struct buf *text)
{
    bool whole = !text->failed;

    if (whole)
        x->response.location = arena_copy(&x->arena, buf_str(text));
    buf_close(text);
    return whole && x->response.location.at;
}

bool redirect_to(struct exchange *x, struct str target)
{
    struct buf text = {0};

    if (str_starts_with(target, STR("/")))
        put_origin(&text, x);
    path_put_args(&text, target);
    return settle(x, &text);
}

bool redirect_to_directory(struct exchange *x)
{
    struct buf text = {0};

    put_origin(&text, x);
    path_put_escaped(&text, x->path);
    buf_put_char(&text, '/');
    if (x->args.len > 0) {
        buf_put_char(&text, '?');
        path_put_args(&text, x->args);
    }
    trace_event(x, TRACE_HEADER, (struct place){0}, STR("Location"),
                buf_str(&text));
    return settle(x, &text);
}
