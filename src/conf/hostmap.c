/* hostmap.c - things by host name, wildcards too */
#include "conf/hostmap.h"

#include <errno.h>

/* Lower-case text; a copy in the arena where it had to be made. */
static struct str lower(struct arena *arena, struct str text)
{
    size_t i = 0;
    char *copy;

    while (i < text.len && str_lower(text.at[i]) == text.at[i])
        i++;
    if (i == text.len && text.at)
        return text;
    copy = arena_alloc(arena, text.len + 1);
    for (i = 0; copy && i < text.len; i++)
        copy[i] = str_lower(text.at[i]);
    return (struct str){copy, text.len};
}

static int add(struct dict *d, struct arena *arena, struct str name,
               void *value)
{
    struct str key = lower(arena, name);

    if (!key.at)
        return -ENOMEM;
    return dict_get(d, key) ? -EEXIST : dict_put(d, arena, key, value);
}

int hostmap_add_exact(struct hostmap *m, struct arena *arena, struct str text,
                      void *value)
{
    return add(&m->exact, arena, text, value);
}

static bool is_name(struct str name)
{
    if (str_find(name, '*') || str_find(name, '\0'))
        return false;
    for (size_t i = 1; i < name.len; i++) {
        if (name.at[i] == '.' && name.at[i - 1] == '.')
            return false;
    }
    return true;
}

static int add_both(struct hostmap *m, struct arena *arena, struct str name,
                    void *value)
{
    int err = add(&m->exact, arena, name, value);

    return err < 0 ? err : add(&m->heads, arena, name, value);
}

int hostmap_add(struct hostmap *m, struct arena *arena, struct str name,
                void *value)
{
    struct str rest = name;
    bool dot = name.len > 1 && name.at[0] == '.';
    bool head = name.len > 2 && str_starts_with(name, STR("*."));
    bool tail = name.len > 2 && str_ends_with(name, STR(".*"));

    if (dot || head)
        rest = str_from(name, dot ? 1 : 2);
    else if (tail)
        rest.len -= 2;
    if (!is_name(rest) || (dot && rest.at[0] == '.'))
        return -EINVAL;
    if (dot)
        return add_both(m, arena, rest, value);
    if (head || tail)
        return add(head ? &m->heads : &m->tails, arena, rest, value);
    return add(&m->exact, arena, rest, value);
}

bool hostmap_is_empty(const struct hostmap *m)
{
    return m->exact.count + m->heads.count + m->tails.count == 0;
}

static void *find_head(const struct hostmap *m, struct str name)
{
    void *found = NULL;
    size_t i = 0;

    while (!found && m->heads.count > 0 && i < name.len) {
        if (name.at[i++] == '.')
            found = dict_get(&m->heads, str_from(name, i));
    }
    return found;
}

static void *find_tail(const struct hostmap *m, struct str name)
{
    void *found = NULL;

    while (!found && m->tails.count > 0 && name.len > 0) {
        if (name.at[--name.len] == '.')
            found = dict_get(&m->tails, name);
    }
    return found;
}

void *hostmap_find(const struct hostmap *m, struct str name)
{
    void *found = dict_get(&m->exact, name);

    if (!found)
        found = find_head(m, name);
    return found ? found : find_tail(m, name);
}
