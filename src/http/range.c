/* range.c - reading Range, writing Content-Range */
#include "http/range.h"

#include <stdbool.h>

/* Digits alone, of any number: what does not fit is as far as can be. */
static bool read_position(struct str text, uint64_t *value)
{
    if (text.len == 0)
        return false;
    for (size_t i = 0; i < text.len; i++)
        if (!str_is_digit(text.at[i]))
            return false;
    if (!str_number(text, value))
        *value = UINT64_MAX;
    return true;
}

/* "-500": the last 500 bytes. */
static bool read_suffix(struct str text, uint64_t size, struct range *range)
{
    uint64_t len;

    if (!read_position(text, &len))
        return false;
    if (len > size)
        len = size;
    *range = (struct range){size - len, len};
    return true;
}

/* "0-499" and "500-". */
static bool read_between(struct str first, struct str last, uint64_t size,
                         struct range *range)
{
    uint64_t from, to = UINT64_MAX;

    if (!read_position(first, &from) ||
        (last.len > 0 && (!read_position(last, &to) || to < from)))
        return false;
    *range = (struct range){.at = from};
    if (from < size)
        range->len = (to < size ? to : size - 1) - from + 1;
    return true;
}

/* One range of the list; its length is 0 when it is past the end. False when it
 * is malformed. */
static bool read_range(struct str text, uint64_t size, struct range *range)
{
    struct str last = text;
    struct str first = str_cut(&last, '-');

    if (!last.at)
        return false;
    if (first.len == 0)
        return read_suffix(last, size, range);
    return read_between(first, last, size, range);
}

/* The list behind "bytes=". An empty element is none (RFC 9110 5.6.1.2). */
static bool read_ranges(struct str rest, uint64_t size, struct range_set *set)
{
    unsigned asked = 0;

    while (rest.at) {
        struct str text = str_trim(str_cut(&rest, ','));
        struct range range;

        if (text.len == 0)
            continue;
        if (asked++ == RANGE_MAX || !read_range(text, size, &range))
            return false;
        /* An empty body has no range to send, but as a whole it is what was
         * asked for from its beginning on. */
        if (size == 0 && range.at == 0)
            return false;
        if (range.len > 0)
            set->ranges[set->count++] = range;
    }
    return asked > 0;
}

/* More bytes than the body has can only come from ranges that overlap: nobody
 * needs them, and an attacker could ask for a large file many times over. */
static bool is_modest(const struct range_set *set, uint64_t size)
{
    uint64_t left = size;

    for (unsigned i = 0; i < set->count; i++) {
        if (set->ranges[i].len > left)
            return false;
        left -= set->ranges[i].len;
    }
    return true;
}

enum range_verdict range_parse(struct str value, uint64_t size,
                               struct range_set *set)
{
    struct range_set found = {0};

    if (!str_starts_with_nocase(value, STR("bytes=")) ||
        !read_ranges(str_from(value, strlen("bytes=")), size, &found))
        return RANGE_WHOLE;
    if (found.count == 0)
        return RANGE_UNSATISFIABLE;
    if (!is_modest(&found, size))
        return RANGE_WHOLE;
    *set = found;
    return RANGE_PARTIAL;
}

void range_put_content(struct buf *into, struct range range, uint64_t size)
{
    buf_put(into, STR("bytes "));
    buf_put_number(into, range.at);
    buf_put_char(into, '-');
    buf_put_number(into, range.at + range.len - 1);
    buf_put_char(into, '/');
    buf_put_number(into, size);
}

void range_put_unsatisfied(struct buf *into, uint64_t size)
{
    buf_put(into, STR("bytes */"));
    buf_put_number(into, size);
}
