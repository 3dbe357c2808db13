/* access.c - may this client have what it asks for? allow, deny, satisfy */
#include "content/access.h"

#include "conf/conf.h"
#include "content/auth.h"
#include "content/errorlog.h"
#include "content/trace.h"
#include "http/method.h"

const struct settings *access_settings(const struct exchange *x)
{
    const struct conf_limit_except *except = x->location->except;

    if (!except || except->methods & method_bit(x->request.method_text))
        return &x->location->settings;
    return &except->settings;
}

enum verdict { SILENT, ALLOWED, DENIED };

static bool is_about(const struct conf_rule *rule, const struct address *client)
{
    switch (rule->whom) {
    case CONF_RULE_ALL:
        return true;
    case CONF_RULE_UNIX:
        return client->name.ss_family == AF_UNIX;
    case CONF_RULE_NETWORK:
        return network_holds(&rule->network, client);
    }
    return false;
}

/* The first rule that is about the client decides. */
static enum verdict ask_rules(const struct exchange *x,
                              const struct settings *s)
{
    for (unsigned i = 0; i < s->rule_count; i++) {
        const struct conf_rule *rule = &s->rules[i];

        if (!is_about(rule, &x->peer->client))
            continue;
        trace_event(x, TRACE_ACCESS, rule->place,
                    rule->denies ? STR("deny") : STR("allow"),
                    STR("the first rule that is about the client"));
        return rule->denies ? DENIED : ALLOWED;
    }
    return SILENT;
}

static enum http_status forbid(struct exchange *x)
{
    errorlog_put(x, LOG_ERROR, 0, "access forbidden by rule");
    return HTTP_FORBIDDEN;
}

/* One that lets in is enough; 401 goes before 403, for it can be mended. */
static enum http_status satisfy_any(struct exchange *x, enum verdict rules,
                                    const struct settings *s)
{
    enum http_status status;

    if (rules == ALLOWED)
        return HTTP_NONE;
    switch (auth_check(x, s, &status)) {
    case AUTH_NOT_ASKED:
        return rules == DENIED ? forbid(x) : HTTP_NONE;
    case AUTH_REFUSED:
        return status == HTTP_FORBIDDEN ? forbid(x) : status;
    default:
        return HTTP_NONE;
    }
}

static enum http_status satisfy_all(struct exchange *x, enum verdict rules,
                                    const struct settings *s)
{
    enum http_status status;

    if (rules == DENIED)
        return forbid(x);
    return auth_check(x, s, &status) == AUTH_REFUSED ? status : HTTP_NONE;
}

enum http_status access_check(struct exchange *x)
{
    const struct settings *s = access_settings(x);
    enum verdict rules = ask_rules(x, s);

    return s->satisfy.value == CONF_SATISFY_ANY ? satisfy_any(x, rules, s)
                                                : satisfy_all(x, rules, s);
}
