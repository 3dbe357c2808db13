/* browsers.c - modern_browser and ancient_browser */
#include "conf/browsers.h"

#include <errno.h>

#include "conf/reader.h"

static const struct browser_kind kinds[] = {
    {"opera", STR("Opera"), 0, 6},
    {"msie", STR("MSIE "), 25, 5},
    {"gecko", STR("rv:"), 13, 3},
    {"safari", STR("Safari/"), 13, 7},
    {"konqueror", STR("Konqueror/"), 25, 10},
};

const struct browser_kind *browsers_opera(void)
{
    return &kinds[0];
}

uint64_t browsers_version(struct str text, struct str *rest)
{
    uint64_t version = 0;
    uint64_t part = 0;
    uint64_t scale = 1000000;
    size_t i = 0;

    for (; i < text.len; i++) {
        if (str_is_digit(text.at[i])) {
            part = part * 10 + (uint64_t)(text.at[i] - '0');
            continue;
        }
        if (text.at[i] != '.')
            break;
        version += part * scale;
        part = 0;
        scale /= 100;
    }
    *rest = str_from(text, i);
    return version + part * scale;
}

static const struct browser_kind *find(struct str name)
{
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        if (str_equals_nocase(str_of(kinds[i].name), name))
            return &kinds[i];
    }
    return NULL;
}

static int add_modern(struct reader *r, struct conf_moderns *into,
                      const struct browser_modern *modern)
{
    struct browser_modern *rows =
        reader_grow(r, into->rows, into->count, sizeof(*rows));

    unsigned at = into->count;

    if (!rows)
        return -ENOMEM;
    for (; at > 0 && rows[at - 1].kind > modern->kind; at--)
        rows[at] = rows[at - 1];
    rows[at] = *modern;
    *into = (struct conf_moderns){r->place, rows, into->count + 1};
    return 0;
}

int browsers_set_modern(struct reader *r, void *field)
{
    struct browser_modern modern = {.kind = find(r->words[1])};
    struct str rest;

    if (r->count == 2) {
        if (!str_equals(r->words[1], STR("unlisted")))
            return reader_error(r, "invalid number of arguments in "
                                   "\"modern_browser\" directive");
        r->level->settings->modern_unlisted = true;
        return 0;
    }
    if (!modern.kind)
        return reader_error(r, "unknown browser name \"%.*s\"",
                            STR_ARG(r->words[1]));
    modern.version = browsers_version(r->words[2], &rest);
    if (rest.len > 0)
        return reader_error(r, "invalid browser version \"%.*s\"",
                            STR_ARG(r->words[2]));
    return add_modern(r, field, &modern);
}

static int add_ancient(struct reader *r, struct conf_ancients *into,
                       struct str text)
{
    struct str *texts =
        reader_grow(r, into->texts, into->count, sizeof(*texts));

    if (!texts)
        return -ENOMEM;
    texts[into->count] = text;
    *into = (struct conf_ancients){r->place, texts, into->count + 1};
    return 0;
}

int browsers_set_ancient(struct reader *r, void *field)
{
    int err = 0;

    for (unsigned i = 1; err == 0 && i < r->count; i++) {
        if (str_equals(r->words[i], STR("netscape4")))
            r->level->settings->ancient_netscape4 = true;
        else
            err = add_ancient(r, field, r->words[i]);
    }
    return err;
}
