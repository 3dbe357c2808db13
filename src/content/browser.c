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

static bool is_at_least(struct str agent, const struct browser_modern *m)
{
    struct str text = find(str_from(agent, m->kind->skip), m->kind->mark);
    struct str rest;

    if (text.len <= m->kind->add)
        return false;
    return browsers_version(str_from(text, m->kind->add), &rest) >= m->version;
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
    if (!agent.at)
        return s->modern_unlisted;
    for (unsigned i = 0; i < s->modern_browsers.count; i++) {
        if (is_at_least(agent, &s->modern_browsers.rows[i]))
            return true;
    }
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

bool browser_is_msie(const struct exchange *x)
{
    struct str agent = x->request.fields[FIELD_USER_AGENT];

    return find(agent, STR("MSIE ")).len > 7 && !find(agent, STR("Opera")).at;
}
