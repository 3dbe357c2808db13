/* directives_location.c - what is served, and how it is answered */
#include <errno.h>

#include "conf/directives.h"
#include "conf/setters.h"

/* ---- root, index ---- */

/* The slashes at the end of a root mean nothing; one alone is the root. */
static struct str trim_slashes(struct str path)
{
    while (path.len > 1 && path.at[path.len - 1] == '/')
        path.len--;
    return path;
}

static bool names_itself(const struct template *t)
{
    for (unsigned i = 0; i < t->count; i++) {
        if (t->parts[i].is_variable &&
            t->parts[i].variable == VARIABLE_document_root)
            return true;
    }
    return false;
}

/* root and alias are one value: a level says one of them, once. */
static int check_place(struct reader *r)
{
    const struct settings *s = r->level->settings;
    const char *earlier = s->alias ? "alias" : "root";

    if (!place_is_set(s->root.place))
        return 0;
    if (strcmp(r->row->name, earlier) == 0)
        return reader_error(r, "\"%s\" directive is duplicate", earlier);
    return reader_error(r,
                        "\"%s\" directive is duplicate, \"%s\" directive was "
                        "specified earlier",
                        r->row->name, earlier);
}

static int set_base(struct reader *r, struct str path)
{
    struct conf_template root = {.place = r->place};
    int err = check_place(r);

    if (err < 0)
        return err;
    if (path.len == 0 || path.at[0] != '$')
        path = reader_path(r, r->conf->prefix, path);
    if (!path.at)
        return -ENOMEM;
    err = reader_template(r, path, &root.value);
    if (err < 0)
        return err;
    if (names_itself(&root.value))
        return reader_error(r,
                            "the $document_root variable cannot be used in the "
                            "\"%s\" directive",
                            r->row->name);
    r->level->settings->root = root;
    return 0;
}

static int set_root(struct reader *r, void *field)
{
    struct str path = trim_slashes(r->words[1]);
    int err = set_base(r, path);

    (void)field;
    if (err == 0)
        r->level->settings->alias = NULL;
    return err;
}

static int set_alias(struct reader *r, void *field)
{
    struct location *l = r->level->location;
    int err;

    (void)field;
    if (l->kind == LOCATION_NAMED)
        return reader_error(r, "the \"alias\" directive cannot be used inside "
                               "the named location");
    err = set_base(r, r->words[1]);
    if (err < 0)
        return err;
    r->level->settings->alias = l;
    return 0;
}

static int check_index(struct reader *r, unsigned i)
{
    struct str name = r->words[i];

    if (name.len == 0)
        return reader_error(r, "index \"\" in \"index\" directive is invalid");
    if (name.at[0] == '/' && i + 1 < r->count)
        reader_warn(r, "only the last index in \"index\" directive should be "
                       "absolute");
    return 0;
}

static int set_index(struct reader *r, void *field)
{
    struct conf_index *index = field;

    for (unsigned i = 1; i < r->count; i++) {
        struct template *names;

        int err = check_index(r, i);

        if (err < 0)
            return err;
        names = reader_grow(r, index->names, index->count, sizeof(*names));
        if (!names)
            return -ENOMEM;
        index->names = names;
        err = reader_template(r, r->words[i], &names[index->count]);
        if (err < 0)
            return err;
        index->count++;
    }
    index->place = r->place;
    return 0;
}

/* ---- types ---- */

static int add_type(struct reader *r)
{
    struct mime *types = r->level->entry_data;
    struct str type = r->words[0];

    for (unsigned i = 1; i < r->count; i++) {
        struct str previous;
        int err = mime_add(types, r->arena, r->words[i], type, &previous);

        if (err < 0)
            return err;
        if (previous.len)
            reader_warn(r,
                        "duplicate extension \"%.*s\", content type: "
                        "\"%.*s\", previous content type: \"%.*s\"",
                        STR_ARG(r->words[i]), STR_ARG(type), STR_ARG(previous));
    }
    return 0;
}

static int set_types(struct reader *r, void *field)
{
    struct settings *s = r->level->settings;
    struct level *level = reader_level(r, r->level->context);
    struct mime *types = arena_alloc(r->arena, sizeof(*types));
    struct place place = r->place;
    int err;

    (void)field;
    if (!level || !types)
        return -ENOMEM;
    /* A second block of the same level adds to the first. */
    if (place_is_set(s->types_place))
        *types = *s->types;
    level->entry = add_type;
    level->entry_data = types;
    err = reader_block(r, level);
    if (err < 0)
        return err;
    s->types = types;
    s->types_place = place;
    return 0;
}

/* ---- error_page ---- */

static int refuse_value(struct reader *r, struct str word)
{
    return reader_error(r, "invalid value \"%.*s\"", STR_ARG(word));
}

/* "=" and "=200" before the target; `codes` is how many words are left. */
static int take_answer(struct reader *r, unsigned *codes, int16_t *answer)
{
    struct str word = r->words[*codes];
    uint64_t n = 0;

    *answer = -1;
    if (word.at[0] != '=')
        return 0;
    if (--*codes == 0)
        return refuse_value(r, word);
    if (word.len > 1 && (!str_number(str_from(word, 1), &n) || n > 999))
        return refuse_value(r, word);
    *answer = (int16_t)n;
    return 0;
}

static int take_status(struct reader *r, struct str word, uint16_t *status)
{
    uint64_t n;

    if (!str_number(word, &n) || n == 499)
        return refuse_value(r, word);
    if (n < 300 || n > 599)
        return reader_error(r, "value \"%.*s\" must be between 300 and 599",
                            STR_ARG(word));
    *status = (uint16_t)n;
    return 0;
}

static int add_page(struct reader *r, struct settings *s,
                    const struct conf_error_page *page)
{
    struct conf_error_page *pages =
        reader_grow(r, s->error_pages, s->error_page_count, sizeof(*pages));

    if (!pages)
        return -ENOMEM;
    s->error_pages = pages;
    pages[s->error_page_count++] = *page;
    s->error_page_place = r->place;
    return 0;
}

static int set_error_page(struct reader *r, void *field)
{
    struct conf_error_page page = {.place = r->place};
    unsigned codes = r->count - 2;
    int err = take_answer(r, &codes, &page.answer);

    (void)field;
    if (err == 0)
        err = reader_template(r, r->words[r->count - 1], &page.target);
    for (unsigned i = 1; err == 0 && i <= codes; i++) {
        err = take_status(r, r->words[i], &page.status);
        if (err == 0)
            err = add_page(r, r->level->settings, &page);
    }
    return err;
}

/* ---- disable_symlinks ---- */

static int take_symlinks_word(struct reader *r, struct str word,
                              struct conf_disable_symlinks *into)
{
    if (str_equals(word, STR("off")))
        into->how = CONF_SYMLINKS_FOLLOWED;
    else if (str_equals(word, STR("on")))
        into->how = CONF_SYMLINKS_REFUSED;
    else if (str_equals(word, STR("if_not_owner")))
        into->how = CONF_SYMLINKS_SAME_OWNER;
    else if (str_starts_with(word, STR("from=")))
        return reader_template(r, str_from(word, 5), &into->from);
    else
        return reader_error(r, "invalid parameter \"%.*s\"", STR_ARG(word));
    return 1;
}

static int set_symlinks(struct reader *r, void *field)
{
    struct conf_disable_symlinks links = {.place = r->place};
    int modes = 0;

    for (unsigned i = 1; i < r->count; i++) {
        int found = take_symlinks_word(r, r->words[i], &links);

        if (found < 0)
            return found;
        modes += found;
    }
    if (modes == 0)
        return reader_error(r,
                            "\"%s\" must have \"off\", \"on\" or "
                            "\"if_not_owner\" parameter",
                            r->row->name);
    if (modes > 1 || (r->count == 3 && links.from.source.len == 0))
        return reader_error(r, "duplicate parameters \"%.*s %.*s\"",
                            STR_ARG(r->words[1]), STR_ARG(r->words[2]));
    if (r->count == 3 && links.how == CONF_SYMLINKS_FOLLOWED)
        return reader_error(r,
                            "\"from=\" cannot be used with \"off\" parameter");
    *(struct conf_disable_symlinks *)field = links;
    return 0;
}

static const struct directive_word hidden[] = {
    {"serve", CONF_HIDDEN_SERVE},
    {"not_found", CONF_HIDDEN_NOT_FOUND},
    {NULL, 0},
};
static const struct directive_word formats[] = {
    {"html", CONF_AUTOINDEX_HTML},
    {"json", CONF_AUTOINDEX_JSON},
    {"jsonp", CONF_AUTOINDEX_JSONP},
    {"xml", CONF_AUTOINDEX_XML},
    {NULL, 0},
};
static const struct directive_word tokens[] = {
    {"on", CONF_TOKENS_ON},
    {"off", CONF_TOKENS_OFF},
    {"build", CONF_TOKENS_BUILD},
    {NULL, 0},
};
static const struct directive_bounds ranges = {0, INT32_MAX};

/* clang-format off */
static const struct directive rows[] = {
    {"absolute_redirect", DIRECTIVE_DONE, IN_HSL, ARGS_1, set_flag,
     FIELD(TARGET_SETTINGS, struct settings, absolute_redirect),
     .fallback = "on"},
    {"alias", DIRECTIVE_DONE, IN_LOCATION, ARGS_1, set_alias,
     FIELDS(TARGET_SETTINGS, struct settings, root, alias, root.place),
     .repeats = true},
    {"autoindex", DIRECTIVE_DONE, IN_HSL, ARGS_1, set_flag,
     FIELD(TARGET_SETTINGS, struct settings, autoindex),
     .fallback = "off"},
    {"autoindex_exact_size", DIRECTIVE_DONE, IN_HSL, ARGS_1, set_flag,
     FIELD(TARGET_SETTINGS, struct settings, autoindex_exact_size),
     .fallback = "on"},
    {"autoindex_format", DIRECTIVE_DONE, IN_HSL, ARGS_1, set_choice,
     FIELD(TARGET_SETTINGS, struct settings, autoindex_format),
     .fallback = "html", .words = formats},
    {"autoindex_localtime", DIRECTIVE_DONE, IN_HSL, ARGS_1, set_flag,
     FIELD(TARGET_SETTINGS, struct settings, autoindex_localtime),
     .fallback = "off"},
    {"default_type", DIRECTIVE_DONE, IN_HSL, ARGS_1, set_text,
     FIELD(TARGET_SETTINGS, struct settings, default_type),
     .fallback = "text/plain"},
    {"disable_symlinks", DIRECTIVE_DONE, IN_HSL, ARGS_1_2, set_symlinks,
     FIELD(TARGET_SETTINGS, struct settings, disable_symlinks),
     .fallback = "off"},
    {"error_page", DIRECTIVE_DONE, IN_HSLI, ARGS_2_MORE, set_error_page,
     FIELDS(TARGET_SETTINGS, struct settings, error_pages, error_page_place,
            error_page_place),
     .repeats = true},
    {"etag", DIRECTIVE_DONE, IN_HSL, ARGS_1, set_flag,
     FIELD(TARGET_SETTINGS, struct settings, etag),
     .fallback = "on"},
    {"hidden_files", DIRECTIVE_OWN, IN_MAIN | IN_HSL, ARGS_1, set_choice,
     FIELD(TARGET_SETTINGS, struct settings, hidden_files),
     .fallback = "serve", .words = hidden},
    {"index", DIRECTIVE_DONE, IN_HSL, ARGS_1_MORE, set_index,
     FIELD(TARGET_SETTINGS, struct settings, index),
     .repeats = true, .fallback = "index.html"},
    {"max_ranges", DIRECTIVE_DONE, IN_HSL, ARGS_1, set_number,
     FIELD(TARGET_SETTINGS, struct settings, max_ranges),
     .fallback = "2147483647", .bounds = &ranges},
    {"port_in_redirect", DIRECTIVE_DONE, IN_HSL, ARGS_1, set_flag,
     FIELD(TARGET_SETTINGS, struct settings, port_in_redirect),
     .fallback = "on"},
    {"recursive_error_pages", DIRECTIVE_DONE, IN_HSL, ARGS_1, set_flag,
     FIELD(TARGET_SETTINGS, struct settings, recursive_error_pages),
     .fallback = "off"},
    {"root", DIRECTIVE_DONE, IN_HSLI, ARGS_1, set_root,
     FIELDS(TARGET_SETTINGS, struct settings, root, alias, root.place),
     .repeats = true, .fallback = "html"},
    {"server_name_in_redirect", DIRECTIVE_DONE, IN_HSL, ARGS_1, set_flag,
     FIELD(TARGET_SETTINGS, struct settings, server_name_in_redirect),
     .fallback = "off"},
    {"server_tokens", DIRECTIVE_DONE, IN_HSL, ARGS_1, set_choice,
     FIELD(TARGET_SETTINGS, struct settings, server_tokens),
     .fallback = "on", .words = tokens},
    {"types", DIRECTIVE_DONE, IN_HSL, ARGS_0 | ENDS_IN_BLOCK, set_types,
     FIELDS(TARGET_SETTINGS, struct settings, types, types_place, types_place),
     .repeats = true,
     .fallback = "{ text/html html; image/gif gif; image/jpeg jpg; }"},
};
/* clang-format on */

const struct directive_table directives_location = {"location", rows,
                                                    ARRAY_LEN(rows)};
