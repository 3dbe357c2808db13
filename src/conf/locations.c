#include "conf/locations.h"

#include <errno.h>
#include <stdlib.h>

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
    const struct location *best = NULL;

    while (set) {
        const struct location *found = find_exact(set, path);

        if (found)
            return found;
        found = find_prefix(set, path);
        if (found)
            best = found;
        set = found ? &found->inside : NULL;
    }
    return best;
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

/* Those of one kind, sorted. */
static struct location **pick(struct reader *r, const struct level *level,
                              enum location_kind kind, size_t *count)
{
    struct location **picked = arena_alloc_array(
        r->arena, level->location_count + 1, sizeof(struct location *));

    for (size_t i = 0; picked && i < level->location_count; i++) {
        if (level->locations[i]->kind == kind)
            picked[(*count)++] = level->locations[i];
    }
    if (picked)
        qsort(picked, *count, sizeof(struct location *), compare);
    return picked;
}

int locations_settle(struct reader *r, const struct level *level,
                     struct location_set *into)
{
    struct location_set set = {0};
    int err;

    if (level->location_count == 0)
        return 0;
    set.exact = pick(r, level, LOCATION_EXACT, &set.exact_count);
    set.prefixes = pick(r, level, LOCATION_PREFIX, &set.prefix_count);
    if (!set.exact || !set.prefixes)
        return -ENOMEM;
    err = refuse_duplicates(r, set.exact, set.exact_count);
    if (refuse_duplicates(r, set.prefixes, set.prefix_count) < 0)
        err = -EINVAL;
    if (err < 0)
        return err;
    link_prefixes(set.prefixes, set.prefix_count);
    *into = set;
    return 0;
}

/* ---- reading ---- */

static int refuse_kind(struct reader *r, const char *what)
{
    return reader_error(r,
                        "%s locations are not supported by this version of "
                        "prong",
                        what);
}

static int take_modified(struct reader *r, struct location *l, struct str mark,
                         struct str name)
{
    l->name = name;
    if (str_equals(mark, STR("=")))
        l->kind = LOCATION_EXACT;
    else if (str_equals(mark, STR("^~")))
        l->no_regex = true;
    else if (str_equals(mark, STR("~")) || str_equals(mark, STR("~*")))
        return refuse_kind(r, "regular expression");
    else
        return reader_error(r, "invalid location modifier \"%.*s\"",
                            STR_ARG(mark));
    return 0;
}

/* "location =/x" without a space, as nginx takes it. */
static int take_glued(struct reader *r, struct location *l, struct str word)
{
    static const struct str marks[] = {STR("="), STR("^~"), STR("~*"),
                                       STR("~")};

    for (size_t i = 0; i < ARRAY_LEN(marks); i++) {
        if (str_starts_with(word, marks[i]))
            return take_modified(r, l, marks[i], str_from(word, marks[i].len));
    }
    if (str_starts_with(word, STR("@")))
        return refuse_kind(r, "named");
    l->name = word;
    return 0;
}

static int check_nesting(struct reader *r, const struct location *l,
                         const struct location *around)
{
    if (!around)
        return 0;
    if (around->kind == LOCATION_EXACT)
        return reader_error(r,
                            "location \"%.*s\" cannot be inside the exact "
                            "location \"%.*s\"",
                            STR_ARG(l->name), STR_ARG(around->name));
    if (!str_starts_with(l->name, around->name))
        return reader_error(r, "location \"%.*s\" is outside location \"%.*s\"",
                            STR_ARG(l->name), STR_ARG(around->name));
    return 0;
}

static int keep(struct reader *r, struct location *l)
{
    struct level *around = r->level;
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

int locations_set(struct reader *r, void *field)
{
    struct location *l = arena_alloc(r->arena, sizeof(*l));
    struct level *level = reader_level(r, IN_LOCATION);
    int err;

    (void)field;
    if (!l || !level)
        return -ENOMEM;
    l->kind = LOCATION_PREFIX;
    l->place = r->place;
    err = r->count == 3 ? take_modified(r, l, r->words[1], r->words[2])
                        : take_glued(r, l, r->words[1]);
    if (err == 0)
        err = check_nesting(r, l, r->level->location);
    if (err == 0)
        err = keep(r, l);
    if (err < 0)
        return err;
    level->location = l;
    level->settings = &l->settings;
    err = reader_block(r, level);
    return err < 0 ? err : locations_settle(r, level, &l->inside);
}
