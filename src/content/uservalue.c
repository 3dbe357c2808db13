/* uservalue.c - the values of the configuration's own variables, and of the
 * groups that a regular expression captured */
#include "content/uservalue.h"

#include "conf/conf.h"
#include "content/derive.h"
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

/* More than any configuration leads from one to the next. */
enum { DEPTH_MAX = 100 };

static struct str no_value(struct exchange *x, const struct uservar *v)
{
    (void)x;
    (void)v;
    return (struct str){NULL, 0};
}

/* What nobody has set so far is the empty text. */
static struct str unset_value(struct exchange *x, const struct uservar *v)
{
    if (x->location && x->location->settings.uninitialized_variable_warn.on)
        errorlog_put(x, LOG_WARN, 0, "using uninitialized \"%.*s\" variable",
                     STR_ARG(v->name));
    return STR("");
}

/* How a value that is asked for first comes to be; what is found is kept. */
static struct str (*const MAKERS[USERVAR_KINDS])(struct exchange *,
                                                 const struct uservar *) = {
    [USERVAR_UNKNOWN] = no_value,   [USERVAR_EMPTY] = no_value,
    [USERVAR_GROUP] = no_value,     [USERVAR_SET] = unset_value,
    [USERVAR_MAP] = derive_map,     [USERVAR_GEO] = derive_geo,
    [USERVAR_SPLIT] = derive_split,
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

/* One that leads back to itself has no value. */
static struct str find_out(struct exchange *x, struct uservalue *slot,
                           const struct uservar *v)
{
    struct str found;

    if (slot->sought || x->user_depth >= DEPTH_MAX) {
        errorlog_put(x, LOG_ERROR, 0,
                     "cycle while evaluating variable \"%.*s\"",
                     STR_ARG(v->name));
        return (struct str){NULL, 0};
    }
    slot->sought = true;
    x->user_depth++;
    found = MAKERS[v->kind](x, v);
    x->user_depth--;
    slot->sought = false;
    return found;
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
    slot->text = find_out(x, slot, v);
    slot->known = slot->text.at != NULL && !v->is_volatile;
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
