/* directives_rewrite.c - rewrite, set, if, break and return: the steps of a
 * program, in the order of the file */
#include <errno.h>

#include "conf/directives.h"
#include "conf/locations.h"
#include "conf/setters.h"

static int add_step(struct reader *r, struct rewrite_step step)
{
    struct rewrite_program *p = r->level->program;
    struct rewrite_step *steps =
        reader_grow(r, p->steps, p->count, sizeof(*steps));

    if (!steps)
        return -ENOMEM;
    step.place = r->place;
    p->steps = steps;
    steps[p->count++] = step;
    return 0;
}

static bool is_url(struct str text)
{
    return str_starts_with(text, STR("http://")) ||
           str_starts_with(text, STR("https://")) ||
           str_starts_with(text, STR("$scheme"));
}

/* ---- return, break ---- */

static int refuse_code(struct reader *r)
{
    return reader_error(r, "invalid return code \"%.*s\"",
                        STR_ARG(r->words[1]));
}

static int set_return(struct reader *r, void *field)
{
    struct rewrite_return *answer = arena_alloc(r->arena, sizeof(*answer));
    uint64_t status = 302;
    unsigned text = 2;
    int err = 0;

    (void)field;
    if (!answer)
        return -ENOMEM;
    if (r->count == 2 && is_url(r->words[1]))
        text = 1;
    else if (!str_number(r->words[1], &status) || status > 999)
        return refuse_code(r);
    answer->status = (uint16_t)status;
    if (text < r->count)
        err = reader_template(r, r->words[text], &answer->text);
    if (err < 0)
        return err;
    return add_step(
        r, (struct rewrite_step){.kind = REWRITE_RETURN, .answer = answer});
}

static int set_break(struct reader *r, void *field)
{
    (void)field;
    return add_step(r, (struct rewrite_step){.kind = REWRITE_BREAK});
}

/* ---- set ---- */

/* A variable that prong gives a value, and the configuration another one. */
static bool may_change(enum variable which)
{
    return which == VARIABLE_args || which == VARIABLE_limit_rate;
}

static int take_target(struct reader *r, struct template_part *into)
{
    struct str word = r->words[1];
    enum variable which;
    struct uservar *v;
    int err;

    into->is_variable = true;
    into->text = word;
    if (str_starts_with(word, STR("$")) &&
        template_is_builtin(str_from(word, 1), &which) && may_change(which)) {
        into->variable = which;
        return 0;
    }
    v = reader_uservar(r, word, &err);
    if (!v)
        return err;
    uservar_define(v, USERVAR_SET, NULL, r->place);
    into->variable = VARIABLE_USER;
    into->index = v->index;
    return 0;
}

static int set_set(struct reader *r, void *field)
{
    struct rewrite_set *set = arena_alloc(r->arena, sizeof(*set));
    int err;

    (void)field;
    if (!set)
        return -ENOMEM;
    err = take_target(r, &set->target);
    if (err == 0)
        err = reader_template(r, r->words[2], &set->value);
    if (err < 0)
        return err;
    return add_step(r, (struct rewrite_step){.kind = REWRITE_SET, .set = set});
}

/* ---- rewrite ---- */

static int take_flag(struct reader *r, struct rewrite_rule *rule)
{
    struct str flag = r->words[3];

    rule->ends = true;
    if (str_equals(flag, STR("redirect")))
        rule->redirect = 302;
    else if (str_equals(flag, STR("permanent")))
        rule->redirect = 301;
    else if (str_equals(flag, STR("break")))
        rule->breaks = true;
    else if (!str_equals(flag, STR("last")))
        return reader_error(r, "invalid parameter \"%.*s\"", STR_ARG(flag));
    return 0;
}

/* A "?" at the end drops the old arguments; one before it begins new ones,
 * which a redirect leaves where they stand. */
static int take_target_of_rule(struct reader *r, struct rewrite_rule *rule)
{
    struct str path = r->words[2];
    struct str args = path;
    int err;

    rule->keeps_args = !str_ends_with(path, STR("?"));
    if (!rule->keeps_args)
        path.len--;
    rule->has_args = str_find(path, '?') != NULL;
    if (!rule->has_args || rule->redirect)
        return reader_template(r, path, &rule->path);
    args = path;
    path = str_cut(&args, '?');
    err = reader_template(r, path, &rule->path);
    return err < 0 ? err : reader_template(r, args, &rule->args);
}

static int set_rewrite(struct reader *r, void *field)
{
    struct rewrite_rule *rule = arena_alloc(r->arena, sizeof(*rule));
    int err;

    (void)field;
    if (!rule)
        return -ENOMEM;
    err = reader_pattern(r, r->words[1], false, &rule->pattern);
    if (err < 0)
        return err;
    if (r->words[2].len == 0)
        return reader_error(r, "empty replacement");
    if (is_url(r->words[2])) {
        rule->redirect = 302;
        rule->ends = true;
    }
    if (r->count == 4)
        err = take_flag(r, rule);
    if (err == 0)
        err = take_target_of_rule(r, rule);
    if (err < 0)
        return err;
    return add_step(r,
                    (struct rewrite_step){.kind = REWRITE_RULE, .rule = rule});
}

/* ---- if ---- */

static int refuse_condition(struct reader *r, struct str word)
{
    return reader_error(r, "invalid condition \"%.*s\"", STR_ARG(word));
}

/* What stands between the brackets, without the words that are empty then. */
static int strip_brackets(struct reader *r, struct str **words, unsigned *count)
{
    struct str *first = &r->words[1];
    struct str *last = &r->words[r->count - 1];

    if (!str_starts_with(*first, STR("(")))
        return refuse_condition(r, *first);
    if (!str_ends_with(*last, STR(")")))
        return refuse_condition(r, *last);
    *first = str_from(*first, 1);
    if (last->len == 0)
        return refuse_condition(r, STR("("));
    last->len--;
    if (first->len == 0 && first < last)
        first++;
    if (last->len == 0 && first < last)
        last--;
    *words = first;
    *count = (unsigned)(last - first) + 1;
    return 0;
}

/* Only one variable may stand on the left, and no capture. */
static int take_subject(struct reader *r, struct str word,
                        struct rewrite_if *into)
{
    struct template_scope scope = {
        .arena = r->arena,
        .users = &r->conf->uservars,
        .place = r->place,
    };
    struct template_part *part = arena_alloc(r->arena, sizeof(*part));
    int err;

    if (!part)
        return -ENOMEM;
    err = template_variable(part, str_from(word, 1), &scope);
    if (err == -EINVAL)
        return reader_error(r, "%.*s", STR_ARG(scope.why));
    if (err == 0 && part->variable == VARIABLE_CAPTURE)
        return reader_error(r, "unknown \"%.*s\" variable",
                            STR_ARG(str_from(word, 1)));
    into->subject = (struct template){word, part, 1};
    return err;
}

/* A value's quotes may stand inside of the brackets: the last word of the test
 * can be empty. */
static int take_comparison(struct reader *r, struct str *words,
                           struct rewrite_if *into)
{
    struct str sign = words[1];

    into->negated = str_starts_with(sign, STR("!"));
    if (into->negated)
        sign = str_from(sign, 1);
    if (str_equals(sign, STR("="))) {
        into->test = TEST_EQUALS;
        return reader_template(r, words[2], &into->other);
    }
    into->test = TEST_MATCHES;
    if (str_equals(sign, STR("~")) || str_equals(sign, STR("~*")))
        return reader_pattern(r, words[2], sign.len == 2, &into->pattern);
    return reader_error(r, "unexpected \"%.*s\" in condition",
                        STR_ARG(words[1]));
}

static int take_file_test(struct reader *r, struct str *words,
                          struct rewrite_if *into)
{
    static const char tests[] = {
        [TEST_FILE] = 'f',
        [TEST_DIRECTORY] = 'd',
        [TEST_EXISTS] = 'e',
        [TEST_EXECUTES] = 'x',
    };
    struct str sign = words[0];

    into->negated = sign.at[0] == '!';
    for (size_t i = TEST_FILE; i < ARRAY_LEN(tests); i++) {
        if (sign.at[sign.len - 1] == tests[i])
            into->test = (enum rewrite_test)i;
    }
    if (into->test == TEST_VALUE)
        return refuse_condition(r, sign);
    return reader_template(r, words[1], &into->subject);
}

static bool is_file_test(struct str word)
{
    return (word.len == 2 && word.at[0] == '-') ||
           (word.len == 3 && str_starts_with(word, STR("!-")));
}

static int take_condition(struct reader *r, struct rewrite_if *into)
{
    struct str *words = NULL;
    unsigned count = 0;
    int err = strip_brackets(r, &words, &count);

    if (err < 0)
        return err;
    if (is_file_test(words[0]))
        return count == 2 ? take_file_test(r, words, into)
                          : refuse_condition(r, words[0]);
    if (words[0].len < 2 || words[0].at[0] != '$' || count == 2 || count > 3)
        return refuse_condition(r, words[0]);
    err = take_subject(r, words[0], into);
    if (err == 0 && count == 3)
        err = take_comparison(r, words, into);
    return err;
}

/* The steps inside stand behind the condition, in the program around it. */
static int read_if(struct reader *r, struct location *l,
                   struct rewrite_if *condition)
{
    bool in_server = r->level->context == IN_SERVER;
    struct level *level =
        reader_level(r, in_server ? IN_SERVER_IF : IN_LOCATION_IF);
    struct rewrite_program *program = r->level->program;
    unsigned from = program->count;
    int err;

    if (!level)
        return -ENOMEM;
    level->settings = &l->settings;
    level->program = program;
    err = reader_block(r, level);
    condition->skip = program->count - from;
    return err;
}

static int set_if(struct reader *r, void *field)
{
    struct rewrite_if *condition = arena_alloc(r->arena, sizeof(*condition));
    struct location *l = arena_alloc(r->arena, sizeof(*l));
    int err;

    (void)field;
    if (!condition || !l)
        return -ENOMEM;
    l->kind = LOCATION_IF;
    l->place = r->place;
    err = take_condition(r, condition);
    if (err == 0)
        err = add_step(r, (struct rewrite_step){.kind = REWRITE_IF,
                                                .condition = condition});
    if (err == 0 && r->level->location) {
        l->name = r->level->location->name;
        condition->location = l;
        err = locations_keep(r, r->level, l);
    }
    return err < 0 ? err : read_if(r, l, condition);
}

/* clang-format off */
static const struct directive rows[] = {
    {"break", DIRECTIVE_DONE, IN_SL_IF, ARGS_0, set_break, .repeats = true},
    {"if", DIRECTIVE_DONE, IN_SL, ARGS_1_MORE | ENDS_IN_BLOCK, set_if,
     .repeats = true},
    {"return", DIRECTIVE_DONE, IN_SL_IF, ARGS_1_2, set_return,
     .repeats = true},
    {"rewrite", DIRECTIVE_DONE, IN_SL_IF, ARGS_2 | ARGS_3, set_rewrite,
     .repeats = true},
    {"rewrite_log", DIRECTIVE_DONE, IN_SL_IF | IN_HTTP, ARGS_1, set_flag,
     FIELD(TARGET_SETTINGS, struct settings, rewrite_log),
     .fallback = "off"},
    {"set", DIRECTIVE_DONE, IN_SL_IF, ARGS_2, set_set, .repeats = true},
};
/* clang-format on */

const struct directive_table directives_rewrite = {"rewrite", rows,
                                                   ARRAY_LEN(rows)};
