/* lexer.h - nginx's grammar: words, quotes, escapes, `;` `{` `}` `#`
 *
 * Reads a text in memory, one directive (or one closing brace) at a time. */
#ifndef PRONG_CONF_LEXER_H
#define PRONG_CONF_LEXER_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/str.h"

/* As nginx: a longer word is taken for a quote that was never closed. */
#define LEXER_WORD_MAX 4096

enum lexer_end {
    LEXER_DIRECTIVE,   /* words, then ";" */
    LEXER_BLOCK_OPEN,  /* words, then "{" */
    LEXER_BLOCK_CLOSE, /* "}", no words */
    LEXER_EOF,         /* the text is over, no words */
    LEXER_ERROR,       /* `why` says what nginx would say */
    LEXER_NO_MEMORY,
};

/* "# prong: TEXT": a comment that speaks to prong. */
struct lexer_comment {
    struct lexer_comment *next; /* the one before it */
    struct str text;            /* behind "prong:", trimmed; in the text read */
    unsigned line;
    bool alone; /* nothing else stands on its line */
};

struct lexer {
    const char *at;
    const char *end;
    unsigned line; /* of what was read last */
    struct arena *arena;
    bool is_argument; /* the text of -g: its end is worded differently */

    struct str *words; /* of the last directive; ended by NUL each */
    unsigned count;
    unsigned room;
    struct str why;                 /* arena */
    struct lexer_comment *comments; /* the newest first; arena */
    const char *begin;
};

/* Begins at the first line of the text, which must outlive the lexer. Words
 * and reasons live in the arena; the array of words until the next call. */
void lexer_open(struct lexer *x, struct str text, struct arena *arena);

enum lexer_end lexer_next(struct lexer *x);

/* After LEXER_BLOCK_OPEN: moves past the brace that closes a block of Lua or
 * JavaScript. False when there is none. */
bool lexer_skip_raw(struct lexer *x);

#endif
