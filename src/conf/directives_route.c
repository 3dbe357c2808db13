/* directives_route.c - which server and which location, and what is tried there
 */
#include <errno.h>

#include "conf/directives.h"
#include "conf/locations.h"
#include "conf/setters.h"

/* ---- location ---- */

static int take_regex(struct reader *r, struct location *l, struct str text,
                      bool nocase)
{
    l->kind = LOCATION_REGEX;
    return reader_pattern(r, text, nocase, &l->pattern);
}

static int take_modified(struct reader *r, struct location *l, struct str mark,
                         struct str name)
{
    l->name = name;
    if (str_equals(mark, STR("=")))
        l->kind = LOCATION_EXACT;
    else if (str_equals(mark, STR("^~")))
        l->no_regex = true;
    else if (str_equals(mark, STR("~")) || str_equals(mark, STR("~*")))
        return take_regex(r, l, name, mark.len == 2);
    else
        return reader_error(r, "invalid location modifier \"%.*s\"",
                            STR_ARG(mark));
    return 0;
}

/* "location =/x" without a space, as nginx takes it. */
static int take_glued(struct reader *r, struct location *l, struct str word)
{
    static const struct str marks[] = {STR("="), STR("^~"), STR("~*"),
                                       STR("~")};

    for (size_t i = 0; i < ARRAY_LEN(marks); i++) {
        if (str_starts_with(word, marks[i]))
            return take_modified(r, l, marks[i], str_from(word, marks[i].len));
    }
    if (str_starts_with(word, STR("@")))
        l->kind = LOCATION_NAMED;
    l->name = word;
    return 0;
}

static int check_nesting(struct reader *r, const struct location *l,
                         const struct location *around)
{
    const char *what = "exact";

    if (!around)
        return 0;
    if (around->kind == LOCATION_NAMED)
        what = "named";
    if (around->kind == LOCATION_EXACT || around->kind == LOCATION_NAMED)
        return reader_error(r,
                            "location \"%.*s\" cannot be inside the %s "
                            "location \"%.*s\"",
                            STR_ARG(l->name), what, STR_ARG(around->name));
    if (l->kind == LOCATION_NAMED)
        return reader_error(r,
                            "named location \"%.*s\" can be on the server "
                            "level only",
                            STR_ARG(l->name));
    if (l->kind != LOCATION_REGEX && !str_starts_with(l->name, around->name))
        return reader_error(r, "location \"%.*s\" is outside location \"%.*s\"",
                            STR_ARG(l->name), STR_ARG(around->name));
    return 0;
}

static int set_location(struct reader *r, void *field)
{
    struct location *l = arena_alloc(r->arena, sizeof(*l));
    struct level *level = reader_level(r, IN_LOCATION);
    int err;

    (void)field;
    if (!l || !level)
        return -ENOMEM;
    l->kind = LOCATION_PREFIX;
    l->place = r->place;
    err = r->count == 3 ? take_modified(r, l, r->words[1], r->words[2])
                        : take_glued(r, l, r->words[1]);
    if (err == 0)
        err = check_nesting(r, l, r->level->location);
    if (err == 0)
        err = locations_keep(r, r->level, l);
    if (err < 0)
        return err;
    level->location = l;
    level->settings = &l->settings;
    level->program = &l->rewrite;
    err = reader_block(r, level);
    return err < 0 ? err : locations_settle(r, level, &l->inside);
}

/* ---- server_name ---- */

static bool has_capital(struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] != str_lower(text.at[i]))
            return true;
    }
    return false;
}

/* Hosts come in lower case, so a capital letter in a pattern can only mean that
 * case does not matter. */
static int take_pattern(struct reader *r, struct conf_server_name *n)
{
    struct str text = str_from(n->name, 1);

    n->kind = SERVER_NAME_REGEX;
    if (text.len == 0)
        return reader_error(r, "empty regex in server name \"%.*s\"",
                            STR_ARG(n->name));
    return reader_pattern(r, text, has_capital(text), &n->pattern);
}

static unsigned count_char(struct str text, char c)
{
    unsigned count = 0;

    for (size_t i = 0; i < text.len; i++)
        count += text.at[i] == c;
    return count;
}

static bool has_empty_label(struct str name)
{
    for (size_t i = 1; i < name.len; i++) {
        if (name.at[i] == '.' && name.at[i - 1] == '.')
            return true;
    }
    return false;
}

/* False: there is a star, and it is no label of its own at an end. */
static bool find_kind(struct conf_server_name *n)
{
    struct str name = n->name;
    unsigned stars = count_char(name, '*');

    if (stars > 1 || has_empty_label(name))
        return false;
    if (name.len > 1 && name.at[0] == '.') {
        n->kind = SERVER_NAME_DOT;
        n->name = str_from(name, 1);
        return stars == 0;
    }
    if (name.len > 2 && str_starts_with(name, STR("*.")))
        n->kind = SERVER_NAME_HEAD;
    else if (name.len > 2 && str_ends_with(name, STR(".*")))
        n->kind = SERVER_NAME_TAIL;
    return stars == 0 || n->kind != SERVER_NAME_EXACT;
}

static int take_name(struct reader *r, struct conf_server_name *n)
{
    struct str name = n->name;
    char *lower = arena_alloc(r->arena, name.len + 1);

    if (!lower)
        return -ENOMEM;
    if ((str_starts_with(name, STR("*")) &&
         (name.len < 3 || name.at[1] != '.')) ||
        str_equals(name, STR(".")))
        return reader_error(r, "server name \"%.*s\" is invalid",
                            STR_ARG(name));
    if (str_find(name, '/'))
        reader_warn(r, "server name \"%.*s\" has suspicious symbols",
                    STR_ARG(name));
    for (size_t i = 0; i < name.len; i++)
        lower[i] = str_lower(name.at[i]);
    n->name = (struct str){lower, name.len};
    if (!find_kind(n))
        return reader_error(r, "invalid server name or wildcard \"%.*s\"",
                            STR_ARG(name));
    return 0;
}

static int add_name(struct reader *r, struct str word)
{
    struct server *server = r->level->server;
    struct conf_server_name name = {.place = r->place, .name = word};
    struct conf_server_name *names;
    int err = str_starts_with(word, STR("~")) ? take_pattern(r, &name)
                                              : take_name(r, &name);

    if (err < 0)
        return err;
    names = reader_grow(r, server->names, server->name_count, sizeof(*names));
    if (!names)
        return -ENOMEM;
    server->names = names;
    names[server->name_count++] = name;
    return 0;
}

static int set_names(struct reader *r, void *field)
{
    int err = 0;

    (void)field;
    for (unsigned i = 1; err == 0 && i < r->count; i++)
        err = add_name(r, r->words[i]);
    return err;
}

/* ---- try_files, internal ---- */

static int take_last(struct reader *r, struct conf_tries *into)
{
    struct str word = r->words[r->count - 1];
    uint64_t status;

    if (!str_starts_with(word, STR("=")))
        return reader_template(r, word, &into->last);
    if (!str_number(str_from(word, 1), &status) || status > 999)
        return reader_error(r, "invalid code \"%.*s\"", STR_ARG(word));
    into->status = (uint16_t)status;
    return 0;
}

static int take_try(struct reader *r, struct str word, struct conf_try *into)
{
    into->directory = str_ends_with(word, STR("/"));
    if (into->directory)
        word.len--;
    return reader_template(r, word, &into->name);
}

static int set_try_files(struct reader *r, void *field)
{
    struct conf_tries tries = {.place = r->place};
    struct conf_tries *into = r->level->location
                                  ? &r->level->location->try_files
                                  : &r->level->server->whole.try_files;
    int err;

    (void)field;
    if (place_is_set(into->place))
        return reader_error(r, "\"try_files\" directive is duplicate");
    tries.tries =
        arena_alloc_array(r->arena, r->count - 2, sizeof(*tries.tries));
    if (!tries.tries)
        return -ENOMEM;
    err = take_last(r, &tries);
    for (; err == 0 && tries.count < r->count - 2; tries.count++)
        err = take_try(r, r->words[tries.count + 1], &tries.tries[tries.count]);
    if (err == 0)
        *into = tries;
    return err;
}

static int set_internal(struct reader *r, void *field)
{
    *(struct conf_flag *)field = (struct conf_flag){r->place, true};
    return 0;
}

/* clang-format off */
static const struct directive rows[] = {
    {"internal", DIRECTIVE_DONE, IN_LOCATION, ARGS_0, set_internal,
     FIELD(TARGET_SETTINGS, struct settings, internal),
     .repeats = true},
    {"location", DIRECTIVE_DONE, IN_SL, ARGS_1_2 | ENDS_IN_BLOCK,
     set_location, .repeats = true},
    {"server_name", DIRECTIVE_DONE, IN_SERVER, ARGS_1_MORE, set_names,
     .repeats = true, .fallback = "\"\""},
    {"try_files", DIRECTIVE_DONE, IN_SL, ARGS_2_MORE, set_try_files,
     .repeats = true},
};
/* clang-format on */

const struct directive_table directives_route = {"route", rows,
                                                 ARRAY_LEN(rows)};
