#include "conf/value.h"

#include "base/attr.h"

bool value_size(struct str text, uint64_t *bytes)
{
    static const char units[] = "kmg";
    unsigned shift = 0;
    uint64_t n;

    if (text.len == 0)
        return false;
    for (unsigned i = 0; units[i]; i++) {
        if (str_lower(text.at[text.len - 1]) == units[i])
            shift = (i + 1) * 10;
    }
    if (shift)
        text.len--;
    if (!str_number(text, &n) || n > (uint64_t)INT64_MAX >> shift)
        return false;
    *bytes = n << shift;
    return true;
}

struct unit {
    struct str name;
    uint64_t ms;
};

#define SECOND_MS UINT64_C(1000)
#define DAY_MS (86400 * SECOND_MS)

/* In falling order: a unit may only be followed by those behind it. */
static const struct unit units[] = {
    {{"y", 1}, 365 * DAY_MS},     {{"M", 1}, 30 * DAY_MS},
    {{"w", 1}, 7 * DAY_MS},       {{"d", 1}, DAY_MS},
    {{"h", 1}, 3600 * SECOND_MS}, {{"m", 1}, 60 * SECOND_MS},
    {{"s", 1}, SECOND_MS},        {{"ms", 2}, 1},
    {{"", 0}, SECOND_MS},
};

static struct str take_while(struct str *text, bool digits)
{
    size_t len = 0;
    struct str taken;

    while (len < text->len && text->at[len] != ' ' &&
           str_is_digit(text->at[len]) == digits)
        len++;
    taken = (struct str){text->at, len};
    text->at += len;
    text->len -= len;
    return taken;
}

static void skip_spaces(struct str *text)
{
    while (text->len && text->at[0] == ' ') {
        text->at++;
        text->len--;
    }
}

/* The row of `name` among those behind `*after`, which moves to it. */
static const struct unit *find_unit(struct str name, size_t *after)
{
    for (; *after < ARRAY_LEN(units); ++*after) {
        if (str_equals(units[*after].name, name))
            return &units[(*after)++];
    }
    return NULL;
}

bool value_time(struct str text, uint64_t *ms)
{
    uint64_t total = 0;
    size_t after = 0;

    if (text.len == 0)
        return false;
    while (text.len) {
        const struct unit *unit;
        uint64_t n;

        if (!str_number(take_while(&text, true), &n))
            return false;
        unit = find_unit(take_while(&text, false), &after);
        if (!unit || n > INT64_MAX / unit->ms ||
            n * unit->ms > INT64_MAX - total)
            return false;
        total += n * unit->ms;
        skip_spaces(&text);
    }
    *ms = total;
    return true;
}

bool value_flag(struct str text, bool *on)
{
    bool is_on = str_equals_nocase(text, STR("on"));

    if (!is_on && !str_equals_nocase(text, STR("off")))
        return false;
    *on = is_on;
    return true;
}
