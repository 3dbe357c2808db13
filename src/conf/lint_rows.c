/* lint_rows.c - the mistakes that lint knows, one row each */
#include "conf/lint_checks.h"
#include "conf/listen.h"

/* ---- P00 ---- */

/* A comment that was meant to silence something and does not. */
static void check_comment(struct lint *lint, const struct conf_comment *c)
{
    struct str rest = c->text;
    struct str word;

    if (!lint_next_word(&rest, &word) || !str_equals(word, STR("allow"))) {
        lint_tell(lint, c->place, "\"# prong: %.*s\" tells prong nothing",
                  STR_ARG(c->text));
        return;
    }
    while (lint_next_word(&rest, &word))
        if (!lint_find(word))
            lint_tell(lint, c->place, "\"%.*s\" is the code of no warning",
                      STR_ARG(word));
}

/* ---- P02 ---- */

static bool is_protective(struct str name)
{
    static const struct str names[] = {
        STR("Strict-Transport-Security"),
        STR("Content-Security-Policy"),
        STR("X-Frame-Options"),
        STR("X-Content-Type-Options"),
        STR("Referrer-Policy"),
        STR("Permissions-Policy"),
        STR("Cross-Origin-Opener-Policy"),
        STR("Cross-Origin-Embedder-Policy"),
        STR("Cross-Origin-Resource-Policy"),
    };

    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (str_equals_nocase(name, names[i]))
            return true;
    return false;
}

static bool adds(const struct conf_fields *list, struct str name)
{
    for (; list; list = list->outer)
        for (unsigned i = 0; i < list->count; i++)
            if (str_equals_nocase(list->rows[i].name, name))
                return true;
    return false;
}

/* The first protective field of the level around that this one has lost. */
static const struct conf_field *find_lost(const struct conf_fields *own,
                                          const struct conf_fields *around)
{
    for (; around; around = around->outer)
        for (unsigned i = 0; i < around->count; i++)
            if (is_protective(around->rows[i].name) &&
                !adds(own, around->rows[i].name))
                return &around->rows[i];
    return NULL;
}

static void check_fields(struct lint *lint, const struct settings *around,
                         const struct settings *own)
{
    const struct conf_field *lost = NULL;

    if (own->headers && own->headers != around->headers)
        lost = find_lost(own->headers, around->headers);
    if (lost)
        lint_tell(lint, own->headers_place,
                  "an add_header here takes away \"%.*s\" of line %u",
                  STR_ARG(lost->name), lost->place.line);
}

static void check_server_fields(struct lint *lint, const struct server *server)
{
    if (lint->conf->http)
        check_fields(lint, lint->conf->http, &server->whole.settings);
}

static void check_location_fields(struct lint *lint,
                                  const struct location *around,
                                  const struct location *l)
{
    check_fields(lint, &around->settings, &l->settings);
}

/* ---- P03 ---- */

/* Asks as a scanner of the net does. */
static void check_dotfiles(struct lint *lint, const struct server *server)
{
    static const struct str asked = STR("/.git/config");
    const struct location *l = lint_find_files(server, asked);

    if (!l || l->settings.hidden_files.value != CONF_HIDDEN_SERVE)
        return;
    lint_tell(lint, server->place,
              "names that begin with a dot are served: \"%.*s\" is answered "
              "from \"%.*s\"",
              STR_ARG(asked), STR_ARG(l->settings.root.value.source));
}

/* ---- P05 ---- */

enum { A_DAY_S = 24 * 60 * 60 };

static bool is_kept(const struct conf_expires *e)
{
    if (!template_is_constant(&e->value))
        return false;
    switch (e->kind) {
    case CONF_EXPIRES_MAX:
        return true;
    case CONF_EXPIRES_ACCESS:
    case CONF_EXPIRES_MODIFIED:
        return e->seconds >= A_DAY_S;
    default:
        return false;
    }
}

static void check_shell(struct lint *lint, const struct server *server)
{
    const struct location *l = lint_find_files(server, STR("/index.html"));

    if (l && is_kept(&l->settings.expires))
        lint_tell(lint, l->settings.expires.place,
                  "\"/index.html\" is kept by browsers for a day or more: who "
                  "has it does not see the next one");
}

/* ---- P06 ---- */

static bool is_usual_port(uint16_t port)
{
    return port == 80 || port == 443;
}

/* A name that the world calls: the port in front of it is the usual one. */
static bool is_public_name(const struct conf_server_name *name)
{
    const char *dot = str_find_last(name->name, '.');

    return dot && dot > name->name.at && name->kind != SERVER_NAME_REGEX &&
           !str_ends_with(name->name, STR(".local")) &&
           !str_ends_with(name->name, STR(".localhost")) &&
           !str_ends_with(name->name, STR(".test")) &&
           (unsigned char)(dot[1] | 0x20) >= 'a';
}

static const struct conf_listen *find_odd_listen(const struct server *server)
{
    const struct conf_listen *odd = NULL;

    for (unsigned i = 0; i < server->listen_count; i++) {
        const struct conf_listen *l = &server->listens[i];

        if (l->unix_path.len > 0 || is_usual_port(l->first_port))
            return NULL;
        odd = odd ? odd : l;
    }
    return odd;
}

static void check_port(struct lint *lint, const struct server *server)
{
    const struct settings *s = &server->whole.settings;
    const struct conf_listen *odd = find_odd_listen(server);

    if (!odd || !s->absolute_redirect.on || !s->port_in_redirect.on)
        return;
    for (unsigned i = 0; i < server->name_count; i++) {
        if (!is_public_name(&server->names[i]))
            continue;
        lint_tell(lint, odd->place,
                  "redirects name the port %u: a proxy's clients are sent to "
                  "\"http://%.*s:%u/\"",
                  odd->first_port, STR_ARG(server->names[i].name),
                  odd->first_port);
        return;
    }
}

/* ---- P08 ---- */

static bool has_root(const struct location *l)
{
    return l->kind != LOCATION_IF && !l->settings.alias &&
           place_is_set(l->settings.root.place);
}

static unsigned count_same(const struct location_set *set, struct str root)
{
    unsigned count = 0;

    for (size_t i = 0; i < set->count; i++)
        if (has_root(set->all[i]) &&
            str_equals(set->all[i]->settings.root.value.source, root))
            count++;
    return count;
}

static void check_roots(struct lint *lint, const struct server *server)
{
    const struct location_set *set = &server->whole.inside;

    if (place_is_set(server->whole.settings.root.place))
        return;
    for (size_t i = 0; i < set->count; i++) {
        const struct conf_template *root = &set->all[i]->settings.root;
        unsigned same = count_same(set, root->value.source);

        if (!has_root(set->all[i]) || same < 2)
            continue;
        lint_tell(lint, root->place,
                  "%u locations have the root \"%.*s\" and their server has "
                  "none: whatever they do not cover comes from the default",
                  same, STR_ARG(root->value.source));
        return;
    }
}

/* ---- the table ---- */

const struct lint_row lint_rows[] = {
    {.code = "P00",
     .title = "a comment to prong that it does not understand",
     .mend = "write \"# prong: allow\" and the codes, as in \"# prong: allow "
             "P03\"",
     .comment = check_comment},
    {.code = "P01",
     .title = "an alias that a path can climb out of",
     .mend = "end the location's name in a slash too",
     .location = lint_check_alias},
    {.code = "P02",
     .title = "add_header hides the fields of the level around",
     .mend = "write it here again, or set \"add_header_inherit merge;\"",
     .server = check_server_fields,
     .location = check_location_fields},
    {.code = "P03",
     .title = "dotfiles are served",
     .mend = "set \"hidden_files not_found;\"",
     .server = check_dotfiles},
    {.code = "P04",
     .title = "a page in place of a missing asset",
     .mend = "give the assets a location with \"try_files $uri =404;\"",
     .server = lint_check_fallback},
    {.code = "P05",
     .title = "the page that names all others is cached",
     .mend = "let expires be about assets alone, and have \"location = "
             "/index.html { expires -1; }\"",
     .server = check_shell},
    {.code = "P06",
     .title = "a redirect tells an internal port",
     .mend = "set \"port_in_redirect off;\" or \"absolute_redirect off;\"",
     .server = check_port},
    {.code = "P07",
     .title = "an if that takes try_files away",
     .mend = "let try_files look for the file",
     .location = lint_check_file_tests},
    {.code = "P08",
     .title = "root inside every location",
     .mend = "write it once, in the server",
     .server = check_roots},
    {.code = "P09",
     .title = "a regular expression answers for a file's own location",
     .mend = "write \"location = \", or \"location ^~ \"",
     .location = lint_check_shadows},
    {.code = "P10",
     .title = "an alias that names are glued to",
     .mend = "end the alias in a slash too",
     .location = lint_check_glued_alias},
};
const size_t lint_row_count = ARRAY_LEN(lint_rows);
