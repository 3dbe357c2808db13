/* map.c - reads "map" */
#include "conf/map.h"

#include <errno.h>

#include "conf/reader.h"

struct reading {
    struct map *map;
    struct dict values; /* by text: those that are written often stand once */
    bool is_volatile;
};

static int get_value(struct reader *r, struct reading *m, struct str text,
                     struct template **value)
{
    struct template *t = dict_get(&m->values, text);
    int err;

    *value = t;
    if (t)
        return 0;
    t = arena_alloc(r->arena, sizeof(*t));
    if (!t)
        return -ENOMEM;
    err = reader_template(r, text, t);
    if (err == 0)
        err = dict_put(&m->values, r->arena, t->source, t);
    *value = t;
    return err;
}

static int add_default(struct reader *r, struct map *map,
                       const struct template *value)
{
    if (map->fallback)
        return reader_error(r, "duplicate default map parameter");
    map->fallback = value;
    return 0;
}

static int add_regex(struct reader *r, struct map *map, struct str text,
                     const struct template *value)
{
    bool nocase = str_starts_with(text, STR("*"));
    struct map_regex *all =
        reader_grow(r, map->regexes, map->regex_count, sizeof(*all));
    const struct pattern *pattern;
    int err =
        reader_pattern(r, str_from(text, nocase ? 1 : 0), nocase, &pattern);

    if (!all)
        return -ENOMEM;
    map->regexes = all;
    if (err == 0)
        all[map->regex_count++] = (struct map_regex){pattern, value};
    return err;
}

static int add_text(struct reader *r, struct map *map, struct str text,
                    struct template *value)
{
    int err = map->hostnames
                  ? hostmap_add(&map->texts, r->arena, text, value)
                  : hostmap_add_exact(&map->texts, r->arena, text, value);

    if (err == -EINVAL)
        return reader_error(r, "invalid hostname or wildcard \"%.*s\"",
                            STR_ARG(text));
    if (err == -EEXIST)
        return reader_error(r, "conflicting parameter \"%.*s\"", STR_ARG(text));
    return err;
}

static int add(struct reader *r, struct reading *m, struct str text,
               struct template *value)
{
    if (str_equals(text, STR("default")))
        return add_default(r, m->map, value);
    if (str_starts_with(text, STR("~")))
        return add_regex(r, m->map, str_from(text, 1), value);
    if (str_starts_with(text, STR("\\")))
        text = str_from(text, 1);
    return add_text(r, m->map, text, value);
}

static int read_line(struct reader *r)
{
    struct reading *m = r->level->entry_data;
    struct template *value;
    int err;

    if (r->count == 1 && str_equals(r->words[0], STR("hostnames"))) {
        m->map->hostnames = true;
        return 0;
    }
    if (r->count == 1 && str_equals(r->words[0], STR("volatile"))) {
        m->is_volatile = true;
        return 0;
    }
    if (r->count != 2)
        return reader_error(r, "invalid number of the map parameters");
    err = get_value(r, m, r->words[1], &value);
    return err < 0 ? err : add(r, m, r->words[0], value);
}

int map_set(struct reader *r, void *field)
{
    struct level *level = reader_level(r, r->level->context);
    struct map *map = arena_alloc(r->arena, sizeof(*map));
    struct reading reading = {.map = map};
    struct place place = r->place;
    struct uservar *v;
    int err;

    (void)field;
    if (!level || !map)
        return -ENOMEM;
    err = reader_template(r, r->words[1], &map->subject);
    if (err < 0)
        return err;
    v = reader_uservar(r, r->words[2], &err);
    if (!v)
        return err;
    level->entry = read_line;
    level->entry_data = &reading;
    err = reader_block(r, level);
    uservar_define(v, USERVAR_MAP, map, place);
    v->is_volatile = reading.is_volatile;
    return err;
}
