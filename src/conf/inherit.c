#include "conf/inherit.h"

#include "conf/fields.h"

/* Not a directive, but inherited like one. */
static const struct directive unsupported_row = {
    .name = "unsupported",
    .contexts = IN_HSL,
    FIELD(TARGET_SETTINGS, struct settings, unsupported),
};

static bool is_said(const struct directive *row, const void *target)
{
    const void *place = (const char *)target + row->place_at;

    return place_is_set(*(const struct place *)place);
}

/* The outermost context is the lowest bit. */
static bool begins_at(const struct directive *row, unsigned context)
{
    return (row->contexts & context) && !(row->contexts & (context - 1));
}

int inherit_defaults(struct reader *r, struct level *level,
                     enum directive_target target)
{
    int err = 0;

    for (size_t t = 0; err == 0 && t < directive_table_count; t++) {
        const struct directive_table *table = directive_tables[t];

        for (size_t i = 0; err == 0 && i < table->count; i++) {
            const struct directive *row = &table->rows[i];

            if (row->target == target && row->fallback && row->set &&
                row->size && begins_at(row, level->context) &&
                !is_said(row, reader_target(row, level)))
                err = reader_default(r, row, level, str_of(row->fallback));
        }
    }
    return err;
}

static void inherit_row(const struct directive *row, void *into,
                        const void *from)
{
    if (!is_said(row, into))
        memcpy((char *)into + row->offset, (const char *)from + row->offset,
               row->size);
    if (!is_said(row, into))
        memcpy((char *)into + row->place_at, (const char *)from + row->place_at,
               sizeof(struct place));
}

static void inherit_rows(enum directive_target target, void *into,
                         const void *from)
{
    for (size_t t = 0; t < directive_table_count; t++) {
        const struct directive_table *table = directive_tables[t];

        for (size_t i = 0; i < table->count; i++) {
            if (table->rows[i].target == target && table->rows[i].size)
                inherit_row(&table->rows[i], into, from);
        }
    }
}

void inherit_from(enum directive_target target, void *into, const void *from)
{
    struct fields_said said;

    if (target != TARGET_SETTINGS) {
        inherit_rows(target, into, from);
        return;
    }
    said = fields_said(into);
    inherit_row(&unsupported_row, into, from);
    inherit_rows(target, into, from);
    fields_inherit(into, from, said);
}
