/* directives_access.c - who may come in */
#include <errno.h>

#include "base/log.h"
#include "conf/directives.h"
#include "conf/setters.h"
#include "http/method.h"

/* ---- allow, deny ---- */

static int take_network(struct reader *r, struct conf_rule *rule)
{
    bool cleared = false;

    rule->whom = CONF_RULE_NETWORK;
    if (network_parse(&rule->network, r->words[1], &cleared) < 0)
        return reader_error(r, "invalid parameter \"%.*s\"",
                            STR_ARG(r->words[1]));
    if (cleared)
        reader_warn(r, "low address bits of %.*s are meaningless",
                    STR_ARG(r->words[1]));
    return 0;
}

static int set_rule(struct reader *r, void *field)
{
    struct settings *s = r->level->settings;
    struct conf_rule rule = {.place = r->place};
    struct conf_rule *rules;

    (void)field;
    rule.denies = str_equals(r->words[0], STR("deny"));
    if (str_equals(r->words[1], STR("all")))
        rule.whom = CONF_RULE_ALL;
    else if (str_equals(r->words[1], STR("unix:")))
        rule.whom = CONF_RULE_UNIX;
    else if (take_network(r, &rule) < 0)
        return -EINVAL;
    rules = reader_grow(r, s->rules, s->rule_count, sizeof(*rules));
    if (!rules)
        return -ENOMEM;
    s->rules = rules;
    rules[s->rule_count++] = rule;
    s->rules_place = r->place;
    return 0;
}

/* ---- limit_except ---- */

/* What may be asked with GET may be asked with HEAD. */
static int take_methods(struct reader *r, unsigned *methods)
{
    for (unsigned i = 1; i < r->count; i++) {
        unsigned bit = method_bit(r->words[i]);

        if (bit == 0)
            return reader_error(r, "invalid method \"%.*s\"",
                                STR_ARG(r->words[i]));
        *methods |= bit;
    }
    if (*methods & method_bit(STR("GET")))
        *methods |= method_bit(STR("HEAD"));
    return 0;
}

static int set_limit_except(struct reader *r, void *field)
{
    struct location *l = r->level->location;
    struct conf_limit_except *except = arena_alloc(r->arena, sizeof(*except));
    struct level *level = reader_level(r, IN_LIMIT_EXCEPT);

    (void)field;
    if (!except || !level)
        return -ENOMEM;
    if (l->except)
        return reader_error(r, "\"limit_except\" directive is duplicate");
    except->place = r->place;
    if (take_methods(r, &except->methods) < 0)
        return -EINVAL;
    l->except = except;
    level->settings = &except->settings;
    return reader_block(r, level);
}

/* ---- auth_basic ---- */

static int set_realm(struct reader *r, void *field)
{
    struct conf_template realm = {.place = r->place};
    int err = reader_template(r, r->words[1], &realm.value);

    if (err == 0)
        *(struct conf_template *)field = realm;
    return err;
}

/* Where it begins with a variable, the request says whether it is absolute. */
static int set_user_file(struct reader *r, void *field)
{
    struct conf_template file = {.place = r->place};
    struct str path = r->words[1];
    int err;

    if (path.len == 0 || path.at[0] != '$')
        path = reader_path(r, r->conf_dir, path);
    if (!path.at)
        return -ENOMEM;
    err = reader_template(r, path, &file.value);
    if (err == 0)
        *(struct conf_template *)field = file;
    return err;
}

static const struct directive_word satisfy[] = {
    {"all", CONF_SATISFY_ALL},
    {"any", CONF_SATISFY_ANY},
    {NULL, 0},
};

/* clang-format off */
static const struct directive rows[] = {
    {"allow", DIRECTIVE_DONE, IN_HSLX, ARGS_1, set_rule,
     FIELDS(TARGET_SETTINGS, struct settings, rules, rules_place, rules_place),
     .repeats = true},
    {"auth_basic", DIRECTIVE_DONE, IN_HSLX, ARGS_1, set_realm,
     FIELD(TARGET_SETTINGS, struct settings, auth_basic),
     .fallback = "off"},
    {"auth_basic_user_file", DIRECTIVE_DONE, IN_HSLX, ARGS_1, set_user_file,
     FIELD(TARGET_SETTINGS, struct settings, auth_user_file)},
    {"auth_delay", DIRECTIVE_DONE, IN_HSL, ARGS_1, set_time,
     FIELD(TARGET_SETTINGS, struct settings, auth_delay),
     .fallback = "0s"},
    {"deny", DIRECTIVE_DONE, IN_HSLX, ARGS_1, set_rule,
     .target = TARGET_SETTINGS,
     .place_at = offsetof(struct settings, rules_place),
     .repeats = true},
    {"limit_except", DIRECTIVE_DONE, IN_LOCATION, ARGS_1_MORE | ENDS_IN_BLOCK,
     set_limit_except, NO_FIELD, .repeats = true},
    {"satisfy", DIRECTIVE_DONE, IN_HSL, ARGS_1, set_choice,
     FIELD(TARGET_SETTINGS, struct settings, satisfy),
     .fallback = "all", .words = satisfy},
};
/* clang-format on */

const struct directive_table directives_access = {"access", rows,
                                                  ARRAY_LEN(rows)};
