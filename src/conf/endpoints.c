#include "conf/endpoints.h"

#include <errno.h>
#include <stdlib.h>

#include "base/log.h"
#include "conf/array.h"
#include "conf/dict.h"
#include "conf/listen.h"
#include "conf/names.h"

/* An endpoint while servers are added to it. */
struct spot {
    struct endpoint endpoint;
    struct place place;
    struct listen_options options;
    bool has_options;
    bool has_default;
    struct str text; /* its address, printed */
    struct conf_listener *listener;
    unsigned joined;       /* endpoints that its socket serves besides */
    struct spot *wildcard; /* whose socket serves it; NULL: its own */
};

struct table {
    struct conf *conf;
    const struct conf_lookups *lookups;
    struct dict by_text;
    struct spot **spots; /* in order of appearance */
    size_t count;
    bool failed;
};

static void say(enum log_level level, struct place place, struct str text)
{
    char memory[512];
    struct buf where = buf_over(memory, sizeof(memory));

    place_print(&where, place);
    log_at(level, "%.*s %.*s", STR_ARG(text), STR_ARG(buf_str(&where)));
}

static int refuse(struct table *t, struct place place, struct str text)
{
    say(LOG_EMERG, place, text);
    t->failed = true;
    return text.at ? -EINVAL : -ENOMEM;
}

static int refuse_spot(struct table *t, const struct conf_listen *l,
                       const char *what, const struct spot *spot)
{
    return refuse(
        t, l->place,
        arena_printf(&t->conf->arena, "%s %.*s", what, STR_ARG(spot->text)));
}

static int refuse_listen(struct table *t, const struct conf_listen *l,
                         const char *what)
{
    return refuse(t, l->place,
                  arena_printf(&t->conf->arena,
                               "%s in \"%.*s\" of the \"listen\" directive",
                               what, STR_ARG(l->text)));
}

static struct spot *add_spot(struct table *t, const struct address *address,
                             struct str text)
{
    struct arena *arena = &t->conf->arena;
    struct spot *spot = arena_alloc(arena, sizeof(*spot));
    struct spot **spots =
        array_grow(arena, t->spots, t->count, sizeof(struct spot *));
    struct str name = arena_copy(arena, text);

    if (!spot || !spots || !name.at ||
        dict_put(&t->by_text, arena, name, spot) < 0)
        return NULL;
    spot->endpoint.address = *address;
    spot->text = name;
    t->spots = spots;
    spots[t->count++] = spot;
    return spot;
}

static struct spot *find_spot(struct table *t, const struct address *address)
{
    char memory[256];
    struct buf text = buf_over(memory, sizeof(memory));
    struct spot *spot;

    address_print(&text, address);
    spot = dict_get(&t->by_text, buf_str(&text));
    return spot ? spot : add_spot(t, address, buf_str(&text));
}

static int take_options(struct table *t, struct spot *spot,
                        const struct conf_listen *l)
{
    if (spot->endpoint.server_count == 0) {
        spot->place = l->place;
        spot->options = l->options;
    }
    if (!l->has_options)
        return 0;
    if (spot->has_options)
        return refuse_spot(t, l, "duplicate listen options for", spot);
    spot->has_options = true;
    spot->options = l->options;
    return 0;
}

static int take_default(struct table *t, struct spot *spot,
                        const struct conf_listen *l, struct server *server)
{
    if (!spot->endpoint.default_server)
        spot->endpoint.default_server = server;
    if (!l->is_default)
        return 0;
    if (spot->has_default)
        return refuse_spot(t, l, "a duplicate default server for", spot);
    spot->has_default = true;
    spot->endpoint.default_server = server;
    return 0;
}

static int join(struct table *t, const struct address *address,
                const struct conf_listen *l, struct server *server)
{
    struct spot *spot = find_spot(t, address);
    struct endpoint *e;
    struct server **servers;

    if (!spot)
        return -ENOMEM;
    e = &spot->endpoint;
    if (e->server_count && e->servers[e->server_count - 1] == server)
        return refuse_spot(t, l, "a duplicate listen", spot);
    if (take_options(t, spot, l) < 0 || take_default(t, spot, l, server) < 0)
        return -EINVAL;
    e->proxy_protocol |= l->proxy_protocol;
    servers = array_grow(&t->conf->arena, e->servers, e->server_count,
                         sizeof(struct server *));
    if (!servers)
        return -ENOMEM;
    e->servers = servers;
    servers[e->server_count++] = server;
    return 0;
}

/* ---- addresses ---- */

/* All addresses of a name; two that are the same count once. */
static int join_name(struct table *t, const struct conf_listen *l,
                     struct server *server, uint16_t port)
{
    struct str host = arena_copy(&t->conf->arena, l->host);
    struct address *list = NULL;
    unsigned count = 0;
    int err;

    if (!host.at)
        return -ENOMEM;
    err = t->lookups->addresses(host.at, port, &list, &count);
    if (err < 0 || count == 0)
        return err == -ENOMEM ? err : refuse_listen(t, l, "host not found");
    for (unsigned i = 0; err == 0 && i < count; i++) {
        bool known = false;

        for (unsigned j = 0; j < i && !known; j++)
            known = address_equals(&list[i], &list[j]);
        err = known ? 0 : join(t, &list[i], l, server);
    }
    free(list);
    return err;
}

static int join_unix(struct table *t, const struct conf_listen *l,
                     struct server *server)
{
    struct address address;

    if (address_unix(&address, l->unix_path) < 0)
        return refuse_listen(t, l, "too long path");
    return join(t, &address, l, server);
}

static int join_port(struct table *t, const struct conf_listen *l,
                     struct server *server, uint16_t port)
{
    struct address address = address_any(AF_INET, port);

    if (l->host.len && address_parse(&address, l->host, port) < 0)
        return join_name(t, l, server, port);
    return join(t, &address, l, server);
}

static int join_listen(struct table *t, const struct conf_listen *l,
                       struct server *server)
{
    int err = 0;

    if (l->unix_path.len)
        return join_unix(t, l, server);
    for (unsigned port = l->first_port; err == 0 && port <= l->last_port;
         port++)
        err = join_port(t, l, server, (uint16_t)port);
    return err;
}

static int join_server(struct table *t, struct server *server)
{
    struct conf_listen implied =
        listen_default(t->lookups->is_root ? 80 : 8000);
    int err = 0;

    implied.place = server->place;
    if (!server->has_listen)
        return join_listen(t, &implied, server);
    for (unsigned i = 0; i < server->listen_count; i++) {
        err = join_listen(t, &server->listens[i], server);
        if (err == -ENOMEM)
            return err;
    }
    return 0;
}

/* ---- names ---- */

static int name_server(struct table *t, struct spot *spot,
                       struct server_names *names, struct server *server)
{
    for (unsigned i = 0; i < server->name_count; i++) {
        struct conf_server_name n = server->names[i];
        int err;

        if (str_equals(n.name, STR("$hostname")))
            n.name = t->conf->resolved.hostname;
        err = names_add(names, &t->conf->arena, &n, server);
        if (err == -ENOMEM)
            return err;
        if (err == -EEXIST)
            say(LOG_WARN, n.place,
                arena_printf(
                    &t->conf->arena,
                    "conflicting server name \"%.*s\" on %.*s, ignored",
                    STR_ARG(n.name), STR_ARG(spot->text)));
    }
    return 0;
}

static int settle_names(struct table *t, struct spot *spot)
{
    struct server_names *names = arena_alloc(&t->conf->arena, sizeof(*names));
    int err = names ? 0 : -ENOMEM;

    for (unsigned i = 0; err == 0 && i < spot->endpoint.server_count; i++)
        err = name_server(t, spot, names, spot->endpoint.servers[i]);
    spot->endpoint.names = names;
    return err;
}

/* ---- sockets ---- */

static struct spot *find_wildcard(struct table *t, const struct spot *spot)
{
    const struct address *a = &spot->endpoint.address;
    struct address any;
    char memory[64];
    struct buf text = buf_over(memory, sizeof(memory));
    int family = a->name.ss_family;

    if ((family != AF_INET && family != AF_INET6) || spot->options.bind ||
        address_is_any(a))
        return NULL;
    any = address_any(family, address_port(a));
    address_print(&text, &any);
    return dict_get(&t->by_text, buf_str(&text));
}

static struct conf_listener *open_listener(struct table *t, struct spot *spot)
{
    struct arena *arena = &t->conf->arena;
    struct conf_listener *l = arena_alloc(arena, sizeof(*l));

    if (!l)
        return NULL;
    l->place = spot->place;
    l->address = spot->endpoint.address;
    l->options = spot->options;
    l->number = t->conf->listener_count;
    l->endpoints =
        arena_alloc_array(arena, spot->joined + 1, sizeof(*l->endpoints));
    if (!l->endpoints)
        return NULL;
    l->endpoints[l->endpoint_count++] = spot->endpoint;
    t->conf->listeners[t->conf->listener_count++] = l;
    return l;
}

static int settle_sockets(struct table *t)
{
    t->conf->listeners = arena_alloc_array(&t->conf->arena, t->count + 1,
                                           sizeof(struct conf_listener *));
    if (!t->conf->listeners)
        return -ENOMEM;
    for (size_t i = 0; i < t->count; i++) {
        t->spots[i]->wildcard = find_wildcard(t, t->spots[i]);
        if (t->spots[i]->wildcard)
            t->spots[i]->wildcard->joined++;
    }
    for (size_t i = 0; i < t->count; i++) {
        if (t->spots[i]->wildcard)
            continue;
        t->spots[i]->listener = open_listener(t, t->spots[i]);
        if (!t->spots[i]->listener)
            return -ENOMEM;
    }
    for (size_t i = 0; i < t->count; i++) {
        struct conf_listener *l =
            t->spots[i]->wildcard ? t->spots[i]->wildcard->listener : NULL;

        if (l)
            l->endpoints[l->endpoint_count++] = t->spots[i]->endpoint;
    }
    return 0;
}

int endpoints_settle(struct conf *conf, const struct conf_lookups *lookups)
{
    struct table t = {.conf = conf, .lookups = lookups};
    int err = 0;

    for (unsigned i = 0; err == 0 && i < conf->server_count; i++)
        err = join_server(&t, conf->servers[i]);
    if (err < 0 || t.failed)
        return err < 0 ? err : -EINVAL;
    for (size_t i = 0; err == 0 && i < t.count; i++)
        err = settle_names(&t, t.spots[i]);
    return err < 0 ? err : settle_sockets(&t);
}
