#include "conf/reader.h"

#include <errno.h>
#include <stdarg.h>

#include "base/log.h"
#include "conf/array.h"
#include "conf/unsupported.h"

/* More reasons than anybody reads at once. */
#define ERRORS_MAX 20

static void say(enum log_level level, struct place place, struct str hint,
                const char *format, va_list args)
{
    char text[1900];
    struct buf b = buf_over(text, sizeof(text));

    buf_vprintf(&b, format, args);
    if (place.file) {
        buf_put_char(&b, ' ');
        place_print(&b, place);
    }
    buf_put(&b, hint);
    log_at(level, "%.*s", STR_ARG(buf_str(&b)));
}

static void count_error(struct reader *r)
{
    if (++r->errors < ERRORS_MAX || r->stopped)
        return;
    log_at(LOG_EMERG, "too many errors, giving up");
    r->stopped = true;
}

int reader_error(struct reader *r, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    say(LOG_EMERG, r->place, STR(""), format, args);
    va_end(args);
    count_error(r);
    return -EINVAL;
}

int reader_error_hint(struct reader *r, struct str hint, const char *format,
                      ...)
{
    va_list args;

    va_start(args, format);
    say(LOG_EMERG, r->place, hint, format, args);
    va_end(args);
    count_error(r);
    return -EINVAL;
}

int reader_error_at(struct reader *r, struct place place, const char *format,
                    ...)
{
    va_list args;

    va_start(args, format);
    say(LOG_EMERG, place, STR(""), format, args);
    va_end(args);
    count_error(r);
    return -EINVAL;
}

void reader_warn(struct reader *r, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    say(LOG_WARN, r->place, STR(""), format, args);
    va_end(args);
}

void *reader_target(const struct directive *row, const struct level *level)
{
    switch (row->target) {
    case TARGET_MAIN:
        return level->main;
    case TARGET_SETTINGS:
        return level->settings;
    case TARGET_SERVER:
        return level->server_settings;
    case TARGET_NONE:
        break;
    }
    return NULL;
}

static const struct place *place_in(const struct directive *row,
                                    const void *target)
{
    return (const struct place *)(const void *)((const char *)target +
                                                row->place_at);
}

/* Calls the setter; what stands on this level already is a duplicate, but that
 * -g wins over the file, so that one file can start two servers. */
static int store(struct reader *r)
{
    char *target = reader_target(r->row, r->level);
    const struct place *old;

    if (!target)
        return r->row->set(r, NULL);
    old = place_in(r->row, target);
    if (place_is_set(*old) && !r->row->repeats) {
        if (old->file == place_command_line && r->file != old->file)
            return 0;
        return reader_error(r, "\"%s\" directive is duplicate", r->row->name);
    }
    return r->row->set(r, target + r->row->offset);
}

static int refuse_unknown(struct reader *r)
{
    const char *nearest = directive_nearest(r->words[0], r->level->context);
    char text[128];
    struct buf where = buf_over(text, sizeof(text));

    if (!nearest)
        return reader_error(r, "unknown directive \"%.*s\"",
                            STR_ARG(r->words[0]));
    buf_printf(&where, ", did you mean \"%s\"?", nearest);
    return reader_error_hint(r, buf_str(&where), "unknown directive \"%.*s\"",
                             STR_ARG(r->words[0]));
}

/* Is the row used as it may be? The order of the questions is nginx's. */
static int check_shape(struct reader *r, const struct directive *row,
                       bool block)
{
    struct str name = r->words[0];

    if (!(row->contexts & r->level->context))
        return reader_error(r, "\"%.*s\" directive is not allowed here",
                            STR_ARG(name));
    if (block && !(row->shape & (ENDS_IN_BLOCK | ENDS_EITHER)))
        return reader_error(r, "directive \"%.*s\" is not terminated by \";\"",
                            STR_ARG(name));
    if (!block && row->shape & ENDS_IN_BLOCK)
        return reader_error(r, "directive \"%.*s\" has no opening \"{\"",
                            STR_ARG(name));
    if (!directive_takes(row, r->count - 1))
        return reader_error(r,
                            "invalid number of arguments in \"%.*s\" directive",
                            STR_ARG(name));
    return 0;
}

static int obey_row(struct reader *r)
{
    switch (r->row->class) {
    case DIRECTIVE_DONE:
    case DIRECTIVE_OWN:
        return store(r);
    case DIRECTIVE_IGNORED:
        return 0;
    case DIRECTIVE_WARNED:
        return unsupported_warned(r);
    case DIRECTIVE_REFUSED:
        return unsupported_refused(r);
    case DIRECTIVE_LATER:
        return unsupported_later(r);
    }
    return -EINVAL;
}

static int obey(struct reader *r, bool block)
{
    const struct directive *row;
    int err;

    if (block && r->lexer->is_argument) {
        r->stopped = true;
        return reader_error(r,
                            "block directives are not supported in -g option");
    }
    row = directive_find(&r->directives, r->words[0]);
    if (r->level->entry && !str_equals(r->words[0], STR("include"))) {
        if (block)
            return reader_error(r, "unexpected \"{\"");
        return r->level->entry(r);
    }
    if (!row)
        return refuse_unknown(r);
    r->row = row;
    err = check_shape(r, row, block);
    return err < 0 ? err : obey_row(r);
}

static void stand_here(struct reader *r)
{
    r->place = (struct place){r->file, r->file ? r->lexer->line : 0};
    r->words = r->lexer->words;
    r->count = r->lexer->count;
}

/* The grammar is broken: what follows would be guesswork. */
static int stop(struct reader *r, struct str why)
{
    stand_here(r);
    r->stopped = true;
    return reader_error(r, "%.*s", STR_ARG(why));
}

/* What cannot be there once the text is understood, said as nginx does. */
static int stop_at(struct reader *r, enum lexer_end end)
{
    switch (end) {
    case LEXER_NO_MEMORY:
        return -ENOMEM;
    case LEXER_ERROR:
        return stop(r, r->lexer->why);
    case LEXER_BLOCK_CLOSE:
        return stop(r, STR("unexpected \"}\""));
    default:
        return stop(r, STR("unexpected end of file, expecting \"}\""));
    }
}

/* Nobody wants the block: moves past its closing brace. */
static int skip_block(struct reader *r)
{
    unsigned open = 1;

    r->block_pending = false;
    if (r->row && r->row->shape & RAW_BLOCK)
        return lexer_skip_raw(r->lexer) ? 0 : stop_at(r, LEXER_EOF);
    while (open) {
        enum lexer_end end = lexer_next(r->lexer);

        if (end == LEXER_BLOCK_OPEN)
            open++;
        else if (end == LEXER_BLOCK_CLOSE)
            open--;
        else if (end != LEXER_DIRECTIVE)
            return stop_at(r, end);
    }
    return 0;
}

static int obey_and_skip(struct reader *r, bool block)
{
    int err;

    stand_here(r);
    r->row = NULL;
    r->block_pending = block;
    err = obey(r, block);
    if (err != -ENOMEM && !r->stopped && r->block_pending && skip_block(r) < 0)
        err = r->stopped ? -EINVAL : -ENOMEM;
    r->block_pending = false;
    return err;
}

/* Everything up to the end of the file, or of the block. */
static int read_lines(struct reader *r, bool in_block)
{
    for (;;) {
        enum lexer_end end = lexer_next(r->lexer);
        int err;

        if (end == (in_block ? LEXER_BLOCK_CLOSE : LEXER_EOF))
            return 0;
        if (end != LEXER_DIRECTIVE && end != LEXER_BLOCK_OPEN)
            return stop_at(r, end);
        err = obey_and_skip(r, end == LEXER_BLOCK_OPEN);
        if (err == -ENOMEM || r->stopped)
            return err < 0 ? err : -EINVAL;
    }
}

struct level *reader_level(struct reader *r, unsigned context)
{
    struct level *level = arena_alloc(r->arena, sizeof(*level));

    if (!level)
        return NULL;
    *level = (struct level){
        .context = context,
        .settings = r->level->settings,
        .server = r->level->server,
        .location = r->level->location,
    };
    return level;
}

int reader_block(struct reader *r, struct level *level)
{
    int err;

    if (r->depth >= READER_DEPTH_MAX) {
        r->stopped = true;
        return reader_error(r, "blocks are nested too deeply");
    }
    level->parent = r->level;
    r->level = level;
    r->block_pending = false;
    r->depth++;
    err = read_lines(r, true);
    r->depth--;
    r->level = level->parent;
    return err;
}

/* Where the reader stands; put back when an inner text is over. */
struct stand {
    struct lexer *lexer;
    const char *file;
    const struct directive *row;
    struct place place;
    struct str *words;
    unsigned count;
};

static struct stand leave(const struct reader *r)
{
    return (struct stand){r->lexer, r->file,  r->row,
                          r->place, r->words, r->count};
}

static void come_back(struct reader *r, const struct stand *s)
{
    r->lexer = s->lexer;
    r->file = s->file;
    r->row = s->row;
    r->place = s->place;
    r->words = s->words;
    r->count = s->count;
}

/* What the text told prong beside its directives. */
static int keep_comments(struct reader *r, const struct lexer *lexer,
                         const char *file)
{
    for (const struct lexer_comment *c = lexer->comments; c; c = c->next) {
        struct conf_comment *kept = arena_alloc(r->arena, sizeof(*kept));

        if (!kept)
            return -ENOMEM;
        kept->next = r->conf->comments;
        kept->place = (struct place){file, c->line};
        kept->text = arena_copy(r->arena, c->text);
        kept->alone = c->alone;
        if (!kept->text.at)
            return -ENOMEM;
        r->conf->comments = kept;
    }
    return 0;
}

int reader_text(struct reader *r, struct str text, const char *file)
{
    struct stand outer = leave(r);
    struct lexer lexer;
    int err;

    lexer_open(&lexer, text, r->arena);
    lexer.is_argument = file == place_command_line;
    r->lexer = &lexer;
    r->file = file;
    r->depth++;
    err = read_lines(r, false);
    r->depth--;
    come_back(r, &outer);
    if (keep_comments(r, &lexer, file) < 0)
        return -ENOMEM;
    return err;
}

int reader_default(struct reader *r, const struct directive *row,
                   struct level *level, struct str words)
{
    struct level *outer = r->level;
    struct str text =
        arena_printf(r->arena, "%s %.*s%s", row->name, STR_ARG(words),
                     row->shape & ENDS_IN_BLOCK ? "" : ";");
    int err;

    if (!text.at)
        return -ENOMEM;
    r->level = level;
    err = reader_text(r, text, NULL);
    r->level = outer;
    return err;
}

/* ---- what setters need ---- */

struct str reader_path(struct reader *r, struct str base, struct str path)
{
    if (path.len && path.at[0] == '/')
        return arena_copy(r->arena, path);
    return arena_printf(r->arena, "%.*s%.*s", STR_ARG(base), STR_ARG(path));
}

int reader_template(struct reader *r, struct str text, struct template *into)
{
    struct template_scope scope = {
        .arena = r->arena,
        .users = &r->conf->uservars,
        .place = r->place,
    };
    int err = template_parse(into, text, &scope);

    if (err == -EINVAL)
        return reader_error(r, "%.*s", STR_ARG(scope.why));
    return err;
}

int reader_pattern(struct reader *r, struct str text, bool nocase,
                   const struct pattern **into)
{
    struct pattern_scope scope = {
        .list = &r->conf->patterns,
        .users = &r->conf->uservars,
        .arena = r->arena,
        .place = r->place,
    };
    int err = pattern_get(into, text, nocase, &scope);

    if (err == -EINVAL)
        return reader_error(r, "%.*s", STR_ARG(scope.why));
    return err;
}

struct uservar *reader_uservar(struct reader *r, struct str word, int *err)
{
    struct str name = str_from(word, 1);
    enum variable which;
    struct uservar *v;

    if (word.len < 2 || word.at[0] != '$') {
        *err = reader_error(r, "invalid variable name \"%.*s\"", STR_ARG(word));
        return NULL;
    }
    if (template_is_builtin(name, &which) && which < VARIABLE_NAMES) {
        *err =
            reader_error(r, "the duplicate \"%.*s\" variable", STR_ARG(name));
        return NULL;
    }
    v = uservar_refer(&r->conf->uservars, r->arena, name, r->place);
    *err = v ? 0 : -ENOMEM;
    return v;
}

void *reader_grow(struct reader *r, void *array, size_t count, size_t size)
{
    return array_grow(r->arena, array, count, size);
}

int reader_keep_log(struct reader *r, struct conf_log *log)
{
    struct conf_log **logs;

    if (log->number != UINT16_MAX)
        return 0;
    if (r->conf->log_count == UINT16_MAX)
        return reader_error(r, "too many log files");
    logs = reader_grow(r, r->conf->logs, r->conf->log_count,
                       sizeof(struct conf_log *));
    if (!logs)
        return -ENOMEM;
    log->number = (uint16_t)r->conf->log_count;
    r->conf->logs = logs;
    logs[r->conf->log_count++] = log;
    return 0;
}
