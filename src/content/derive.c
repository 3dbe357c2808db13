/* derive.c - the values of variables that map, geo and split_clients make */
#include "content/derive.h"

#include "base/murmur.h"
#include "conf/conf.h"
#include "conf/geo.h"
#include "conf/map.h"
#include "conf/split.h"
#include "content/builtin.h"
#include "content/uservalue.h"
#include "content/variable.h"

enum { USUAL = 128 };

/* ---- map ---- */

/* Texts are known in lower case; most subjects fit on the stack. */
static const struct template *
find_text(struct exchange *x, const struct map *map, struct str subject)
{
    char memory[USUAL];
    char *lower = memory;

    if (hostmap_is_empty(&map->texts))
        return NULL;
    if (subject.len > sizeof(memory))
        lower = arena_alloc(&x->arena, subject.len);
    if (!lower)
        return NULL;
    for (size_t i = 0; i < subject.len; i++)
        lower[i] = str_lower(subject.at[i]);
    return hostmap_find(&map->texts, (struct str){lower, subject.len});
}

/* As in nginx none is tried on the empty text. */
static const struct template *
find_regex(struct exchange *x, const struct map *map, struct str subject)
{
    for (unsigned i = 0; subject.len > 0 && i < map->regex_count; i++) {
        if (uservalue_match(x, map->regexes[i].pattern, subject) ==
            REGEX_MATCHES)
            return map->regexes[i].value;
    }
    return NULL;
}

struct str derive_map(struct exchange *x, const struct uservar *v)
{
    const struct map *map = v->data;
    struct str subject = variable_text(x, &map->subject);
    const struct template *value;

    if (!subject.at)
        return subject;
    if (map->hostnames && str_ends_with(subject, STR(".")))
        subject.len--;
    value = find_text(x, map, subject);
    if (!value)
        value = find_regex(x, map, subject);
    if (!value)
        value = map->fallback;
    return value ? variable_text(x, value) : STR("");
}

/* ---- split_clients ---- */

struct str derive_split(struct exchange *x, const struct uservar *v)
{
    const struct split *s = v->data;
    struct str subject = variable_text(x, &s->subject);

    if (!subject.at)
        return subject;
    return split_find(s, murmur_hash(subject));
}

/* ---- geo ---- */

static bool is_proxy(const struct geo *g, const struct address *a)
{
    for (unsigned i = 0; i < g->proxy_count; i++) {
        if (network_holds(&g->proxies[i], a))
            return true;
    }
    return false;
}

/* An address, with a port or without. */
static bool read_address(struct str text, struct address *into)
{
    const char *colon = str_find_last(text, ':');

    if (address_parse(into, text, 0) == 0)
        return true;
    return colon && address_parse(into, str_between(text.at, colon), 0) == 0;
}

/* The last one of a list, which it is taken off. */
static struct str take_last(struct str *list)
{
    size_t end, from;

    while (list->len > 0 &&
           (list->at[list->len - 1] == ' ' || list->at[list->len - 1] == ','))
        list->len--;
    end = from = list->len;
    while (from > 0 && list->at[from - 1] != ' ' && list->at[from - 1] != ',')
        from--;
    list->len = from;
    return (struct str){list->at + from, end - from};
}

/* Whom a proxy spoke for: the last of X-Forwarded-For, or with proxy_recursive
 * the last that is no proxy itself. */
static void follow_proxies(struct exchange *x, const struct geo *g,
                           struct address *a)
{
    struct buf text = {0};
    struct str list;
    struct address next;

    builtin_any_http(&text, x, STR("x_forwarded_for"));
    list = buf_str(&text);
    while (list.len > 0 && is_proxy(g, a)) {
        if (!read_address(take_last(&list), &next))
            break;
        *a = next;
        if (!g->proxy_recursive)
            break;
    }
    buf_close(&text);
}

/* Whoever has no address counts as 255.255.255.255, as in nginx. */
static struct address address_of(struct exchange *x, const struct geo *g)
{
    struct address a = x->peer->client;
    struct address none;
    struct str text;

    address_parse(&none, STR("255.255.255.255"), 0);
    if (g->source.count > 0) {
        text = variable_text(x, &g->source);
        if (!text.at || address_parse(&a, text, 0) < 0)
            return none;
    }
    if (g->proxy_count > 0)
        follow_proxies(x, g, &a);
    return a.name.ss_family == AF_UNIX ? none : a;
}

struct str derive_geo(struct exchange *x, const struct uservar *v)
{
    struct address a = address_of(x, v->data);

    return geo_find(v->data, &a);
}
