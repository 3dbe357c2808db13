/* resolve.c - what a path names in the file system */
#include "content/resolve.h"

#include <errno.h>

#include "conf/conf.h"
#include "content/errorlog.h"
#include "content/links.h"
#include "content/trace.h"
#include "content/variable.h"
#include "http/path.h"
#include "ipc/slot.h"

/* Why a path has no name in the file system. */
enum mismatch {
    MISMATCH_NONE,
    MISMATCH_NOT_THERE, /* it would lead where nobody meant it to */
    MISMATCH_REWRITTEN, /* nginx's 500: an alias for another path */
};

/* The part of the path that goes behind an alias. A prefix without a slash at
 * its end would let "/a../x" climb out of an alias that has one. */
static enum mismatch cut_alias(const struct exchange *x, struct str base,
                               struct str *path)
{
    const struct location *l = x->location->settings.alias;

    if (x->alias_lost)
        return MISMATCH_REWRITTEN;
    if (l->kind == LOCATION_REGEX) {
        if (!x->alias_adds_path)
            *path = STR("");
        return MISMATCH_NONE;
    }
    if (!str_starts_with(*path, l->name))
        return MISMATCH_REWRITTEN;
    *path = str_from(*path, l->name.len);
    if (l->kind == LOCATION_PREFIX && path->len > 0 && path->at[0] != '/' &&
        !str_ends_with(l->name, STR("/")) && str_ends_with(base, STR("/")))
        return MISMATCH_NOT_THERE;
    return MISMATCH_NONE;
}

/* root and path meet at one slash; only the root "/" ends in one. What a
 * rewrite left without a slash in front would be glued to the root's name. */
static enum mismatch cut_root(struct str *base, struct str path)
{
    if (str_ends_with(*base, STR("/")))
        base->len--;
    return path.len == 0 || path.at[0] == '/' ? MISMATCH_NONE
                                              : MISMATCH_NOT_THERE;
}

struct str resolve_base(struct exchange *x)
{
    const struct settings *s = &x->location->settings;
    struct str base = variable_text(x, &s->root.value);

    if (!base.at || str_starts_with(base, STR("/")))
        return base;
    return arena_printf(&x->arena, "%.*s%.*s", STR_ARG(x->env->conf->prefix),
                        STR_ARG(base));
}

bool resolve_climbs(const struct exchange *x, struct str base)
{
    const struct template *t = &x->location->settings.root.value;

    return !template_is_constant(t) && path_climbs(base) &&
           !path_climbs(t->source);
}

static enum mismatch map(struct exchange *x, struct str *name)
{
    struct str base = resolve_base(x);
    struct str path = x->path;
    enum mismatch found;

    *name = base;
    if (!base.at)
        return MISMATCH_NONE;
    found = x->location->settings.alias ? cut_alias(x, base, &path)
                                        : cut_root(&base, path);
    if (found == MISMATCH_NONE &&
        (path_climbs(path) || resolve_climbs(x, base)))
        found = MISMATCH_NOT_THERE;
    *name = arena_printf(&x->arena, "%.*s%.*s", STR_ARG(base), STR_ARG(path));
    return found;
}

struct str resolve_filename(struct exchange *x)
{
    struct str name;

    return map(x, &name) == MISMATCH_NONE ? name : (struct str){NULL, 0};
}

enum http_status resolve_name(struct exchange *x)
{
    switch (map(x, &x->filename)) {
    case MISMATCH_NONE:
        return x->filename.at ? HTTP_NONE : HTTP_UNAVAILABLE;
    case MISMATCH_NOT_THERE:
        errorlog_put(x, LOG_ERROR, 0, "\"%.*s\" leads out of \"%.*s\"",
                     STR_ARG(x->path),
                     STR_ARG(x->location->settings.root.value.source));
        return HTTP_NOT_FOUND;
    case MISMATCH_REWRITTEN:
        break;
    }
    errorlog_put(x, LOG_ERROR, 0,
                 "\"alias\" cannot be used in location \"%.*s\" where URI was "
                 "rewritten",
                 STR_ARG(x->location->name));
    return HTTP_INTERNAL_ERROR;
}

/* The statuses are nginx's but for the last row: what will pass is 503. */
static enum http_status status_of(int err)
{
    switch (-err) {
    case ENOENT:
    case ENOTDIR:
    case ENAMETOOLONG:
    case ENXIO: /* became a FIFO or a socket between look and open */
        return HTTP_NOT_FOUND;
    case EACCES:
    case EPERM:
    case ELOOP:
        return HTTP_FORBIDDEN;
    case ENOMEM:
    case EMFILE:
    case ENFILE:
        return HTTP_UNAVAILABLE;
    default:
        return HTTP_INTERNAL_ERROR;
    }
}

static enum log_level level_of(enum http_status status)
{
    return status < HTTP_INTERNAL_ERROR ? LOG_ERROR : LOG_CRIT;
}

static enum http_status refuse_open(struct exchange *x, int err)
{
    enum http_status status = status_of(err);

    if (status != HTTP_NOT_FOUND || x->location->settings.log_not_found.on)
        errorlog_put(x, level_of(status), err, "open() \"%.*s\" failed",
                     STR_ARG(x->filename));
    return status;
}

static void count_open(struct slot *slot)
{
    slot_add(slot, COUNTER_file_misses, 1);
    if (slot)
        slot_gauge_add(slot, COUNTER_files_open, 1);
}

/* Which links may be followed on the way to the path. False: memory ran out. */
static bool links_for(struct exchange *x, const char *path, struct links *links)
{
    const struct conf_disable_symlinks *s =
        &x->location->settings.disable_symlinks;
    struct str from;

    *links = (struct links){.how = s->how};
    if (s->from.source.len == 0)
        return true;
    from = variable_text(x, &s->from);
    links->trusted = links_trusted(str_of(path), from);
    return from.at != NULL;
}

int resolve_look(struct exchange *x, const char *path, enum file_kind *kind)
{
    struct links links;

    if (x->location->settings.disable_symlinks.how == CONF_SYMLINKS_FOLLOWED)
        return file_look(path, kind);
    return links_for(x, path, &links) ? links_look(path, links, kind) : -ENOMEM;
}

static int open_at(struct exchange *x, const char *path, enum file_kind *kind)
{
    struct links links;

    if (x->location->settings.disable_symlinks.how == CONF_SYMLINKS_FOLLOWED)
        return file_open(&x->file, path, x->env->has_openat2, kind);
    return links_for(x, path, &links) ? links_open(&x->file, path, links, kind)
                                      : -ENOMEM;
}

int resolve_open_at(struct exchange *x, const char *path, enum file_kind *kind)
{
    int err = open_at(x, path, kind);

    if (err == 0 && *kind == FILE_REGULAR)
        count_open(x->env->slot);
    return err;
}

enum resolve_verdict resolve_open(struct exchange *x, enum http_status *status)
{
    enum file_kind kind = FILE_OTHER;
    int err = resolve_open_at(x, x->filename.at, &kind);

    if (err < 0) {
        *status = refuse_open(x, err);
        return RESOLVE_REFUSED;
    }
    if (kind == FILE_REGULAR) {
        trace_event(x, TRACE_FILE, x->location->settings.root.place,
                    x->filename, STR(""));
        return RESOLVE_FILE;
    }
    if (kind == FILE_DIRECTORY)
        return RESOLVE_DIRECTORY;
    errorlog_put(x, LOG_CRIT, 0, "\"%.*s\" is not a regular file",
                 STR_ARG(x->filename));
    *status = HTTP_NOT_FOUND;
    return RESOLVE_REFUSED;
}

static enum http_status refuse_index(struct exchange *x, struct str name,
                                     int err)
{
    enum http_status status = status_of(err);

    if (status == HTTP_FORBIDDEN)
        errorlog_put(x, LOG_ERROR, err, "\"%.*s\" is forbidden", STR_ARG(name));
    else if (status != HTTP_NOT_FOUND)
        errorlog_put(x, LOG_CRIT, err, "open() \"%.*s\" failed", STR_ARG(name));
    else if (x->location->settings.log_not_found.on)
        errorlog_put(x, LOG_ERROR, err, "\"%.*s\" is not found", STR_ARG(name));
    return status;
}

/* No index file is there; is the directory? One that may be passed but not
 * looked at is a directory all the same. */
static enum http_status check_directory(struct exchange *x, struct str tried)
{
    enum file_kind kind = FILE_OTHER;
    int err = resolve_look(x, x->filename.at, &kind);

    if (err == -ELOOP)
        return refuse_index(x, x->filename, err);
    if (err == -ENOENT || (err == 0 && kind != FILE_DIRECTORY))
        return refuse_index(x, tried, -ENOENT);
    return HTTP_NONE;
}

/* What a variable brought may be no name at all, or lead elsewhere. */
static bool is_index_name(struct str name)
{
    return name.len > 0 && !str_find(name, '\0') && !path_climbs(name);
}

/* Is this one there? 0, -ENOENT, or another reason not to look further. */
static int try_index(struct exchange *x, const struct template *t,
                     struct str *path, struct str *tried)
{
    struct str name = variable_text(x, t);
    enum file_kind kind;

    if (!name.at)
        return -ENOMEM;
    if (!is_index_name(name))
        return -ENOENT;
    if (str_starts_with(name, STR("/"))) {
        *path = name;
        return 0;
    }
    *path =
        arena_printf(&x->arena, "%.*s%.*s", STR_ARG(x->path), STR_ARG(name));
    *tried = arena_printf(&x->arena, "%.*s%.*s", STR_ARG(x->filename),
                          STR_ARG(name));
    if (!path->at || !tried->at)
        return -ENOMEM;
    return resolve_look(x, tried->at, &kind);
}

enum http_status resolve_index(struct exchange *x, struct str *path)
{
    const struct conf_index *index = &x->location->settings.index;
    struct str tried = x->filename;
    struct str candidate;

    for (unsigned i = 0; i < index->count; i++) {
        int err = try_index(x, &index->names[i], &candidate, &tried);

        trace_event(x, TRACE_TRY, index->place, tried,
                    err == 0 ? STR("found") : STR("no such index file"));
        if (err == 0) {
            *path = candidate;
            return HTTP_NONE;
        }
        if (err != -ENOENT)
            return refuse_index(x, tried, err);
    }
    *path = (struct str){NULL, 0};
    return check_directory(x, tried);
}
