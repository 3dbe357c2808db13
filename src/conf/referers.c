/* referers.c - valid_referers */
#include "conf/referers.h"

#include <errno.h>

#include "conf/reader.h"

static int add_host(struct reader *r, struct conf_referers *list,
                    struct str host, struct str path)
{
    struct str *value = arena_alloc(r->arena, sizeof(*value));
    int err;

    if (!value)
        return -ENOMEM;
    *value = path;
    err = hostmap_add(&list->hosts, r->arena, host, value);
    if (err == -EINVAL)
        return reader_error(r, "invalid hostname or wildcard \"%.*s\"",
                            STR_ARG(host));
    if (err == -EEXIST)
        return reader_error(r, "conflicting parameter \"%.*s\"", STR_ARG(host));
    return err;
}

static int add_pattern(struct reader *r, struct conf_referers *list,
                       const struct pattern *pattern)
{
    const struct pattern **all =
        reader_grow(r, list->patterns, list->pattern_count, sizeof(*all));

    if (!all)
        return -ENOMEM;
    list->patterns = all;
    all[list->pattern_count++] = pattern;
    return 0;
}

static int add_regex(struct reader *r, struct conf_referers *list,
                     struct str word)
{
    const struct pattern *pattern;
    int err;

    if (word.len == 1)
        return reader_error(r, "empty regex in \"%.*s\"", STR_ARG(word));
    err = reader_pattern(r, str_from(word, 1), true, &pattern);
    return err < 0 ? err : add_pattern(r, list, pattern);
}

static int add_server_name(struct reader *r, struct conf_referers *list,
                           const struct conf_server_name *name)
{
    struct str host = name->name;

    if (name->kind == SERVER_NAME_REGEX)
        return add_pattern(r, list, name->pattern);
    if (name->kind == SERVER_NAME_DOT)
        host = arena_printf(r->arena, ".%.*s", STR_ARG(host));
    return host.at ? add_host(r, list, host, STR("")) : -ENOMEM;
}

int referers_settle(struct reader *r)
{
    int err = 0;

    for (struct conf_referers *l = r->conf->referers; l; l = l->next) {
        const struct server *server = l->server;

        r->place = l->place;
        for (unsigned i = 0; server && err != -ENOMEM && i < server->name_count;
             i++)
            err = add_server_name(r, l, &server->names[i]);
    }
    return err;
}

static int add_word(struct reader *r, struct conf_referers *list,
                    struct str word)
{
    const char *slash = str_find(word, '/');

    if (word.len == 0)
        return reader_error(r, "invalid referer \"\"");
    if (str_equals(word, STR("none"))) {
        list->none = true;
        return 0;
    }
    if (str_equals(word, STR("blocked"))) {
        list->blocked = true;
        return 0;
    }
    if (str_equals(word, STR("server_names"))) {
        list->server = r->level->server;
        list->place = r->place;
        return 0;
    }
    if (word.at[0] == '~')
        return add_regex(r, list, word);
    if (!slash)
        return add_host(r, list, word, STR(""));
    return add_host(r, list, str_between(word.at, slash),
                    str_from(word, (size_t)(slash - word.at)));
}

int referers_set(struct reader *r, void *field)
{
    struct conf_valid_referers *into = field;
    struct conf_referers *list = into->list;
    int err = 0;

    if (!list) {
        list = arena_alloc(r->arena, sizeof(*list));
        if (!list)
            return -ENOMEM;
        list->next = r->conf->referers;
        r->conf->referers = list;
    }
    *into = (struct conf_valid_referers){r->place, list};
    for (unsigned i = 1; err == 0 && i < r->count; i++)
        err = add_word(r, list, r->words[i]);
    return err;
}
