/* lint_rows.c - the mistakes that lint knows, one row each */
#include "conf/lint.h"

#include "conf/listen.h"
#include "conf/locations.h"

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

/* ---- who answers ---- */

/* Does a "return" answer whatever is asked? */
static bool always_returns(const struct rewrite_program *p)
{
    for (unsigned i = 0; i < p->count; i++) {
        if (p->steps[i].kind == REWRITE_RETURN)
            return true;
        if (p->steps[i].kind == REWRITE_IF)
            i += p->steps[i].condition->skip;
    }
    return false;
}

static bool serves_files(const struct location *l)
{
    return !always_returns(&l->rewrite) &&
           l->settings.unsupported.text.len == 0;
}

/* Whose files a path is looked for in; NULL when in nobody's. */
static const struct location *find_files(const struct server *server,
                                         struct str path)
{
    const struct location *l = &server->whole;
    const struct location *inner = locations_find(&l->inside, path);

    while (inner) {
        l = inner;
        inner = locations_find(&l->inside, path);
    }
    return serves_files(&server->whole) && serves_files(l) ? l : NULL;
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
    const struct location *l = find_files(server, asked);

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
    const struct location *l = find_files(server, STR("/index.html"));

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

    return dot && dot > name->name.at && name->name.at[0] != '~' &&
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

struct roots {
    const struct conf_template *first; /* of those that are written twice */
    unsigned count;
};

static void count_same(struct roots *roots, const struct conf_template *root,
                       struct location *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct conf_template *other = &list[i]->settings.root;

        if (place_is_set(other->place) &&
            str_equals(other->value.source, root->value.source))
            roots->count++;
    }
}

static void find_same(struct roots *roots, const struct location_set *set,
                      struct location *const *list, size_t count)
{
    for (size_t i = 0; i < count && roots->count < 2; i++) {
        const struct conf_template *root = &list[i]->settings.root;

        *roots = (struct roots){.first = root};
        if (!place_is_set(root->place))
            continue;
        count_same(roots, root, set->exact, set->exact_count);
        count_same(roots, root, set->prefixes, set->prefix_count);
    }
}

static void check_roots(struct lint *lint, const struct server *server)
{
    const struct location_set *set = &server->whole.inside;
    struct roots roots = {0};

    if (place_is_set(server->whole.settings.root.place))
        return;
    find_same(&roots, set, set->prefixes, set->prefix_count);
    if (roots.count < 2)
        find_same(&roots, set, set->exact, set->exact_count);
    if (roots.count < 2)
        return;
    lint_tell(lint, roots.first->place,
              "%u locations have the root \"%.*s\" and their server has none: "
              "whatever they do not cover comes from the default",
              roots.count, STR_ARG(roots.first->value.source));
}

/* ---- the table ---- */

const struct lint_row lint_rows[] = {
    {.code = "P00",
     .title = "a comment to prong that it does not understand",
     .mend = "write \"# prong: allow\" and the codes, as in \"# prong: allow "
             "P03\"",
     .comment = check_comment},
    {.code = "P02",
     .title = "add_header hides the fields of the level around",
     .mend = "write it here again, or set \"add_header_inherit merge;\"",
     .server = check_server_fields,
     .location = check_location_fields},
    {.code = "P03",
     .title = "dotfiles are served",
     .mend = "set \"hidden_files not_found;\"",
     .server = check_dotfiles},
    {.code = "P05",
     .title = "the page that names all others is cached",
     .mend = "let expires be about assets alone, and have \"location = "
             "/index.html { expires -1; }\"",
     .server = check_shell},
    {.code = "P06",
     .title = "a redirect tells an internal port",
     .mend = "set \"port_in_redirect off;\" or \"absolute_redirect off;\"",
     .server = check_port},
    {.code = "P08",
     .title = "root inside every location",
     .mend = "write it once, in the server",
     .server = check_roots},
};
const size_t lint_row_count = ARRAY_LEN(lint_rows);
