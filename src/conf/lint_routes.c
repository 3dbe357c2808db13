/* lint_routes.c - mistakes about which location answers, and with which file */
#include "conf/lint_checks.h"

#include "conf/locations.h"

/* ---- who answers ---- */

static bool matches(const struct location *l, struct str path)
{
    struct str whole;

    return regex_match(l->pattern->regex, path, &whole, 1) == REGEX_MATCHES;
}

/* True when no regular expression of an outer level is asked any more. */
static bool search(const struct location_set *set, struct str path,
                   const struct location **chosen)
{
    const struct location *found = locations_find(set, path);

    if (found) {
        *chosen = found;
        if (found->kind == LOCATION_EXACT ||
            search(&found->inside, path, chosen))
            return true;
        if (found->no_regex)
            return false;
    }
    for (size_t i = 0; i < set->regex_count; i++) {
        if (!matches(set->regexes[i], path))
            continue;
        *chosen = set->regexes[i];
        search(&set->regexes[i]->inside, path, chosen);
        return true;
    }
    return false;
}

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

static bool refuses_all(const struct settings *s)
{
    return s->internal.on || (s->rule_count > 0 && s->rules[0].denies &&
                              s->rules[0].whom == CONF_RULE_ALL);
}

static bool serves_files(const struct location *l)
{
    return !always_returns(&l->rewrite) && !refuses_all(&l->settings) &&
           l->settings.unsupported.text.len == 0;
}

const struct location *lint_find_files(const struct server *server,
                                       struct str path)
{
    const struct location *l = &server->whole;

    search(&server->whole.inside, path, &l);
    return !always_returns(&server->whole.rewrite) && serves_files(l) ? l
                                                                      : NULL;
}

/* ---- P01 and P10 ---- */

static bool ends_in_slash(struct str text)
{
    return str_ends_with(text, STR("/"));
}

/* A prefix that has an alias of its own. */
static bool has_alias(const struct location *l)
{
    return l->kind == LOCATION_PREFIX && l->settings.alias == l;
}

void lint_check_alias(struct lint *lint, const struct location *around,
                      const struct location *l)
{
    struct str alias = l->settings.root.value.source;

    (void)around;
    if (has_alias(l) && !ends_in_slash(l->name) && ends_in_slash(alias))
        lint_tell(lint, l->settings.root.place,
                  "location \"%.*s\" lacks the slash at the end that its alias "
                  "\"%.*s\" has: \"%.*s../\" would lead out of it",
                  STR_ARG(l->name), STR_ARG(alias), STR_ARG(l->name));
}

void lint_check_glued_alias(struct lint *lint, const struct location *around,
                            const struct location *l)
{
    struct str alias = l->settings.root.value.source;

    (void)around;
    if (has_alias(l) && ends_in_slash(l->name) && !ends_in_slash(alias))
        lint_tell(
            lint, l->settings.root.place,
            "alias \"%.*s\" lacks the slash at the end that its location "
            "\"%.*s\" has, so names are glued to it: \"%.*sa\" is the file "
            "\"%.*sa\"",
            STR_ARG(alias), STR_ARG(l->name), STR_ARG(l->name), STR_ARG(alias));
}

/* ---- P04 ---- */

/* Is a page what is served in place of a file that is missing? */
static bool falls_back(const struct location *l)
{
    struct str last = l->try_files.last.source;

    if (l->try_files.count == 0 || l->try_files.status != 0)
        return false;
    last = str_cut(&last, '?');
    return str_starts_with(last, STR("/")) &&
           (str_ends_with(last, STR(".html")) ||
            str_ends_with(last, STR(".htm")));
}

/* Has any location files of its own, so that assets may be there? */
static bool has_other_files(const struct location_set *set)
{
    for (size_t i = 0; i < set->prefix_count; i++) {
        const struct location *l = set->prefixes[i];

        if ((l->name.len > 1 && serves_files(l) && !falls_back(l)) ||
            has_other_files(&l->inside))
            return true;
    }
    return false;
}

void lint_check_fallback(struct lint *lint, const struct server *server)
{
    static const struct str assets[] = {STR("/missing.js"), STR("/missing.css"),
                                        STR("/a/missing.js"),
                                        STR("/a/missing.css")};
    const struct location *l = NULL;

    for (size_t i = 0; i < ARRAY_LEN(assets); i++) {
        l = lint_find_files(server, assets[i]);
        if (!l || !falls_back(l))
            return;
    }
    if (!has_other_files(&server->whole.inside))
        lint_tell(lint, l->try_files.place,
                  "a script or style that is missing is answered 200 with the "
                  "page \"%.*s\"",
                  STR_ARG(l->try_files.last.source));
}

/* ---- P07 ---- */

static bool asks_for_file(const struct rewrite_step *step)
{
    if (step->kind != REWRITE_IF)
        return false;
    switch (step->condition->test) {
    case TEST_FILE:
    case TEST_DIRECTORY:
    case TEST_EXISTS:
    case TEST_EXECUTES:
        return true;
    default:
        return false;
    }
}

void lint_check_file_tests(struct lint *lint, const struct location *around,
                           const struct location *l)
{
    (void)around;
    for (unsigned i = 0; l->try_files.count > 0 && i < l->rewrite.count; i++)
        if (asks_for_file(&l->rewrite.steps[i]))
            lint_tell(lint, l->rewrite.steps[i].place,
                      "where this \"if\" is true the try_files of line %u is "
                      "not tried any more",
                      l->try_files.place.line);
}

/* ---- P09 ---- */

/* "/favicon.ico" and not "/img/": its author means that one file. */
static bool names_file(const struct location *l)
{
    const char *slash = str_find_last(l->name, '/');

    return l->kind == LOCATION_PREFIX && !l->no_regex && slash &&
           str_find(str_from(l->name, (size_t)(slash - l->name.at)), '.');
}

void lint_check_shadows(struct lint *lint, const struct location *around,
                        const struct location *l)
{
    const struct location_set *set = &around->inside;

    if (!names_file(l))
        return;
    for (size_t i = 0; i < set->regex_count; i++) {
        if (!matches(set->regexes[i], l->name))
            continue;
        lint_tell(lint, l->place,
                  "\"%.*s\" is answered by the regular expression \"%.*s\" of "
                  "line %u",
                  STR_ARG(l->name), STR_ARG(set->regexes[i]->name),
                  set->regexes[i]->place.line);
        return;
    }
}
