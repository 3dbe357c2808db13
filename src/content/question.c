#include "content/question.h"

#include <errno.h>

#include "conf/names.h"

/* ---- the URL ---- */

struct url {
    struct str host;   /* with its brackets; empty: none */
    struct str target; /* from the path on */
    struct str authority;
    uint16_t port; /* 0: not said */
};

static bool take_port(struct str text, uint16_t *port)
{
    uint64_t number;

    if (!str_number(text, &number) || number == 0 || number > UINT16_MAX)
        return false;
    *port = (uint16_t)number;
    return true;
}

/* "a", "a:80", "[::1]", "[::1]:80" */
static bool take_authority(struct str text, struct str *host, uint16_t *port)
{
    const char *colon = str_find_last(text, ':');
    const char *bracket = str_find_last(text, ']');

    *host = text;
    if (!colon || (bracket && bracket > colon))
        return true;
    *host = str_between(text.at, colon);
    return take_port(str_from(text, host->len + 1), port);
}

static bool take_url(struct str text, struct url *url)
{
    static const struct str schemes[] = {STR("http://"), STR("https://")};
    const char *slash;

    *url = (struct url){.target = text};
    if (str_starts_with(text, STR("/")) || str_equals(text, STR("*")))
        return true;
    for (size_t i = 0; i < ARRAY_LEN(schemes); i++) {
        if (str_starts_with_nocase(text, schemes[i]))
            text = str_from(text, schemes[i].len);
    }
    slash = str_find(text, '/');
    url->authority = slash ? str_between(text.at, slash) : text;
    url->target = slash ? str_from(text, url->authority.len) : STR("/");
    return url->authority.len > 0 &&
           take_authority(url->authority, &url->host, &url->port);
}

/* ---- the request ---- */

static bool is_one_line(struct str text)
{
    return !str_find(text, '\n') && !str_find(text, '\r') &&
           !str_find(text, '\0');
}

static bool is_host(struct str field)
{
    return str_starts_with_nocase(field, STR("Host:"));
}

static bool put_fields(const struct question *q, struct buf *head, bool *host)
{
    for (unsigned i = 0; i < q->field_count; i++) {
        struct str field = q->fields[i];

        if (!is_one_line(field) || !str_find(field, ':'))
            return false;
        *host |= is_host(field);
        buf_put(head, field);
        buf_put(head, STR("\r\n"));
    }
    return true;
}

int question_head(const struct question *q, struct buf *head, const char **why)
{
    struct url url;
    bool has_host = false;

    if (!is_one_line(q->url) || str_find(q->url, ' ') ||
        !take_url(q->url, &url)) {
        *why = "the URL is none: http://HOST[:PORT]/PATH or /PATH";
        return -EINVAL;
    }
    buf_put(head, q->method.len > 0 ? q->method : STR("GET"));
    buf_put_char(head, ' ');
    buf_put(head, url.target);
    buf_put(head, STR(" HTTP/1.1\r\n"));
    if (!put_fields(q, head, &has_host)) {
        *why = "a header is none: -H 'Name: value'";
        return -EINVAL;
    }
    if (!has_host)
        buf_printf(
            head, "Host: %.*s\r\n",
            STR_ARG(url.authority.len ? url.authority : STR("localhost")));
    buf_put(head, STR("\r\n"));
    return head->failed ? -ENOMEM : 0;
}

/* ---- the listener ---- */

enum fit { FIT_NONE, FIT_ANY, FIT_PORT, FIT_NAME, FIT_WILDCARD, FIT_EXACT };

struct wanted {
    struct address address; /* AF_UNSPEC: unknown */
    struct str name;
    uint16_t port; /* 0: any */
};

/* How well does the endpoint fit what is asked for? */
static enum fit fit_of(const struct wanted *w, const struct endpoint *e)
{
    bool numeric = w->address.name.ss_family != AF_UNSPEC;

    if (w->port != 0 && address_port(&e->address) != w->port)
        return FIT_NONE;
    if (numeric && address_is_any(&e->address) &&
        e->address.name.ss_family == w->address.name.ss_family)
        return FIT_WILDCARD;
    if (numeric && w->port != 0)
        return address_equals(&w->address, &e->address) ? FIT_EXACT : FIT_NONE;
    if (w->name.len > 0 && names_find(e, w->name))
        return FIT_NAME;
    return w->port != 0 ? FIT_PORT : FIT_ANY;
}

static const struct endpoint *choose(const struct wanted *w,
                                     const struct conf *conf)
{
    const struct endpoint *best = NULL;
    enum fit best_fit = FIT_NONE;

    for (unsigned i = 0; i < conf->listener_count; i++) {
        const struct conf_listener *l = conf->listeners[i];

        for (unsigned k = 0; k < l->endpoint_count; k++) {
            enum fit fit = fit_of(w, &l->endpoints[k]);

            if (fit > best_fit) {
                best = &l->endpoints[k];
                best_fit = fit;
            }
        }
    }
    return best;
}

/* Under a wildcard a client has connected to some address of the machine. */
static struct address local_of(const struct wanted *w, const struct endpoint *e)
{
    struct address local = e->address;
    bool is_v6 = local.name.ss_family == AF_INET6;

    if (!address_is_any(&local))
        return local;
    if (w->address.name.ss_family == local.name.ss_family)
        local = w->address;
    else
        address_parse(&local, is_v6 ? STR("::1") : STR("127.0.0.1"), 0);
    address_set_port(&local, address_port(&e->address));
    return local;
}

static int take_wanted(const struct question *q, struct wanted *w,
                       const char **why)
{
    struct url url = {0};
    struct str host;

    *w = (struct wanted){0};
    if (q->at.len > 0) {
        if (!take_authority(q->at, &host, &w->port) ||
            address_parse(&w->address, host, w->port) < 0) {
            *why = "--at is no address: ADDRESS:PORT";
            return -EINVAL;
        }
        return 0;
    }
    if (q->url.len > 0 && !take_url(q->url, &url)) {
        *why = "the URL is none";
        return -EINVAL;
    }
    w->port = url.port;
    w->name = url.host;
    if (address_parse(&w->address, url.host, url.port) < 0)
        w->address = (struct address){0};
    return 0;
}

/* Where no port is said, it is 80; where nobody listens there, a proxy does in
 * front, and any listener will do. */
static const struct endpoint *choose_any(struct wanted *w, const struct conf *c)
{
    const struct endpoint *e;
    uint16_t port = w->port;

    w->port = port != 0 ? port : 80;
    e = choose(w, c);
    if (e || port != 0)
        return e;
    w->port = 0;
    return choose(w, c);
}

/* "::1" has colons and no port. */
static bool take_client(const struct question *q, struct address *client)
{
    struct str text = q->from.len > 0 ? q->from : STR("127.0.0.1");
    struct str host;
    uint16_t port = 0;

    return address_parse(client, text, 0) == 0 ||
           (take_authority(text, &host, &port) &&
            address_parse(client, host, port) == 0);
}

int question_peer(const struct question *q, const struct conf *conf,
                  struct peer *peer, const char **why)
{
    struct wanted w;
    int err = take_wanted(q, &w, why);

    if (err < 0)
        return err;
    peer->endpoint = choose_any(&w, conf);
    if (!peer->endpoint) {
        *why = "no server listens there";
        return -EINVAL;
    }
    peer->local = local_of(&w, peer->endpoint);
    if (!take_client(q, &peer->client)) {
        *why = "--from is no address: ADDRESS[:PORT]";
        return -EINVAL;
    }
    peer->number = 1;
    return 0;
}
