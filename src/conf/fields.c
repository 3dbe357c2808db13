#include "conf/fields.h"

#include <errno.h>

static struct conf_fields *own_fields(struct reader *r,
                                      struct conf_fields **list)
{
    if (!*list)
        *list = arena_alloc(r->arena, sizeof(**list));
    return *list;
}

static int take_value(struct reader *r, struct conf_field *field)
{
    field->place = r->place;
    field->name = r->words[1];
    if (r->count == 4) {
        if (!str_equals(r->words[3], STR("always")))
            return reader_error(r, "invalid parameter \"%.*s\"",
                                STR_ARG(r->words[3]));
        field->always = true;
    }
    return reader_template(r, r->words[2], &field->value);
}

int fields_add(struct reader *r, void *field)
{
    struct settings *s = r->level->settings;
    struct conf_fields **list = field;
    struct conf_fields *own = own_fields(r, list);
    struct conf_field *rows;
    struct conf_field row = {0};
    int err = take_value(r, &row);

    if (err < 0)
        return err;
    rows = own ? reader_grow(r, own->rows, own->count, sizeof(*rows)) : NULL;
    if (!rows)
        return -ENOMEM;
    own->rows = rows;
    rows[own->count++] = row;
    if (list == &s->headers)
        s->headers_place = r->place;
    else
        s->trailers_place = r->place;
    return 0;
}

struct fields_said fields_said(const struct settings *into)
{
    return (struct fields_said){
        .headers = place_is_set(into->headers_place),
        .trailers = place_is_set(into->trailers_place),
    };
}

/* The rows have handed down what the level has none of. */
static void settle(struct conf_fields **into, struct conf_fields *from,
                   bool said, int how)
{
    if (how == CONF_FIELDS_OFF && !said)
        *into = NULL;
    else if (how == CONF_FIELDS_MERGE && said && *into != from)
        (*into)->outer = from;
}

void fields_inherit(struct settings *into, const struct settings *from,
                    struct fields_said said)
{
    settle(&into->headers, from->headers, said.headers,
           into->add_header_inherit.value);
    settle(&into->trailers, from->trailers, said.trailers,
           into->add_trailer_inherit.value);
}
