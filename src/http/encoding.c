#include "http/encoding.h"

#include "base/attr.h"

enum { ANY = ENCODING_COUNT, WHOLE = 1000 };

static const struct str names[] = {
    [ENCODING_IDENTITY] = STR("identity"),
    [ENCODING_GZIP] = STR("gzip"),
    [ENCODING_BROTLI] = STR("br"),
    [ENCODING_ZSTD] = STR("zstd"),
    [ANY] = STR("*"),
};

struct str encoding_name(enum encoding which)
{
    return names[which];
}

/* 0 to 1 with at most three digits behind the point (section 12.4.2). */
static uint16_t read_weight(struct str text)
{
    uint16_t weight = 0;
    uint16_t worth = WHOLE;

    if (text.len == 0 || text.len > 5 || text.at[0] < '0' || text.at[0] > '1')
        return 0;
    if (text.len > 1 && text.at[1] != '.')
        return 0;
    for (size_t i = 0; i < text.len; i++) {
        if (i == 1)
            continue;
        if (!str_is_digit(text.at[i]))
            return 0;
        weight = (uint16_t)(weight + (text.at[i] - '0') * worth);
        worth /= 10;
    }
    return weight <= WHOLE ? weight : 0;
}

static uint16_t weight_of(struct str parameters)
{
    while (parameters.at) {
        struct str value = str_cut(&parameters, ';');
        struct str name = str_trim(str_cut(&value, '='));

        if (str_equals_nocase(name, STR("q")))
            return read_weight(str_trim(value));
    }
    return WHOLE;
}

/* x-gzip is the same by section 8.4.1.3. */
static size_t find(struct str name)
{
    if (str_equals_nocase(name, STR("x-gzip")))
        return ENCODING_GZIP;
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (str_equals_nocase(name, names[i]))
            return i;
    return ARRAY_LEN(names);
}

void encoding_read(struct encodings *e, struct str line)
{
    while (line.at) {
        struct str parameters = str_cut(&line, ',');
        size_t which = find(str_trim(str_cut(&parameters, ';')));

        if (which == ARRAY_LEN(names) || e->named[which])
            continue;
        e->named[which] = true;
        e->weights[which] = weight_of(parameters);
    }
}

unsigned encoding_weight(const struct encodings *e, enum encoding which)
{
    unsigned weight = e->named[which] ? e->weights[which] : e->weights[ANY];

    if (e->named[ENCODING_IDENTITY] && which != ENCODING_IDENTITY &&
        weight < e->weights[ENCODING_IDENTITY])
        return 0;
    return weight;
}
