/* realip.c - who the client is, where a proxy that is trusted says so */
#include "content/realip.h"

#include <errno.h>
#include <string.h>

#include "base/buf.h"
#include "conf/conf.h"
#include "conf/hosts.h"
#include "net/proxyproto.h"

/* ---- an address, with a port or without ---- */

static int parse_port(struct address *into, struct str text)
{
    uint64_t port;

    if (!str_number(text, &port) || port == 0 || port > 65535)
        return -EINVAL;
    address_set_port(into, (uint16_t)port);
    return 0;
}

int realip_parse(struct address *into, struct str text)
{
    const char *colon = str_find_last(text, ':');
    struct str host = text;
    struct address a;

    if (address_parse(&a, text, 0) == 0) {
        *into = a;
        return 0;
    }
    if (!colon)
        return -EINVAL;
    host = str_between(text.at, colon);
    if (str_find(host, ':') && host.at[0] != '[')
        return -EINVAL;
    if (address_parse(&a, host, 0) < 0 ||
        parse_port(&a, str_from(text, host.len + 1)) < 0)
        return -EINVAL;
    *into = a;
    return 0;
}

/* ---- trust ---- */

static bool is_host(const struct conf_host *host, const struct address *a)
{
    for (unsigned i = 0; i < host->count; i++) {
        struct network one = {host->addresses[i], 128};

        if (host->addresses[i].name.ss_family == AF_INET)
            one.bits = 32;
        if (network_holds(&one, a))
            return true;
    }
    return false;
}

static bool trusts(const struct settings *s, const struct address *a)
{
    for (unsigned i = 0; i < s->trusted_count; i++) {
        const struct conf_trusted *t = &s->trusted[i];

        if ((t->kind == CONF_TRUSTED_NETWORK &&
             network_holds(&t->network, a)) ||
            (t->kind == CONF_TRUSTED_UNIX && a->name.ss_family == AF_UNIX) ||
            (t->kind == CONF_TRUSTED_HOST && is_host(t->host, a)))
            return true;
    }
    return false;
}

/* ---- what the proxy says ---- */

/* The lines of one name as one list; with `first` the first alone. */
static bool read_field(struct exchange *x, struct str name, bool first,
                       struct str *into)
{
    struct message_cursor cursor = {0};
    struct buf list = {0};
    bool any = false;

    while (message_next(&x->request, &cursor)) {
        if (!str_equals_nocase(cursor.name, name))
            continue;
        if (any)
            buf_put_char(&list, ',');
        buf_put(&list, cursor.value);
        any = true;
        if (first)
            break;
    }
    *into = list.failed ? (struct str){NULL, 0}
                        : arena_copy(&x->arena, buf_str(&list));
    buf_close(&list);
    return any;
}

static bool is_between(char c)
{
    return c == ' ' || c == ',';
}

/* Takes the last word off the list. */
static struct str take_last(struct str *list)
{
    size_t end = list->len;
    size_t begin;

    while (end > 0 && is_between(list->at[end - 1]))
        end--;
    begin = end;
    while (begin > 0 && !is_between(list->at[begin - 1]))
        begin--;
    list->len = begin;
    return (struct str){list->at + begin, end - begin};
}

/* From the end of the list, as the proxies appended to it: the address before
 * the first that is not trusted; without recursion the last one. */
static bool follow(const struct settings *s, struct str list,
                   struct address *client)
{
    bool found = false;

    while (list.len > 0 && trusts(s, client)) {
        if (realip_parse(client, take_last(&list)) < 0)
            break;
        found = true;
        if (!s->real_ip_recursive.on)
            break;
    }
    return found;
}

static enum http_status replace(struct exchange *x,
                                const struct address *client)
{
    struct peer *peer = arena_alloc(&x->arena, sizeof(*peer));

    if (!peer)
        return HTTP_UNAVAILABLE;
    *peer = *x->peer;
    peer->client = *client;
    peer->connection = x->peer;
    x->peer = peer;
    return HTTP_NONE;
}

enum http_status realip_apply(struct exchange *x, const struct settings *s)
{
    const struct conf_real_ip_header *header = &s->real_ip_header;
    struct address client = x->peer->client;
    struct str list;

    if (s->trusted_count == 0 || x->peer->connection || !trusts(s, &client))
        return HTTP_NONE;
    if (header->kind == CONF_REAL_IP_PROXY_PROTOCOL) {
        if (!x->peer->proxy || !x->peer->proxy->has_addresses)
            return HTTP_NONE;
        return replace(x, &x->peer->proxy->source);
    }
    if (!read_field(x, header->name, header->kind == CONF_REAL_IP_FIELD, &list))
        return HTTP_NONE;
    if (!list.at)
        return HTTP_UNAVAILABLE;
    return follow(s, list, &client) ? replace(x, &client) : HTTP_NONE;
}
