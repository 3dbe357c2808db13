/* str.h - text as a pointer and a length, owned by somebody else */
#ifndef PRONG_BASE_STR_H
#define PRONG_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Not ended by NUL unless whoever made it says so. The zero value is the empty
 * text. */
struct str {
    const char *at;
    size_t len;
};

/* A literal, and the two arguments that "%.*s" wants. */
#define STR(literal) ((struct str){(literal), sizeof(literal) - 1})
#define STR_ARG(text) (int)(text).len, (text).at ? (text).at : ""

static inline struct str str_of(const char *terminated)
{
    return (struct str){terminated, terminated ? strlen(terminated) : 0};
}

/* The bytes between two pointers into one text. */
static inline struct str str_between(const char *from, const char *to)
{
    return (struct str){from, (size_t)(to - from)};
}

static inline bool str_equals(struct str a, struct str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}

/* Equal but for the case of ASCII letters, whatever the locale. */
bool str_equals_nocase(struct str a, struct str b);

bool str_starts_with(struct str text, struct str prefix);
bool str_starts_with_nocase(struct str text, struct str prefix);
bool str_ends_with(struct str text, struct str suffix);

/* <0, 0, >0 by bytes; the shorter one is less where one begins the other. */
int str_compare(struct str a, struct str b);

/* Where the byte first (last) stands, or NULL. */
const char *str_find(struct str text, char c);
const char *str_find_last(struct str text, char c);

/* The text from `from` on; the empty text where there is no such place. */
struct str str_from(struct str text, size_t from);

/* Without the spaces and tabs at both ends (RFC 9110 section 5.6.3, OWS). */
struct str str_trim(struct str text);

/* Cuts the text at the next `separator`: returns what stands before it and
 * leaves in `rest` what stands behind. At the end `rest` is the empty text
 * with a NULL `at`, so `while (rest.at)` walks every part. */
struct str str_cut(struct str *rest, char separator);

/* The whole text as a decimal number: digits only. False, with `value` as it
 * was, for anything else and for what does not fit. */
bool str_number(struct str text, uint64_t *value);

/* How many single-byte edits make one text of the other; at most `limit`.
 * For "did you mean". */
unsigned str_distance(struct str a, struct str b, unsigned limit);

static inline char str_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

static inline bool str_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The value of a hexadecimal digit, or -1. */
int str_hex_value(char c);

#endif
