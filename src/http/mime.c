/* mime.c - a hash of extensions, and finding a path's */
#include "http/mime.h"

#include <errno.h>

enum { FIRST_ROOM = 64 };

/* FNV-1a over the lower-case letters. */
static size_t hash(struct str extension)
{
    uint64_t h = 14695981039346656037U;

    for (size_t i = 0; i < extension.len; i++) {
        h ^= (unsigned char)str_lower(extension.at[i]);
        h *= 1099511628211U;
    }
    return (size_t)(h ^ h >> 32);
}

/* The row of that extension, or the empty one where it belongs. The table is
 * never full. */
static struct mime_row *find(const struct mime *m, struct str extension)
{
    size_t at = hash(extension) & (m->room - 1);

    while (m->rows[at].extension.at &&
           !str_equals_nocase(m->rows[at].extension, extension))
        at = (at + 1) & (m->room - 1);
    return &m->rows[at];
}

static int grow(struct mime *m, struct arena *arena)
{
    struct mime old = *m;
    size_t room = old.room > 0 ? old.room * 2 : FIRST_ROOM;
    struct mime_row *rows = arena_alloc_array(arena, room, sizeof(*rows));

    if (!rows)
        return -ENOMEM;
    *m = (struct mime){rows, room, old.count};
    for (size_t i = 0; i < old.room; i++)
        if (old.rows[i].extension.at)
            *find(m, old.rows[i].extension) = old.rows[i];
    return 0;
}

static struct str copy_lower(struct arena *arena, struct str text)
{
    char *copy = arena_alloc(arena, text.len);

    for (size_t i = 0; copy && i < text.len; i++)
        copy[i] = str_lower(text.at[i]);
    return (struct str){copy, text.len};
}

int mime_add(struct mime *m, struct arena *arena, struct str extension,
             struct str type, struct str *previous)
{
    struct mime_row *row;

    if (m->count * 2 >= m->room && grow(m, arena) < 0)
        return -ENOMEM;
    row = find(m, extension);
    if (previous)
        *previous = row->type;
    if (!row->extension.at) {
        struct str copy = copy_lower(arena, extension);

        if (!copy.at)
            return -ENOMEM;
        row->extension = copy;
        m->count++;
    }
    row->type = type;
    return 0;
}

struct str mime_extension(struct str path)
{
    const char *dot = str_find_last(path, '.');

    if (!dot || dot == path.at || dot[-1] == '/')
        return (struct str){NULL, 0};
    path = str_between(dot + 1, path.at + path.len);
    if (str_find(path, '/'))
        return (struct str){NULL, 0};
    return path;
}

struct str mime_find(const struct mime *m, struct str path)
{
    struct str extension = mime_extension(path);

    if (m->room == 0 || extension.len == 0)
        return (struct str){NULL, 0};
    return find(m, extension)->type;
}
