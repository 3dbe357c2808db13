#include "conf/types.h"

#include <errno.h>

static struct str lower_copy(struct reader *r, struct str text)
{
    char *lower = arena_alloc(r->arena, text.len + 1);

    for (size_t i = 0; lower && i < text.len; i++)
        lower[i] = str_lower(text.at[i]);
    return (struct str){lower, text.len};
}

static bool lists(const struct conf_types *types, struct str type)
{
    for (unsigned i = 0; i < types->count; i++)
        if (str_equals_nocase(types->names[i], type))
            return true;
    return false;
}

static int add(struct reader *r, struct conf_types *types, struct str type)
{
    struct str *names;

    if (lists(types, type)) {
        if (place_is_set(types->place))
            reader_warn(r, "duplicate MIME type \"%.*s\"", STR_ARG(type));
        return 0;
    }
    names = reader_grow(r, types->names, types->count, sizeof(*names));
    if (!names)
        return -ENOMEM;
    types->names = names;
    names[types->count] = lower_copy(r, type);
    return names[types->count++].at ? 0 : -ENOMEM;
}

int types_set(struct reader *r, void *field)
{
    struct conf_types *types = field;
    int err = 0;

    types->place = r->place;
    if (types->count == 0)
        err = add(r, types, STR("text/html"));
    for (unsigned i = 1; err == 0 && i < r->count; i++) {
        if (str_equals(r->words[i], STR("*")))
            types->any = true;
        else
            err = add(r, types, r->words[i]);
    }
    return err;
}

bool types_hold(const struct conf_types *types, struct str type)
{
    struct str plain = str_trim(str_cut(&type, ';'));

    return types->any || lists(types, plain);
}
