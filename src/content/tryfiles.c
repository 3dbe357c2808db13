/* tryfiles.c - try_files: the first of some names that is there */
#include "content/tryfiles.h"

#include <errno.h>

#include "conf/conf.h"
#include "content/errorlog.h"
#include "content/resolve.h"
#include "content/route.h"
#include "content/trace.h"
#include "content/variable.h"
#include "http/path.h"

static const struct location *alias_of(const struct exchange *x)
{
    return x->location->settings.alias;
}

/* nginx: under an alias a name that is made of variables and begins with the
 * location's is meant without that. */
static struct str name_of(struct exchange *x, const struct template *t)
{
    const struct location *alias = alias_of(x);
    struct str name = variable_text(x, t);

    if (alias && alias->kind != LOCATION_REGEX && !template_is_constant(t) &&
        str_starts_with(name, alias->name))
        return str_from(name, alias->name.len);
    return name;
}

/* Where the file would be; `at` is NULL where the name leads nowhere. */
static struct str place_name(struct exchange *x, struct str base,
                             struct str name)
{
    if (path_climbs(name) || resolve_climbs(x, base))
        return (struct str){NULL, 0};
    if (!alias_of(x)) {
        if (name.len > 0 && name.at[0] != '/')
            return (struct str){NULL, 0};
        if (str_ends_with(base, STR("/")))
            base.len--;
    }
    return arena_printf(&x->arena, "%.*s%.*s", STR_ARG(base), STR_ARG(name));
}

static bool is_there(struct exchange *x, const struct conf_try *t,
                     struct str file)
{
    enum file_kind kind = FILE_OTHER;
    int err = file.at ? resolve_look(x, file.at, &kind) : -ENOENT;

    if (err < 0 && err != -ENOENT && err != -ENOTDIR && err != -ENAMETOOLONG)
        errorlog_put(x, LOG_CRIT, err, "stat() \"%.*s\" failed", STR_ARG(file));
    return err == 0 && (kind == FILE_DIRECTORY) == t->directory;
}

/* The path becomes one that leads to what was found. */
static enum http_status go_to(struct exchange *x, const struct conf_try *t,
                              struct str name)
{
    const struct location *alias = alias_of(x);
    struct str path;

    if (!alias) {
        path = arena_copy(&x->arena, name.len > 0 ? name : STR("/"));
    } else if (alias->kind == LOCATION_REGEX) {
        if (t->directory)
            return HTTP_NONE;
        path = arena_copy(&x->arena, name);
        x->alias_adds_path = true;
    } else {
        path = arena_printf(&x->arena, "%.*s%.*s", STR_ARG(alias->name),
                            STR_ARG(name));
    }
    if (!path.at)
        return HTTP_UNAVAILABLE;
    x->path = path;
    return HTTP_NONE;
}

static enum http_status fall_back(struct exchange *x,
                                  const struct conf_tries *all)
{
    if (all->status != 0)
        return all->status;
    return route_to(x, name_of(x, &all->last));
}

static enum http_status run(struct exchange *x, const struct conf_tries *all)
{
    struct str base = resolve_base(x);

    if (!base.at)
        return HTTP_UNAVAILABLE;
    for (unsigned i = 0; i < all->count; i++) {
        const struct conf_try *t = &all->tries[i];
        struct str name = name_of(x, &t->name);
        struct str file = place_name(x, base, name);
        bool found = is_there(x, t, file);

        trace_event(x, TRACE_TRY, all->place, file.at ? file : name,
                    found          ? STR("found")
                    : t->directory ? STR("no such directory")
                                   : STR("no such file"));
        if (found)
            return go_to(x, t, name);
    }
    return fall_back(x, all);
}

enum http_status tryfiles_run(struct exchange *x)
{
    const struct conf_tries *all = &x->location->try_files;

    return all->count > 0 ? run(x, all) : HTTP_NONE;
}
