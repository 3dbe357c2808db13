#include "conf/directive.h"

#include <errno.h>
#include <fnmatch.h>

#include "conf/directives.h"

/* clang-format off */
const struct directive_table *const directive_tables[] = {
    &directives_access,
    &directives_answers,
    &directives_client,
    &directives_coding,
    &directives_http,
    &directives_ignored,
    &directives_later,
    &directives_limit,
    &directives_location,
    &directives_log,
    &directives_main,
    &directives_process,
    &directives_peer,
    &directives_refused,
    &directives_rewrite,
    &directives_route,
    &directives_variables,
    &directives_warned,
};
/* clang-format on */
const size_t directive_table_count = ARRAY_LEN(directive_tables);

static bool is_family(const struct directive *row)
{
    return strchr(row->name, '*') != NULL;
}

static int index_row(struct directive_index *index, struct arena *arena,
                     const struct directive *row)
{
    if (is_family(row)) {
        index->families[index->family_count++] = row;
        return 0;
    }
    /* The dictionary holds pointers that nobody writes through. */
    return dict_put(&index->exact, arena, str_of(row->name),
                    (void *)(uintptr_t)row);
}

int directive_index_open(struct directive_index *index, struct arena *arena)
{
    size_t families = 0;
    int err = 0;

    *index = (struct directive_index){0};
    for (size_t t = 0; t < directive_table_count; t++) {
        for (size_t i = 0; i < directive_tables[t]->count; i++)
            families += is_family(&directive_tables[t]->rows[i]);
    }
    index->families =
        arena_alloc_array(arena, families + 1, sizeof(*index->families));
    if (!index->families)
        return -ENOMEM;
    for (size_t t = 0; err == 0 && t < directive_table_count; t++) {
        for (size_t i = 0; err == 0 && i < directive_tables[t]->count; i++)
            err = index_row(index, arena, &directive_tables[t]->rows[i]);
    }
    return err;
}

const struct directive *directive_find(const struct directive_index *index,
                                       struct str name)
{
    const struct directive *row = dict_get(&index->exact, name);
    size_t longest = 0;

    if (row)
        return row;
    /* Of the families that it belongs to, the one that says most of it. */
    for (size_t i = 0; i < index->family_count; i++) {
        const char *family = index->families[i]->name;

        if (strlen(family) > longest && fnmatch(family, name.at, 0) == 0) {
            row = index->families[i];
            longest = strlen(family);
        }
    }
    return row;
}

const char *directive_nearest(struct str name, unsigned contexts)
{
    /* One edit for four letters: a longer way leads to another word. */
    unsigned best = (unsigned)(name.len < 40 ? name.len : 40) / 4 + 2;
    const char *nearest = NULL;

    for (size_t t = 0; t < directive_table_count; t++) {
        for (size_t i = 0; i < directive_tables[t]->count; i++) {
            const struct directive *row = &directive_tables[t]->rows[i];
            unsigned distance;

            if (is_family(row) || !(row->contexts & contexts) ||
                row->class == DIRECTIVE_REFUSED)
                continue;
            distance = str_distance(name, str_of(row->name), best);
            if (distance < best) {
                best = distance;
                nearest = row->name;
            }
        }
    }
    return nearest;
}

bool directive_takes(const struct directive *row, unsigned args)
{
    unsigned shape = row->shape;

    if (shape & ARGS_ANY)
        return true;
    if (shape & ARGS_1_MORE && args >= 1)
        return true;
    if (shape & ARGS_2_MORE && args >= 2)
        return true;
    return args < 8 && shape >> args & 1;
}

const char *directive_context_name(unsigned context)
{
    switch (context) {
    case IN_MAIN:
        return "main";
    case IN_EVENTS:
        return "events";
    case IN_HTTP:
        return "http";
    case IN_SERVER:
        return "server";
    case IN_LOCATION:
        return "location";
    case IN_SERVER_IF:
        return "if in server";
    case IN_LOCATION_IF:
        return "if in location";
    case IN_LIMIT_EXCEPT:
        return "limit_except";
    default:
        return "";
    }
}
