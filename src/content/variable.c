/* variable.c - the values of variables, and templates made into text */
#include "content/variable.h"

#include "content/builtin.h"
#include "content/escape.h"
#include "content/uservalue.h"

enum { USUAL = 512 }; /* a longer text is made once more, on the heap */

static bool (*const NAMES[])(struct buf *, struct exchange *) = {
#define VARIABLE_VALUE(name) [VARIABLE_##name] = builtin_##name,
    VARIABLES(VARIABLE_VALUE)
#undef VARIABLE_VALUE
};

static bool (*const FAMILIES[])(struct buf *, struct exchange *, struct str) = {
#define VARIABLE_VALUE(id, name)                                               \
    [VARIABLE_##id - VARIABLE_NAMES] = builtin_any_##name,
    VARIABLE_FAMILIES(VARIABLE_VALUE)
#undef VARIABLE_VALUE
};

static bool put_value(struct buf *into, struct exchange *x,
                      const struct template_part *part)
{
    if (part->variable < VARIABLE_NAMES)
        return NAMES[part->variable](into, x);
    switch (part->variable) {
    case VARIABLE_CAPTURE:
        return builtin_put(into, uservalue_group(x, part->index));
    case VARIABLE_USER:
        return builtin_put(into, uservalue_get(x, part->index));
    case VARIABLE_EMPTY:
        return false;
    default:
        return FAMILIES[part->variable - VARIABLE_NAMES](into, x, part->text);
    }
}

void variable_put(struct buf *into, struct exchange *x,
                  const struct template_part *part)
{
    if (part->is_variable)
        put_value(into, x, part);
    else
        buf_put(into, part->text);
}

void variable_expand(struct buf *into, struct exchange *x,
                     const struct template *t)
{
    for (unsigned i = 0; i < t->count; i++)
        variable_put(into, x, &t->parts[i]);
}

void variable_expand_logged(struct buf *into, struct exchange *x,
                            const struct template *t, enum conf_escape escape)
{
    for (unsigned i = 0; i < t->count; i++) {
        size_t from = into->len;

        if (!t->parts[i].is_variable)
            buf_put(into, t->parts[i].text);
        else if (put_value(into, x, &t->parts[i]))
            escape_from(into, from, escape);
        else if (escape == CONF_ESCAPE_DEFAULT)
            buf_put_char(into, '-');
    }
}

struct str variable_text(struct exchange *x, const struct template *t)
{
    char memory[USUAL];
    struct buf text = buf_over(memory, sizeof(memory));
    struct str kept = {NULL, 0};

    if (template_is_constant(t))
        return template_text(t);
    variable_expand(&text, x, t);
    if (text.failed) {
        text = (struct buf){0};
        variable_expand(&text, x, t);
    }
    if (!text.failed)
        kept = arena_copy(&x->arena, buf_str(&text));
    buf_close(&text);
    return kept;
}
