#include "conf/lexer.h"

#include <string.h>

void lexer_open(struct lexer *x, struct str text, struct arena *arena)
{
    *x = (struct lexer){
        .at = text.at,
        .begin = text.at,
        .end = text.at ? text.at + text.len : NULL,
        .line = 1,
        .arena = arena,
    };
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static enum lexer_end fail(struct lexer *x, struct str why)
{
    x->why = why;
    return why.at ? LEXER_ERROR : LEXER_NO_MEMORY;
}

static enum lexer_end fail_char(struct lexer *x, char c)
{
    return fail(x, arena_printf(x->arena, "unexpected \"%c\"", c));
}

static enum lexer_end fail_end(struct lexer *x)
{
    if (x->is_argument)
        return fail(x, STR("unexpected end of parameter, expecting \";\""));
    return fail(x, STR("unexpected end of file, expecting \";\" or \"}\""));
}

/* Does nothing but blanks stand before `p` on its line? */
static bool begins_line(const struct lexer *x, const char *p)
{
    while (p > x->begin && p[-1] != '\n' && is_space(p[-1]))
        p--;
    return p == x->begin || p[-1] == '\n';
}

/* Keeps the comment from `hash` to `end` if it speaks to prong. */
static bool keep_comment(struct lexer *x, const char *hash, const char *end)
{
    struct str text = str_trim(str_between(hash + 1, end));
    struct lexer_comment *c;

    if (!str_starts_with(text, STR("prong:")))
        return true;
    c = arena_alloc(x->arena, sizeof(*c));
    if (!c)
        return false;
    *c = (struct lexer_comment){
        .next = x->comments,
        .text = str_trim(str_from(text, strlen("prong:"))),
        .line = x->line,
        .alone = begins_line(x, hash),
    };
    x->comments = c;
    return true;
}

/* Moves from "#" to the end of its line. */
static bool skip_comment(struct lexer *x)
{
    const char *hash = x->at;
    const char *end = memchr(hash, '\n', (size_t)(x->end - hash));

    x->at = end ? end : x->end;
    end = x->at;
    return keep_comment(x, hash, end[-1] == '\r' ? end - 1 : end);
}

/* Moves past spaces and comments; LEXER_DIRECTIVE: something follows. */
static enum lexer_end skip_blank(struct lexer *x)
{
    while (x->at < x->end) {
        if (*x->at == '#') {
            if (!skip_comment(x))
                return LEXER_NO_MEMORY;
            continue;
        }
        if (!is_space(*x->at))
            return LEXER_DIRECTIVE;
        x->line += *x->at == '\n';
        x->at++;
    }
    return LEXER_EOF;
}

/* Where the word that begins here ends: at the closing quote, or at the space,
 * `;` or `{` behind it. NULL when the text ends first. */
static const char *find_word_end(struct lexer *x, char quote)
{
    bool escaped = false;
    bool dollar = false;

    for (const char *p = x->at; p < x->end; p++) {
        char c = *p;

        if (!quote && !escaped && (is_space(c) || c == ';'))
            return p;
        if (!quote && !escaped && c == '{' && !dollar)
            return p;
        if (quote && !escaped && c == quote)
            return p;
        if (c == '\n')
            x->line++;
        dollar = !escaped && (c == '$' || (c == '{' && dollar));
        escaped = !escaped && c == '\\';
    }
    return NULL;
}

/* What stands for the backslash and `c`; 0 when both stay. */
static char unescape(char c)
{
    switch (c) {
    case '"':
    case '\'':
    case '\\':
        return c;
    case 't':
        return '\t';
    case 'r':
        return '\r';
    case 'n':
        return '\n';
    default:
        return 0;
    }
}

static bool copy_word(struct lexer *x, struct str raw, struct str *word)
{
    char *into = arena_alloc(x->arena, raw.len + 1);
    size_t len = 0;

    if (!into)
        return false;
    for (size_t i = 0; i < raw.len; i++) {
        char c = raw.at[i];

        if (c == '\\' && i + 1 < raw.len && unescape(raw.at[i + 1]))
            c = unescape(raw.at[++i]);
        into[len++] = c;
    }
    *word = (struct str){into, len};
    return true;
}

static bool make_room(struct lexer *x)
{
    unsigned room = x->room ? x->room * 2 : 16;
    struct str *words;

    if (x->count < x->room)
        return true;
    words = arena_alloc_array(x->arena, room, sizeof(*words));
    if (!words)
        return false;
    if (x->count)
        memcpy(words, x->words, x->count * sizeof(*words));
    x->words = words;
    x->room = room;
    return true;
}

static enum lexer_end fail_long(struct lexer *x, char quote)
{
    if (quote)
        return fail(x, arena_printf(x->arena,
                                    "too long parameter, probably missing "
                                    "terminating \"%c\" character",
                                    quote));
    return fail(x,
                arena_printf(x->arena,
                             "too long parameter \"%.10s...\" started", x->at));
}

/* Takes one word; LEXER_DIRECTIVE means that it went well. */
static enum lexer_end take_word(struct lexer *x)
{
    char quote = *x->at == '"' || *x->at == '\'' ? *x->at : 0;
    unsigned line = x->line;
    const char *end;

    if (quote)
        x->at++;
    end = find_word_end(x, quote);
    if ((end ? end : x->end) - x->at > LEXER_WORD_MAX) {
        x->line = line;
        return fail_long(x, quote);
    }
    if (!end)
        return fail_end(x);
    if (!make_room(x) ||
        !copy_word(x, str_between(x->at, end), &x->words[x->count]))
        return LEXER_NO_MEMORY;
    x->count++;
    x->at = quote ? end + 1 : end;
    /* A quoted word must be followed by a space, or by what ends all words;
     * ")" may follow it, as in `if ($a = "b")`. */
    if (quote && x->at < x->end && !is_space(*x->at) && *x->at != ';' &&
        *x->at != '{' && *x->at != ')')
        return fail_char(x, *x->at);
    return LEXER_DIRECTIVE;
}

enum lexer_end lexer_next(struct lexer *x)
{
    enum lexer_end end;

    x->count = 0;
    while ((end = skip_blank(x)) == LEXER_DIRECTIVE) {
        char c = *x->at;

        if (c == ';' || c == '{') {
            x->at++;
            if (x->count == 0)
                return fail_char(x, c);
            return c == ';' ? LEXER_DIRECTIVE : LEXER_BLOCK_OPEN;
        }
        if (c == '}') {
            x->at++;
            return x->count ? fail_char(x, c) : LEXER_BLOCK_CLOSE;
        }
        end = take_word(x);
        if (end != LEXER_DIRECTIVE)
            return end;
    }
    return end == LEXER_EOF && x->count ? fail_end(x) : end;
}

/* Where the quoted text that begins at `p` ends: at its quote or its line. */
static const char *skip_quoted(const char *p, const char *end)
{
    char quote = *p++;

    while (p < end && *p != quote && *p != '\n')
        p += *p == '\\' && p + 1 < end ? 2 : 1;
    return p < end && *p == quote ? p + 1 : p;
}

static bool begins_comment(const char *p, const char *end)
{
    return end - p >= 2 &&
           ((p[0] == '-' && p[1] == '-') || (p[0] == '/' && p[1] == '/'));
}

bool lexer_skip_raw(struct lexer *x)
{
    unsigned open = 1;
    const char *p = x->at;

    while (p < x->end && open) {
        if (*p == '"' || *p == '\'') {
            p = skip_quoted(p, x->end);
            continue;
        }
        if (begins_comment(p, x->end)) {
            while (p < x->end && *p != '\n')
                p++;
            continue;
        }
        open += *p == '{';
        open -= *p == '}';
        x->line += *p == '\n';
        p++;
    }
    x->at = p;
    return open == 0;
}
