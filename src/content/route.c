/* route.c - which server and which location answer for a request */
#include "content/route.h"

#include "conf/locations.h"
#include "conf/names.h"
#include "content/errorlog.h"
#include "content/trace.h"
#include "content/uservalue.h"

enum { RIVALS_MAX = 10 }; /* servers that are told to have lost */

/* ---- servers ---- */

/* The first regular expression that fits; NULL: none does, or `status`. */
static const struct server *find_by_regex(struct exchange *x,
                                          enum http_status *status)
{
    const struct server_names *names = x->peer->endpoint->names;
    struct str host = x->request.host;

    for (unsigned i = 0; names && host.len && i < names->regex_count; i++) {
        const struct names_regex *n = &names->regexes[i];
        enum regex_verdict verdict = uservalue_match(x, n->pattern, host);

        if (verdict == REGEX_EXCEEDED) {
            *status = HTTP_INTERNAL_ERROR;
            return NULL;
        }
        if (verdict == REGEX_MATCHES)
            return n->server;
        trace_event(x, TRACE_RIVAL, n->place, n->pattern->text,
                    STR("does not match the host"));
    }
    return NULL;
}

/* Who else answers at this address, as far as anybody reads on. */
static void tell_other_servers(const struct exchange *x)
{
    const struct endpoint *e = x->peer->endpoint;
    unsigned told = 0;

    for (unsigned i = 0; x->trace && i < e->server_count; i++) {
        const struct server *s = e->servers[i];

        if (s == x->server || told++ >= RIVALS_MAX)
            continue;
        trace_event(x, TRACE_RIVAL, s->place,
                    s->name_count > 0 ? s->names[0].name : STR(""),
                    s == e->default_server
                        ? STR("the default is asked last")
                        : STR("none of its names is the host"));
    }
}

enum http_status route_server(struct exchange *x)
{
    const struct endpoint *endpoint = x->peer->endpoint;
    enum http_status status = HTTP_NONE;
    bool by_name;

    x->server = names_find(endpoint, x->request.host);
    if (!x->server)
        x->server = find_by_regex(x, &status);
    by_name = x->server != NULL;
    if (!by_name)
        x->server = endpoint->default_server;
    tell_other_servers(x);
    x->location = &x->server->whole;
    x->method = x->request.method;
    trace_event(x, TRACE_SERVER, x->server->place, x->request.host,
                by_name ? STR("by name") : STR("default server"));
    return status;
}

/* ---- locations ---- */

enum search {
    SEARCH_OPEN, /* no more than a prefix: a regular expression may do better */
    SEARCH_DONE,
    SEARCH_EXCEEDED,
};

static void tell_losers(const struct exchange *x, const struct location *l,
                        const char *why)
{
    for (; x->trace && l; l = l->shorter)
        trace_event(x, TRACE_RIVAL, l->place, l->name, str_of(why));
}

static enum search search(struct exchange *x, const struct location_set *set,
                          const struct location **chosen);

static enum search search_regexes(struct exchange *x,
                                  const struct location_set *set,
                                  const struct location **chosen)
{
    for (size_t i = 0; i < set->regex_count; i++) {
        const struct location *l = set->regexes[i];
        enum regex_verdict verdict = uservalue_match(x, l->pattern, x->path);

        if (verdict == REGEX_EXCEEDED)
            return SEARCH_EXCEEDED;
        if (verdict == REGEX_MATCHES) {
            tell_losers(x, *chosen, "a regular expression goes before it");
            *chosen = l;
            return search(x, &l->inside, chosen) == SEARCH_EXCEEDED
                       ? SEARCH_EXCEEDED
                       : SEARCH_DONE;
        }
        trace_event(x, TRACE_RIVAL, l->place, l->name, STR("does not match"));
    }
    return SEARCH_OPEN;
}

/* What is nested in the longest prefix goes first, with its own regular
 * expressions; only then come those of this level, unless the prefix has ^~. */
static enum search search(struct exchange *x, const struct location_set *set,
                          const struct location **chosen)
{
    const struct location *found = locations_find(set, x->path);
    enum search inner;

    if (!found)
        return search_regexes(x, set, chosen);
    *chosen = found;
    tell_losers(x, found->shorter, "a longer one fits");
    if (found->kind == LOCATION_EXACT)
        return SEARCH_DONE;
    inner = search(x, &found->inside, chosen);
    if (inner != SEARCH_OPEN || found->no_regex)
        return inner;
    return search_regexes(x, set, chosen);
}

enum http_status route_match(struct exchange *x)
{
    const struct location *chosen = &x->server->whole;

    if (search(x, &x->server->whole.inside, &chosen) == SEARCH_EXCEEDED)
        return HTTP_INTERNAL_ERROR;
    x->location = chosen;
    trace_event(x, TRACE_LOCATION, chosen->place, chosen->name, STR(""));
    return HTTP_NONE;
}

/* ---- internal redirects ---- */

static bool may_go_on(struct exchange *x, const char *what, struct str where)
{
    if (x->redirects++ < ROUTE_REDIRECTS_MAX)
        return true;
    errorlog_put(x, LOG_ERROR, 0,
                 "rewrite or internal redirection cycle while %s \"%.*s\"",
                 what, STR_ARG(where));
    return false;
}

enum http_status route_rewritten(struct exchange *x)
{
    if (!may_go_on(x, "processing", x->path))
        return HTTP_INTERNAL_ERROR;
    x->phase = PHASE_ROUTE;
    return HTTP_NONE;
}

enum http_status route_again(struct exchange *x, struct str path,
                             struct str args)
{
    if (!may_go_on(x, "internally redirecting to", path))
        return HTTP_INTERNAL_ERROR;
    trace_event(x, TRACE_REDIRECT, (struct place){0}, path, args);
    x->path = path;
    x->args = args;
    x->location = &x->server->whole;
    x->internal = true;
    x->alias_lost = false;
    x->alias_adds_path = false;
    x->phase = PHASE_SERVER_REWRITE;
    return HTTP_NONE;
}

enum http_status route_named(struct exchange *x, struct str name)
{
    const struct location_set *set = &x->server->whole.inside;

    if (!may_go_on(x, "redirect to named location", name))
        return HTTP_INTERNAL_ERROR;
    for (size_t i = 0; i < set->named_count; i++) {
        if (!str_equals(set->named[i]->name, name))
            continue;
        x->location = set->named[i];
        x->internal = true;
        x->phase = PHASE_REWRITE;
        trace_event(x, TRACE_LOCATION, x->location->place, name, STR(""));
        return HTTP_NONE;
    }
    errorlog_put(x, LOG_ERROR, 0, "could not find named location \"%.*s\"",
                 STR_ARG(name));
    return HTTP_INTERNAL_ERROR;
}

enum http_status route_to(struct exchange *x, struct str target)
{
    struct str args = target;
    struct str path;

    if (str_starts_with(target, STR("@")))
        return route_named(x, target);
    path = arena_copy(&x->arena, str_cut(&args, '?'));
    if (!path.at)
        return HTTP_UNAVAILABLE;
    return route_again(x, path, args);
}
