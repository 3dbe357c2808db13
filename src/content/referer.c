/* referer.c - is the request's Referer one of valid_referers? */
#include "content/referer.h"

#include "conf/conf.h"

enum {
    SHORTEST = 11, /* http://i.ru: nothing shorter is looked at */
    HOST_MAX = 255,
};

/* What stands behind "http://" or "https://"; false: it is no such URL. */
static bool skip_scheme(struct str url, struct str *rest)
{
    size_t skip = 0;

    if (str_starts_with_nocase(url, STR("http://")))
        skip = 7;
    else if (str_starts_with_nocase(url, STR("https://")))
        skip = 8;
    *rest = str_from(url, skip);
    return url.len >= SHORTEST && skip > 0;
}

/* Host, then perhaps a port, then the path. */
static bool fits_host(const struct conf_referers *list, struct str rest)
{
    char host[HOST_MAX];
    const struct str *path;
    size_t len = 0;
    const char *slash;

    while (len < rest.len && rest.at[len] != '/' && rest.at[len] != ':') {
        if (len == HOST_MAX)
            return false;
        host[len] = str_lower(rest.at[len]);
        len++;
    }
    path = hostmap_find(&list->hosts, (struct str){host, len});
    if (!path || path->len == 0)
        return path != NULL;
    slash = str_find(rest, '/');
    return slash &&
           str_starts_with(str_between(slash, rest.at + rest.len), *path);
}

static bool fits_pattern(const struct conf_referers *list, struct str rest)
{
    for (unsigned i = 0; i < list->pattern_count; i++) {
        if (regex_match(list->patterns[i]->regex, rest, NULL, 0) ==
            REGEX_MATCHES)
            return true;
    }
    return false;
}

bool referer_is_valid(struct exchange *x)
{
    const struct conf_referers *list =
        x->location ? x->location->settings.valid_referers.list : NULL;
    struct str url = x->request.fields[FIELD_REFERER];
    struct str rest;

    if (!list || (hostmap_is_empty(&list->hosts) && !list->pattern_count))
        return true;
    if (!url.at)
        return list->none;
    if (!skip_scheme(url, &rest))
        return list->blocked;
    return fits_host(list, rest) || fits_pattern(list, rest);
}
