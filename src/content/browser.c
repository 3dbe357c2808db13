/* browser.c - is the client's browser a modern one? */
#include "content/browser.h"

#include "conf/conf.h"

static struct str find(struct str text, struct str part)
{
    const char *found = text.len && part.len
                            ? memmem(text.at, text.len, part.at, part.len)
                            : NULL;

    return found ? str_between(found, text.at + text.len)
                 : (struct str){NULL, 0};
}

/* Does the browser call itself one of this kind? `version` becomes what stands
 * behind. */
static bool is_of(struct str agent, const struct browser_kind *kind,
                  uint64_t *version)
{
    struct str text = find(str_from(agent, kind->skip), kind->mark);
    struct str rest;

    if (text.len <= kind->add)
        return false;
    *version = browsers_version(str_from(text, kind->add), &rest);
    return true;
}

/* The first kind that fits decides, and Opera, which calls itself others as
 * well, is asked first even when nobody calls it modern. */
static bool is_listed(const struct conf_moderns *list, struct str agent,
                      bool *modern)
{
    const struct browser_kind *opera = browsers_opera();
    uint64_t version;

    *modern = false;
    if (list->count > 0 && list->rows[0].kind != opera &&
        is_of(agent, opera, &version))
        return true;
    for (unsigned i = 0; i < list->count; i++) {
        if (is_of(agent, list->rows[i].kind, &version)) {
            *modern = version >= list->rows[i].version;
            return true;
        }
    }
    return false;
}

/* "Mozilla/1" to "Mozilla/4", as Netscape called itself. */
static bool is_netscape4(struct str agent)
{
    return agent.len > 13 && str_starts_with(agent, STR("Mozilla/")) &&
           agent.at[8] > '0' && agent.at[8] < '5';
}

static bool is_ancient(const struct settings *s, struct str agent)
{
    if (s->ancient_netscape4 && is_netscape4(agent))
        return true;
    for (unsigned i = 0; i < s->ancient_browsers.count; i++) {
        if (find(agent, s->ancient_browsers.texts[i]).at)
            return true;
    }
    return false;
}

bool browser_is_modern(const struct settings *s, struct str agent)
{
    bool modern;

    if (!agent.at)
        return s->modern_unlisted;
    if (is_listed(&s->modern_browsers, agent, &modern))
        return modern;
    return s->modern_unlisted && !is_ancient(s, agent);
}

struct str browser_value(const struct exchange *x, bool modern)
{
    const struct settings *s = x->location ? &x->location->settings : NULL;

    if (!s ||
        browser_is_modern(s, x->request.fields[FIELD_USER_AGENT]) != modern)
        return STR("");
    return modern ? s->modern_browser_value.text
                  : s->ancient_browser_value.text;
}

bool browser_is_msie6(struct str agent)
{
    struct str version = str_from(find(agent, STR("MSIE ")), 5);

    if (version.len < 2 || version.at[1] != '.' || find(agent, STR("Opera")).at)
        return false;
    return version.at[0] == '4' || version.at[0] == '5' ||
           (version.at[0] == '6' && !find(version, STR("SV1")).at);
}

bool browser_is_safari(struct str agent)
{
    return find(agent, STR("Safari/")).at && find(agent, STR("Mac OS X")).at &&
           !find(agent, STR("Chrome/")).at && !find(agent, STR("Gecko/")).at &&
           !find(agent, STR("Opera")).at && find(agent, STR("MSIE ")).len <= 7;
}

bool browser_is_msie(const struct exchange *x)
{
    struct str agent = x->request.fields[FIELD_USER_AGENT];

    return find(agent, STR("MSIE ")).len > 7 && !find(agent, STR("Opera")).at;
}
