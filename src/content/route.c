/* route.c - which server and which location answer for a request */
#include "content/route.h"

#include "conf/names.h"
#include "content/errorlog.h"

void route_server(struct exchange *x)
{
    x->server = names_find(x->peer->endpoint, x->request.host);
    x->location = &x->server->whole;
    x->method = x->request.method;
}

static const struct location *find_exact(const struct location_set *set,
                                         struct str path)
{
    size_t low = 0;
    size_t high = set->exact_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = str_compare(path, set->exact[middle]->name);

        if (order == 0)
            return set->exact[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

/* The longest prefix begins the greatest name that is not greater than the
 * path: names between the prefix and the path all begin with it. So the answer
 * is that name or one of its shorter ones. */
static const struct location *find_prefix(const struct location_set *set,
                                          struct str path)
{
    const struct location *l = NULL;
    size_t low = 0;
    size_t high = set->prefix_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (str_compare(set->prefixes[middle]->name, path) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low > 0)
        l = set->prefixes[low - 1];
    while (l && !str_starts_with(path, l->name))
        l = l->shorter;
    return l;
}

const struct location *route_match(const struct server *server, struct str path)
{
    const struct location *chosen = &server->whole;
    const struct location *next = chosen;

    while (next) {
        chosen = next;
        next = find_exact(&chosen->inside, path);
        if (next)
            return next;
        next = find_prefix(&chosen->inside, path);
    }
    return chosen;
}

enum http_status route_again(struct exchange *x, struct str path,
                             struct str args)
{
    if (x->redirects++ >= ROUTE_REDIRECTS_MAX) {
        errorlog_put(x, LOG_ERROR, 0,
                     "rewrite or internal redirection cycle while internally "
                     "redirecting to \"%.*s\"",
                     STR_ARG(path));
        return HTTP_INTERNAL_ERROR;
    }
    x->path = path;
    x->args = args;
    x->phase = PHASE_ROUTE;
    return HTTP_NONE;
}
