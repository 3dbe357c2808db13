/* uservalue.c - the values of the configuration's own variables, and of the
 * groups that a regular expression captured */
#include "content/uservalue.h"

#include "conf/conf.h"
#include "content/errorlog.h"

/* ---- groups ---- */

static void name_groups(struct exchange *x, const struct pattern *p,
                        const struct str *groups)
{
    for (unsigned i = 0; i < p->name_count; i++)
        uservalue_set(x, p->names[i].uservar, groups[p->names[i].group]);
}

enum regex_verdict uservalue_match(struct exchange *x, const struct pattern *p,
                                   struct str subject)
{
    struct str groups[PATTERN_GROUPS_MAX];
    unsigned count = regex_groups(p->regex) + 1;
    enum regex_verdict verdict = regex_match(p->regex, subject, groups, count);

    if (verdict == REGEX_EXCEEDED)
        errorlog_put(x, LOG_ERROR, 0,
                     "the regular expression \"%.*s\" took too many steps on "
                     "\"%.*s\"",
                     STR_ARG(p->text), STR_ARG(subject));
    if (verdict != REGEX_MATCHES)
        return verdict;
    uservalue_forget_groups(x);
    for (unsigned i = 1; i < count && i <= EXCHANGE_GROUPS; i++)
        x->groups[i - 1] = groups[i];
    name_groups(x, p, groups);
    return verdict;
}

void uservalue_forget_groups(struct exchange *x)
{
    memset(x->groups, 0, sizeof(x->groups));
}

struct str uservalue_group(const struct exchange *x, unsigned n)
{
    return n >= 1 && n <= EXCHANGE_GROUPS ? x->groups[n - 1]
                                          : (struct str){NULL, 0};
}

/* ---- variables ---- */

static struct str no_value(struct exchange *x, const struct uservar *v)
{
    (void)x;
    (void)v;
    return (struct str){NULL, 0};
}

/* How a value that is asked for first comes to be; what is found is kept. */
static struct str (*const MAKERS[USERVAR_KINDS])(struct exchange *,
                                                 const struct uservar *) = {
    [USERVAR_UNKNOWN] = no_value, [USERVAR_EMPTY] = no_value,
    [USERVAR_SET] = no_value,     [USERVAR_MAP] = no_value,
    [USERVAR_GEO] = no_value,     [USERVAR_SPLIT] = no_value,
};

static struct uservalue *slot_of(struct exchange *x, unsigned index)
{
    const struct uservar_table *t = &x->env->conf->uservars;

    if (index >= t->count)
        return NULL;
    if (!x->user)
        x->user = arena_alloc_array(&x->arena, t->count, sizeof(*x->user));
    return x->user ? &x->user[index] : NULL;
}

struct str uservalue_get(struct exchange *x, unsigned index)
{
    struct uservalue *slot = slot_of(x, index);
    const struct uservar *v;

    if (!slot)
        return (struct str){NULL, 0};
    if (slot->known)
        return slot->text;
    v = x->env->conf->uservars.rows[index];
    slot->text = MAKERS[v->kind](x, v);
    slot->known = slot->text.at != NULL;
    return slot->text;
}

bool uservalue_set(struct exchange *x, unsigned index, struct str value)
{
    struct uservalue *slot = slot_of(x, index);

    if (!slot)
        return false;
    slot->text = value;
    slot->known = true;
    return true;
}
