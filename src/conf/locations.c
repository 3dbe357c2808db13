/* locations.c - the locations of one level, in the order they are searched */
#include "conf/locations.h"

#include <errno.h>
#include <stdlib.h>

#include "conf/reader.h"

/* ---- searching ---- */

static const struct location *find_exact(const struct location_set *set,
                                         struct str path)
{
    size_t low = 0;
    size_t high = set->exact_count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = str_compare(set->exact[middle]->name, path);

        if (order == 0)
            return set->exact[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

/* The last name that is not behind the path; the longest prefix is it, or one
 * of those that begin it. */
static const struct location *find_prefix(const struct location_set *set,
                                          struct str path)
{
    size_t low = 0;
    size_t high = set->prefix_count;
    const struct location *found;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (str_compare(set->prefixes[middle]->name, path) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    found = low ? set->prefixes[low - 1] : NULL;
    while (found && !str_starts_with(path, found->name))
        found = found->shorter;
    return found;
}

const struct location *locations_find(const struct location_set *set,
                                      struct str path)
{
    const struct location *exact = find_exact(set, path);

    return exact ? exact : find_prefix(set, path);
}

/* ---- settling ---- */

static int compare(const void *a, const void *b)
{
    const struct location *x = *(struct location *const *)a;
    const struct location *y = *(struct location *const *)b;
    int order = str_compare(x->name, y->name);

    if (order)
        return order;
    return x->number < y->number ? -1 : x->number > y->number;
}

static int refuse_duplicates(struct reader *r, struct location *const *all,
                             size_t count)
{
    int err = 0;

    for (size_t i = 1; i < count; i++) {
        if (str_equals(all[i - 1]->name, all[i]->name))
            err =
                reader_error_at(r, all[i]->place, "duplicate location \"%.*s\"",
                                STR_ARG(all[i]->name));
    }
    return err;
}

/* What begins a name stands before it: the nearest such is the one before, or
 * on its way down. */
static void link_prefixes(struct location **all, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        const struct location *shorter = all[i - 1];

        while (shorter && !str_starts_with(all[i]->name, shorter->name))
            shorter = shorter->shorter;
        all[i]->shorter = shorter;
    }
}

/* Those of one kind. */
static struct location **pick(struct reader *r, const struct level *level,
                              enum location_kind kind, size_t *count)
{
    struct location **picked;

    for (size_t i = 0; i < level->location_count; i++)
        *count += level->locations[i]->kind == kind;
    picked = arena_alloc_array(r->arena, *count + 1, sizeof(struct location *));
    *count = 0;
    for (size_t i = 0; picked && i < level->location_count; i++) {
        if (level->locations[i]->kind == kind)
            picked[(*count)++] = level->locations[i];
    }
    return picked;
}

static int sort(struct reader *r, struct location **all, size_t count)
{
    qsort(all, count, sizeof(struct location *), compare);
    return refuse_duplicates(r, all, count);
}

int locations_settle(struct reader *r, const struct level *level,
                     struct location_set *into)
{
    struct location_set set = {
        .all = level->locations,
        .count = level->location_count,
    };
    int err;

    if (level->location_count == 0)
        return 0;
    set.exact = pick(r, level, LOCATION_EXACT, &set.exact_count);
    set.prefixes = pick(r, level, LOCATION_PREFIX, &set.prefix_count);
    set.regexes = pick(r, level, LOCATION_REGEX, &set.regex_count);
    set.named = pick(r, level, LOCATION_NAMED, &set.named_count);
    if (!set.exact || !set.prefixes || !set.regexes || !set.named)
        return -ENOMEM;
    err = sort(r, set.exact, set.exact_count);
    if (sort(r, set.prefixes, set.prefix_count) < 0)
        err = -EINVAL;
    if (err < 0)
        return err;
    link_prefixes(set.prefixes, set.prefix_count);
    *into = set;
    return 0;
}

int locations_keep(struct reader *r, struct level *around, struct location *l)
{
    struct location **all =
        reader_grow(r, around->locations, around->location_count,
                    sizeof(struct location *));

    if (!all)
        return -ENOMEM;
    around->locations = all;
    l->number = (unsigned)around->location_count;
    all[around->location_count++] = l;
    return 0;
}
