/* str.c - comparing, searching and cutting text */
#include "base/str.h"
#include "base/attr.h"

static bool equals_nocase(const char *a, const char *b, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (str_lower(a[i]) != str_lower(b[i]))
            return false;
    return true;
}

bool str_equals_nocase(struct str a, struct str b)
{
    return a.len == b.len && equals_nocase(a.at, b.at, a.len);
}

bool str_starts_with(struct str text, struct str prefix)
{
    return text.len >= prefix.len &&
           str_equals((struct str){text.at, prefix.len}, prefix);
}

bool str_starts_with_nocase(struct str text, struct str prefix)
{
    return text.len >= prefix.len &&
           equals_nocase(text.at, prefix.at, prefix.len);
}

bool str_ends_with(struct str text, struct str suffix)
{
    return text.len >= suffix.len &&
           str_equals(str_from(text, text.len - suffix.len), suffix);
}

int str_compare(struct str a, struct str b)
{
    size_t shorter = a.len < b.len ? a.len : b.len;
    int order = shorter > 0 ? memcmp(a.at, b.at, shorter) : 0;

    if (order != 0)
        return order;
    return (a.len > b.len) - (a.len < b.len);
}

const char *str_find(struct str text, char c)
{
    return text.len > 0 ? memchr(text.at, c, text.len) : NULL;
}

const char *str_find_last(struct str text, char c)
{
    return text.len > 0 ? memrchr(text.at, c, text.len) : NULL;
}

struct str str_from(struct str text, size_t from)
{
    if (from > text.len)
        return (struct str){NULL, 0};
    return (struct str){text.at + from, text.len - from};
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

struct str str_trim(struct str text)
{
    while (text.len > 0 && is_blank(text.at[0])) {
        text.at++;
        text.len--;
    }
    while (text.len > 0 && is_blank(text.at[text.len - 1]))
        text.len--;
    return text;
}

struct str str_cut(struct str *rest, char separator)
{
    struct str before = *rest;
    const char *end = str_find(before, separator);

    if (!end) {
        *rest = (struct str){NULL, 0};
        return before;
    }
    before.len = (size_t)(end - before.at);
    *rest = (struct str){end + 1, rest->len - before.len - 1};
    return before;
}

bool str_number(struct str text, uint64_t *value)
{
    uint64_t n = 0;

    if (text.len == 0)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        if (!str_is_digit(text.at[i]) || __builtin_mul_overflow(n, 10U, &n) ||
            __builtin_add_overflow(n, (uint64_t)(text.at[i] - '0'), &n))
            return false;
    }
    *value = n;
    return true;
}

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* One row of the table of edits: `row` holds the distances from the first `i`
 * bytes of `a` to every beginning of `b`, and becomes that of i + 1. */
static void advance_row(unsigned *row, struct str a, struct str b, size_t i)
{
    unsigned diagonal = row[0];

    row[0] = (unsigned)i + 1;
    for (size_t j = 0; j < b.len; j++) {
        unsigned above = row[j + 1];
        unsigned change = diagonal + (a.at[i] != b.at[j]);

        row[j + 1] = least(least(above, row[j]) + 1, change);
        diagonal = above;
    }
}

unsigned str_distance(struct str a, struct str b, unsigned limit)
{
    unsigned row[65];
    size_t gap = a.len > b.len ? a.len - b.len : b.len - a.len;

    /* Names are short; what is longer than any name is far from all. */
    if (gap >= limit || b.len >= ARRAY_LEN(row))
        return str_equals(a, b) ? 0 : limit;
    for (size_t j = 0; j <= b.len; j++)
        row[j] = (unsigned)j;
    for (size_t i = 0; i < a.len; i++)
        advance_row(row, a, b, i);
    return least(row[b.len], limit);
}

int str_hex_value(char c)
{
    if (str_is_digit(c))
        return c - '0';
    c = str_lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}
