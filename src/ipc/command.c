/* command.c - what did the operator ask for? */
#include "ipc/command.h"

#include <inttypes.h>

#include "base/attr.h"

enum argument { ARGUMENT_NONE, ARGUMENT_AMOUNT, ARGUMENT_LEVEL };
enum { SHOWN_BYTES = 60, NEAR_EDITS = 2, AMOUNT_MAX = 1000000 };

static const struct {
    const char *name;
    enum argument argument;
} rows[] = {
#define COMMAND_ROW(verb, name, argument, help) {name, ARGUMENT_##argument},
    COMMANDS(COMMAND_ROW)
#undef COMMAND_ROW
};

const char *command_name(enum command_verb verb)
{
    return rows[verb].name;
}

const char *command_origin_name(enum command_origin by)
{
    static const char *const names[] = {"fifo", "signal", "terminal"};

    return names[by];
}

bool command_verb_parse(struct str name, enum command_verb *verb)
{
    for (unsigned i = 0; i < COMMAND_COUNT; i++) {
        if (str_equals(name, str_of(rows[i].name))) {
            *verb = (enum command_verb)i;
            return true;
        }
    }
    return false;
}

const char *command_nearest(struct str word)
{
    const char *nearest = NULL;
    unsigned least = NEAR_EDITS + 1;

    for (unsigned i = 0; i < COMMAND_COUNT; i++) {
        unsigned edits =
            str_distance(word, str_of(rows[i].name), NEAR_EDITS + 1);

        if (edits < least) {
            least = edits;
            nearest = rows[i].name;
        }
    }
    return nearest;
}

void command_print_verbs(struct buf *into)
{
    for (unsigned i = 0; i < COMMAND_COUNT; i++)
        buf_printf(into, "%s%s", i == 0 ? "" : ", ", rows[i].name);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static struct str trim(struct str line)
{
    while (line.len > 0 && is_blank(line.at[0]))
        line = str_from(line, 1);
    while (line.len > 0 && is_blank(line.at[line.len - 1]))
        line.len--;
    return line;
}

static struct str cut_word(struct str *rest)
{
    struct str word = *rest;

    word.len = 0;
    while (word.len < rest->len && !is_blank(rest->at[word.len]))
        word.len++;
    *rest = trim(str_from(*rest, word.len));
    return word;
}

static void put_shown(struct buf *why, struct str line)
{
    struct str shown = line;

    if (shown.len > SHOWN_BYTES)
        shown.len = SHOWN_BYTES;
    buf_put(why, STR("\""));
    buf_put_escaped(why, shown);
    buf_put(why, shown.len < line.len ? STR("...\"") : STR("\""));
}

static bool refuse_verb(struct str line, struct str word, struct buf *why)
{
    const char *nearest = command_nearest(word);

    buf_put(why, STR("unknown command "));
    put_shown(why, line);
    if (nearest)
        buf_printf(why, ", did you mean \"%s\"?", nearest);
    buf_put(why, STR(" (commands: "));
    command_print_verbs(why);
    buf_put(why, STR(")"));
    return false;
}

static bool refuse_argument(struct str line, const char *wants, struct buf *why)
{
    buf_put(why, STR("invalid command "));
    put_shown(why, line);
    buf_printf(why, ": %s", wants);
    return false;
}

static bool parse_amount(struct command *into, struct str text)
{
    uint64_t number;
    bool is_less = text.len > 0 && text.at[0] == '-';

    into->is_relative = is_less || (text.len > 0 && text.at[0] == '+');
    if (!str_number(str_from(text, into->is_relative ? 1 : 0), &number) ||
        number > AMOUNT_MAX)
        return false;
    into->amount = is_less ? -(int64_t)number : (int64_t)number;
    return true;
}

bool command_parse(struct command *into, struct str line, struct buf *why)
{
    struct command read = {0};
    struct str rest = trim(line);
    struct str whole = rest;
    struct str word = cut_word(&rest);

    if (whole.len == 0)
        return false;
    if (!command_verb_parse(word, &read.verb))
        return refuse_verb(whole, word, why);
    switch (rows[read.verb].argument) {
    case ARGUMENT_NONE:
        if (rest.len > 0)
            return refuse_argument(whole, "it takes no argument", why);
        break;
    case ARGUMENT_AMOUNT:
        if (!parse_amount(&read, rest))
            return refuse_argument(whole, "it takes N, +N or -N", why);
        break;
    case ARGUMENT_LEVEL:
        if (!log_level_parse(rest, &read.level) || read.level < LOG_EMERG)
            return refuse_argument(whole,
                                   "it takes emerg, alert, crit, error, warn, "
                                   "notice, info or debug",
                                   why);
        break;
    }
    *into = read;
    return true;
}

void command_print(struct buf *into, const struct command *command)
{
    buf_put(into, str_of(command_name(command->verb)));
    switch (rows[command->verb].argument) {
    case ARGUMENT_NONE:
        break;
    case ARGUMENT_AMOUNT:
        buf_printf(into, command->is_relative ? " %+" PRId64 : " %" PRId64,
                   command->amount);
        break;
    case ARGUMENT_LEVEL:
        buf_printf(into, " %s", log_level_name(command->level));
        break;
    }
}
