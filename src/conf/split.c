/* split.c - reads "split_clients", and finds the part of a client */
#include "conf/split.h"

#include <errno.h>

#include "conf/reader.h"

enum { WHOLE = 10000 }; /* hundredths of a percent */

struct str split_find(const struct split *s, uint32_t hash)
{
    for (unsigned i = 0; i < s->count; i++) {
        const struct split_part *p = &s->parts[i];

        if (p->share == 0 || hash < p->below)
            return p->value;
    }
    return STR("");
}

/* "12.5%": 1250. */
static bool read_share(struct str text, uint32_t *share)
{
    struct str fraction, whole = text;
    uint64_t n = 0, hundredths = 0;

    if (!str_ends_with(text, STR("%")))
        return false;
    whole.len--;
    fraction = whole;
    whole = str_cut(&fraction, '.');
    if ((whole.len > 0 && !str_number(whole, &n)) || n > WHOLE)
        return false;
    if (fraction.len > 2 ||
        (fraction.len > 0 && !str_number(fraction, &hundredths)))
        return false;
    if (fraction.len == 1)
        hundredths *= 10;
    *share = (uint32_t)(n * 100 + hundredths);
    return *share > 0;
}

static int read_line(struct reader *r)
{
    struct split *s = r->level->entry_data;
    struct split_part part = {.value = r->words[1]};
    struct split_part *parts;

    if (r->count != 2)
        return reader_error(r,
                            "invalid number of the split_clients parameters");
    if (!str_equals(r->words[0], STR("*")) &&
        !read_share(r->words[0], &part.share))
        return reader_error(r, "invalid percent value \"%.*s\"",
                            STR_ARG(r->words[0]));
    parts = reader_grow(r, s->parts, s->count, sizeof(*parts));
    if (!parts)
        return -ENOMEM;
    s->parts = parts;
    parts[s->count++] = part;
    return 0;
}

/* The borders are rounded as nginx rounds them. */
static int settle(struct reader *r, struct place place, struct split *s)
{
    uint64_t sum = 0;
    uint32_t below = 0;

    for (unsigned i = 0; i < s->count; i++) {
        struct split_part *p = &s->parts[i];

        sum = p->share ? sum + p->share : WHOLE;
        if (sum > WHOLE)
            return reader_error_at(r, place,
                                   "percent total is greater than 100%%");
        below += (uint32_t)(p->share * (uint64_t)UINT32_MAX / WHOLE);
        p->below = below;
    }
    return 0;
}

int split_set(struct reader *r, void *field)
{
    struct level *level = reader_level(r, r->level->context);
    struct split *s = arena_alloc(r->arena, sizeof(*s));
    struct place place = r->place;
    struct uservar *v;
    int err;

    (void)field;
    if (!level || !s)
        return -ENOMEM;
    err = reader_template(r, r->words[1], &s->subject);
    if (err < 0)
        return err;
    v = reader_uservar(r, r->words[2], &err);
    if (!v)
        return err;
    level->entry = read_line;
    level->entry_data = s;
    err = reader_block(r, level);
    uservar_define(v, USERVAR_SPLIT, s, place);
    return err < 0 ? err : settle(r, place, s);
}
