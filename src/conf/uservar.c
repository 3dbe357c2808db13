/* uservar.c - the table of the variables that the configuration makes itself */
#include "conf/uservar.h"

#include "conf/array.h"

enum { NAME_MAX_LENGTH = 256 };

static struct str lower(struct str name, char *into)
{
    for (size_t i = 0; i < name.len; i++)
        into[i] = str_lower(name.at[i]);
    return (struct str){into, name.len};
}

struct uservar *uservar_find(const struct uservar_table *t, struct str name)
{
    char memory[NAME_MAX_LENGTH];

    if (name.len > sizeof(memory))
        return NULL;
    return dict_get(&t->names, lower(name, memory));
}

static struct uservar *add(struct uservar_table *t, struct arena *arena,
                           struct str name)
{
    struct uservar *v = arena_alloc(arena, sizeof(*v));
    struct uservar **rows =
        array_grow(arena, t->rows, t->count, sizeof(struct uservar *));
    char *text = arena_alloc(arena, name.len + 1);

    if (!v || !rows || !text)
        return NULL;
    t->rows = rows;
    v->name = lower(name, text);
    if (dict_put(&t->names, arena, v->name, v) < 0)
        return NULL;
    v->index = t->count;
    rows[t->count++] = v;
    return v;
}

struct uservar *uservar_refer(struct uservar_table *t, struct arena *arena,
                              struct str name, struct place used)
{
    struct uservar *v = uservar_find(t, name);

    if (v)
        return v;
    v = add(t, arena, name);
    if (v)
        v->used = used;
    return v;
}

void uservar_define(struct uservar *v, enum uservar_kind kind, const void *data,
                    struct place place)
{
    if (kind <= USERVAR_SET && v->kind > USERVAR_EMPTY)
        return;
    v->kind = kind;
    v->data = data;
    v->place = place;
}
