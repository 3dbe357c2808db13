/* negotiate.c - may this answer be sent in a content coding? */
#include "content/negotiate.h"

#include "conf/conf.h"
#include "content/browser.h"
#include "content/headers.h"
#include "http/date.h"

struct encodings negotiate_read(const struct exchange *x)
{
    struct message_cursor cursor = {0};
    struct encodings e = {0};

    while (message_next_of(&x->request, FIELD_ACCEPT_ENCODING, &cursor))
        encoding_read(&e, cursor.value);
    return e;
}

/* ---- gzip_proxied ---- */

static bool control_says(struct str control, struct str word)
{
    while (control.at)
        if (str_equals_nocase(str_trim(str_cut(&control, ',')), word))
            return true;
    return false;
}

struct controls {
    bool any;
    bool expires;
    int bits; /* which of gzip_proxied's words they would let through */
};

static void look_at_expires(struct controls *c, const struct exchange *x,
                            struct str value)
{
    int64_t now = x->env->wall.tv_sec;
    int64_t then;

    c->expires = true;
    if (date_parse(value, now, &then) && then < now)
        c->bits |= CONF_PROXIED_EXPIRED;
}

static struct controls controls_of(const struct exchange *x)
{
    struct controls c = {0};

    for (unsigned i = 0; i < x->response.field_count; i++) {
        const struct head_field *f = &x->response.fields[i];

        if (str_equals_nocase(f->name, STR("expires")) && !c.expires)
            look_at_expires(&c, x, f->value);
        if (!str_equals_nocase(f->name, STR("cache-control")))
            continue;
        c.any = true;
        if (control_says(f->value, STR("no-cache")))
            c.bits |= CONF_PROXIED_NO_CACHE;
        if (control_says(f->value, STR("no-store")))
            c.bits |= CONF_PROXIED_NO_STORE;
        if (control_says(f->value, STR("private")))
            c.bits |= CONF_PROXIED_PRIVATE;
    }
    return c;
}

/* The order and the meaning are nginx's: Expires goes before Cache-Control;
 * where neither is there only two words forbid; and of Last-Modified only what
 * the configuration itself adds counts. */
static bool proxy_may(const struct exchange *x, int allowed)
{
    struct controls c;

    if (allowed == CONF_PROXIED_OFF)
        return false;
    if (allowed & CONF_PROXIED_ANY)
        return true;
    if ((allowed & CONF_PROXIED_AUTH) &&
        x->request.fields[FIELD_AUTHORIZATION].at)
        return true;
    c = controls_of(x);
    if (c.expires)
        return allowed & c.bits & CONF_PROXIED_EXPIRED;
    if (c.any)
        return allowed & c.bits;
    if ((allowed & CONF_PROXIED_NO_LAST_MODIFIED) &&
        headers_find(x, STR("Last-Modified")).at)
        return false;
    return !(allowed & CONF_PROXIED_NO_ETAG) ||
           (x->response.etag.len == 0 && !headers_find(x, STR("ETag")).at);
}

/* ---- gzip_disable ---- */

/* A pattern that takes too long to tell is taken to match. */
static bool is_disabled(const struct conf_patterns *list, struct str agent)
{
    if (!agent.at)
        return false;
    for (unsigned i = 0; i < list->count; i++)
        if (regex_match(list->rows[i]->regex, agent, NULL, 0) != REGEX_MISSES)
            return true;
    return list->msie6 && browser_is_msie6(agent);
}

bool negotiate_gzip(const struct exchange *x)
{
    const struct settings *s = &x->location->settings;
    const struct request *r = &x->request;
    struct encodings e;

    if (!r->fields[FIELD_ACCEPT_ENCODING].at ||
        r->minor < s->gzip_http_version.value)
        return false;
    e = negotiate_read(x);
    if (encoding_weight(&e, ENCODING_GZIP) == 0)
        return false;
    if (message_find(r, STR("via")).at && !proxy_may(x, s->gzip_proxied.value))
        return false;
    return !is_disabled(&s->gzip_disable, r->fields[FIELD_USER_AGENT]);
}
