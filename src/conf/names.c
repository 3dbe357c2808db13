/* names.c - which server of an endpoint a request is for */
#include "conf/names.h"

#include <errno.h>

#include "conf/array.h"

static int add(struct dict *d, struct arena *arena, struct str name,
               struct server *server)
{
    if (dict_get(d, name))
        return -EEXIST;
    return dict_put(d, arena, name, server);
}

/* ".x" is "x" and "*.x"; that one of them is taken is said once. */
static int add_both(struct server_names *names, struct arena *arena,
                    struct str name, struct server *server)
{
    int exact = add(&names->exact, arena, name, server);
    int head =
        exact == -ENOMEM ? exact : add(&names->heads, arena, name, server);

    return head == 0 ? exact : head;
}

static int add_regex(struct server_names *names, struct arena *arena,
                     const struct conf_server_name *name, struct server *server)
{
    struct names_regex *all =
        array_grow(arena, names->regexes, names->regex_count, sizeof(*all));

    if (!all)
        return -ENOMEM;
    names->regexes = all;
    all[names->regex_count++] =
        (struct names_regex){name->pattern, server, name->place};
    return 0;
}

int names_add(struct server_names *names, struct arena *arena,
              const struct conf_server_name *name, struct server *server)
{
    struct str text = name->name;

    switch (name->kind) {
    case SERVER_NAME_EXACT:
        return add(&names->exact, arena, text, server);
    case SERVER_NAME_DOT:
        return add_both(names, arena, text, server);
    case SERVER_NAME_HEAD: /* "*." */
        return add(&names->heads, arena, str_from(text, 2), server);
    case SERVER_NAME_TAIL: /* ".*" */
        text.len -= 2;
        return add(&names->tails, arena, text, server);
    case SERVER_NAME_REGEX:
        return add_regex(names, arena, name, server);
    }
    return -EINVAL;
}

/* The longest text behind a dot comes first. */
static const struct server *find_head(const struct dict *heads, struct str host)
{
    const struct server *found = NULL;
    struct str rest = host;

    if (heads->count == 0)
        return NULL;
    while (!found && str_cut(&rest, '.').at && rest.at)
        found = dict_get(heads, rest);
    return found;
}

static const struct server *find_tail(const struct dict *tails, struct str host)
{
    const struct server *found = NULL;
    const char *dot;

    if (tails->count == 0)
        return NULL;
    while (!found && (dot = str_find_last(host, '.'))) {
        host = str_between(host.at, dot);
        found = dict_get(tails, host);
    }
    return found;
}

const struct server *names_find(const struct endpoint *endpoint,
                                struct str host)
{
    const struct server_names *names = endpoint->names;
    const struct server *found;

    if (!names)
        return NULL;
    found = dict_get(&names->exact, host);
    if (!found)
        found = find_head(&names->heads, host);
    return found ? found : find_tail(&names->tails, host);
}
