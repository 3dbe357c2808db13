#include "conf/template.h"

#include <errno.h>

#include "base/attr.h"

static const struct str names[] = {
#define VARIABLE_NAME(name) STR(#name),
    VARIABLES(VARIABLE_NAME)
#undef VARIABLE_NAME
};

struct prefix {
    struct str name;
    enum variable variable;
};

static const struct prefix prefixes[] = {
#define VARIABLE_PREFIX(id, name) {STR(#name "_"), VARIABLE_##id},
    VARIABLE_FAMILIES(VARIABLE_PREFIX)
#undef VARIABLE_PREFIX
};

/* Families that are always empty, but where the configuration itself defines
 * such a name: "map $host $upstream_name". */
static const struct str empty_prefixes[] = {
    STR("upstream_"), STR("proxy_"), STR("geoip_"),
    STR("geoip2_"),   STR("ssl_"),   STR("grpc_"),
};

/* What exists in nginx and is always empty here, so that log formats that are
 * shared between servers parse. */
static const struct str empty[] = {
    STR("fastcgi_path_info"),
    STR("fastcgi_script_name"),
    STR("http2"),
    STR("http3"),
    STR("slice_range"),
    STR("uid_got"),
    STR("uid_reset"),
    STR("uid_set"),
};

static bool is_empty(struct str name)
{
    for (size_t i = 0; i < ARRAY_LEN(empty); i++) {
        if (str_equals_nocase(empty[i], name))
            return true;
    }
    return false;
}

static bool is_empty_family(struct str name)
{
    for (size_t i = 0; i < ARRAY_LEN(empty_prefixes); i++) {
        if (str_starts_with_nocase(name, empty_prefixes[i]))
            return true;
    }
    return false;
}

static const struct prefix *find_prefix(struct str name)
{
    for (size_t i = 0; i < ARRAY_LEN(prefixes); i++) {
        if (str_starts_with_nocase(name, prefixes[i].name))
            return &prefixes[i];
    }
    return NULL;
}

static bool find_name(struct str name, enum variable *which)
{
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        if (str_equals_nocase(names[i], name)) {
            *which = (enum variable)i;
            return true;
        }
    }
    return false;
}

bool template_is_builtin(struct str name, enum variable *which)
{
    const struct prefix *prefix;

    if (find_name(name, which))
        return true;
    if (is_empty(name)) {
        *which = VARIABLE_EMPTY;
        return true;
    }
    prefix = find_prefix(name);
    if (prefix)
        *which = prefix->variable;
    return prefix != NULL;
}

/* Lower-case text of the arena, or NULL in `at`. */
static struct str copy_lower(struct arena *arena, struct str text)
{
    char *into = arena_alloc(arena, text.len + 1);

    for (size_t i = 0; into && i < text.len; i++)
        into[i] = str_lower(text.at[i]);
    return (struct str){into, text.len};
}

static int set_prefixed(struct template_part *part, const struct prefix *prefix,
                        struct str name, struct arena *arena)
{
    part->variable = prefix->variable;
    part->text = copy_lower(arena, str_from(name, prefix->name.len));
    return part->text.at ? 0 : -ENOMEM;
}

static bool is_capture(struct str name)
{
    return name.len == 1 && name.at[0] >= '1' && name.at[0] <= '9';
}

/* A name of the configuration's own, now or later. */
static int set_user(struct template_part *part, struct str name,
                    struct template_scope *scope)
{
    struct uservar *v;

    if (!scope->users && !is_empty_family(name))
        return -EINVAL;
    part->variable = scope->users ? VARIABLE_USER : VARIABLE_EMPTY;
    if (!scope->users)
        return 0;
    v = uservar_refer(scope->users, scope->arena, name, scope->place);
    if (!v)
        return -ENOMEM;
    if (is_empty_family(name) && v->kind == USERVAR_UNKNOWN)
        v->kind = USERVAR_EMPTY;
    part->index = v->index;
    return 0;
}

/* The configuration's own names go before whole families. */
static bool is_defined(const struct template_scope *scope, struct str name)
{
    const struct uservar *v =
        scope->users ? uservar_find(scope->users, name) : NULL;

    return v && v->kind > USERVAR_EMPTY;
}

/* Finds out which variable `name` is: 0, -ENOMEM, or -EINVAL. */
static int set_variable(struct template_part *part, struct str name,
                        struct template_scope *scope)
{
    const struct prefix *prefix = find_prefix(name);

    part->is_variable = true;
    if (is_capture(name)) {
        part->variable = VARIABLE_CAPTURE;
        part->index = (unsigned)(name.at[0] - '0');
        return 0;
    }
    if (find_name(name, &part->variable))
        return 0;
    if (is_defined(scope, name))
        return set_user(part, name, scope);
    if (is_empty(name)) {
        part->variable = VARIABLE_EMPTY;
        return 0;
    }
    if (prefix)
        return set_prefixed(part, prefix, name, scope->arena);
    return set_user(part, name, scope);
}

static int refuse(struct str *why, struct str text)
{
    *why = text;
    return text.at ? -EINVAL : -ENOMEM;
}

static bool is_name_char(char c)
{
    return str_is_digit(c) || c == '_' ||
           (str_lower(c) >= 'a' && str_lower(c) <= 'z');
}

/* Takes "$name" or "${name}" off the front of `rest`. */
static int take_name(struct str *rest, struct str *name, struct arena *arena,
                     struct str *why)
{
    bool braced = rest->len > 1 && rest->at[1] == '{';
    size_t from = braced ? 2 : 1;
    size_t to = from;

    while (to < rest->len && is_name_char(rest->at[to])) {
        /* $1 is a capture: what follows the digit is text. */
        if (to++ == from && !braced && rest->at[from] >= '1' &&
            rest->at[from] <= '9')
            break;
    }
    *name = (struct str){rest->at + from, to - from};
    if (braced && (to == rest->len || rest->at[to] != '}'))
        return refuse(why,
                      arena_printf(arena,
                                   "the closing bracket in \"%.*s\" variable "
                                   "is missing",
                                   STR_ARG(*name)));
    if (name->len == 0)
        return refuse(why, STR("invalid variable name"));
    *rest = str_from(*rest, braced ? to + 1 : to);
    return 0;
}

int template_variable(struct template_part *part, struct str name,
                      struct template_scope *scope)
{
    int err = set_variable(part, name, scope);

    if (err != -EINVAL)
        return err;
    return refuse(
        &scope->why,
        arena_printf(scope->arena, "unknown \"%.*s\" variable", STR_ARG(name)));
}

static int take_variable(struct str *rest, struct template_part *part,
                         struct template_scope *scope)
{
    struct str name;
    int err = take_name(rest, &name, scope->arena, &scope->why);

    return err < 0 ? err : template_variable(part, name, scope);
}

static void take_literal(struct str *rest, struct template_part *part)
{
    const char *dollar = str_find(*rest, '$');

    part->text = dollar ? str_between(rest->at, dollar) : *rest;
    *rest = str_from(*rest, part->text.len);
}

/* No text has more parts than this. */
static size_t count_parts(struct str text)
{
    size_t count = 1;

    for (size_t i = 0; i < text.len; i++)
        count += text.at[i] == '$' ? 2 : 0;
    return count;
}

int template_parse(struct template *into, struct str text,
                   struct template_scope *scope)
{
    struct arena *arena = scope->arena;
    struct template t = {.source = arena_copy(arena, text)};
    struct str rest = t.source;

    if (!t.source.at)
        return -ENOMEM;
    t.parts = arena_alloc_array(arena, count_parts(text), sizeof(*t.parts));
    if (!t.parts)
        return -ENOMEM;
    while (rest.len) {
        struct template_part *part = &t.parts[t.count++];
        int err = 0;

        if (rest.at[0] == '$')
            err = take_variable(&rest, part, scope);
        else
            take_literal(&rest, part);
        if (err < 0)
            return err;
    }
    *into = t;
    return 0;
}

bool template_is_constant(const struct template *t)
{
    return t->count == 0 || (t->count == 1 && !t->parts[0].is_variable);
}

struct str template_text(const struct template *t)
{
    return t->source;
}
