/* pattern.c - regular expressions of the configuration, each compiled once */
#include "conf/pattern.h"

#include <errno.h>

static int name_group(struct pattern *p, struct str name, unsigned group,
                      struct pattern_scope *scope)
{
    struct uservar *v =
        uservar_refer(scope->users, scope->arena, name, scope->place);

    if (!v)
        return -ENOMEM;
    uservar_define(v, USERVAR_GROUP, NULL, scope->place);
    p->names[p->name_count++] = (struct pattern_name){group, v->index};
    return 0;
}

static int name_groups(struct pattern *p, struct pattern_scope *scope)
{
    unsigned count = 0;
    unsigned group;
    int err = 0;

    while (regex_name(p->regex, count, &group).at)
        count++;
    if (count == 0)
        return 0;
    p->names = arena_alloc_array(scope->arena, count, sizeof(*p->names));
    if (!p->names)
        return -ENOMEM;
    for (unsigned i = 0; err == 0 && i < count; i++) {
        struct str name = regex_name(p->regex, i, &group);

        err = name_group(p, name, group, scope);
    }
    return err;
}

static int refuse(struct pattern_scope *scope, struct str why)
{
    scope->why = why;
    return why.at ? -EINVAL : -ENOMEM;
}

static int refuse_syntax(struct pattern_scope *scope, struct str text,
                         const struct regex_error *error)
{
    if (error->offset >= text.len)
        return refuse(scope, arena_printf(scope->arena,
                                          "pcre2_compile() failed: %s in "
                                          "\"%.*s\"",
                                          error->text, STR_ARG(text)));
    return refuse(
        scope,
        arena_printf(scope->arena,
                     "pcre2_compile() failed: %s in \"%.*s\" at \"%.*s\"",
                     error->text, STR_ARG(text),
                     STR_ARG(str_from(text, error->offset))));
}

static int compile(struct pattern *p, bool nocase, struct pattern_scope *scope)
{
    struct regex_error error = {"", 0};
    int err = regex_new(&p->regex, p->text, nocase, &error);

    if (err == -EINVAL)
        return refuse_syntax(scope, p->text, &error);
    if (err < 0)
        return err;
    p->next = scope->list->first;
    scope->list->first = p;
    if (regex_groups(p->regex) >= PATTERN_GROUPS_MAX)
        return refuse(scope,
                      arena_printf(scope->arena, "too many groups in \"%.*s\"",
                                   STR_ARG(p->text)));
    return name_groups(p, scope);
}

int pattern_get(const struct pattern **into, struct str text, bool nocase,
                struct pattern_scope *scope)
{
    struct dict *known = nocase ? &scope->list->nocase : &scope->list->plain;
    struct pattern *p = dict_get(known, text);
    int err;

    *into = p;
    if (p)
        return 0;
    p = arena_alloc(scope->arena, sizeof(*p));
    if (!p)
        return -ENOMEM;
    p->text = arena_copy(scope->arena, text);
    if (!p->text.at)
        return -ENOMEM;
    err = compile(p, nocase, scope);
    if (err == 0)
        err = dict_put(known, scope->arena, p->text, p);
    if (err == 0)
        *into = p;
    return err;
}

void pattern_close(struct pattern_list *list)
{
    for (struct pattern *p = list->first; p; p = p->next)
        regex_free(p->regex);
    *list = (struct pattern_list){0};
}
