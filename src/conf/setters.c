#include "conf/setters.h"

#include <errno.h>

#include "conf/value.h"

int set_flag(struct reader *r, void *field)
{
    struct conf_flag *flag = field;

    if (!value_flag(r->words[1], &flag->on))
        return reader_error(r,
                            "invalid value \"%.*s\" in \"%s\" directive, it "
                            "must be \"on\" or \"off\"",
                            STR_ARG(r->words[1]), r->row->name);
    flag->place = r->place;
    return 0;
}

int set_choice(struct reader *r, void *field)
{
    struct conf_choice *choice = field;

    for (const struct directive_word *w = r->row->words; w->name; w++) {
        if (str_equals_nocase(r->words[1], str_of(w->name))) {
            *choice = (struct conf_choice){r->place, w->value};
            return 0;
        }
    }
    return reader_error(r, "invalid value \"%.*s\"", STR_ARG(r->words[1]));
}

static int keep_number(struct reader *r, struct conf_number *into, bool good,
                       uint64_t n)
{
    const struct directive_bounds *bounds = r->row->bounds;

    if (!good || (bounds && (n < bounds->min || n > bounds->max)))
        return reader_error(r, "\"%s\" directive invalid value", r->row->name);
    *into = (struct conf_number){r->place, n};
    return 0;
}

static int take_bit(struct reader *r, struct str word, int *bits)
{
    for (const struct directive_word *w = r->row->words; w->name; w++) {
        if (!str_equals_nocase(word, str_of(w->name)))
            continue;
        if (w->value & *bits)
            reader_warn(r, "duplicate value \"%.*s\"", STR_ARG(word));
        *bits |= w->value;
        return 0;
    }
    return reader_error(r, "invalid value \"%.*s\"", STR_ARG(word));
}

int set_bits(struct reader *r, void *field)
{
    struct conf_choice *choice = field;
    int bits = 0;
    int err = 0;

    for (unsigned i = 1; err == 0 && i < r->count; i++)
        err = take_bit(r, r->words[i], &bits);
    if (err == 0)
        *choice = (struct conf_choice){r->place, bits};
    return err;
}

int set_number(struct reader *r, void *field)
{
    uint64_t n = 0;

    if (!str_number(r->words[1], &n))
        return reader_error(r, "\"%s\" directive invalid number", r->row->name);
    return keep_number(r, field, true, n);
}

int set_size(struct reader *r, void *field)
{
    uint64_t n = 0;
    bool good = value_size(r->words[1], &n);

    return keep_number(r, field, good, n);
}

int set_time(struct reader *r, void *field)
{
    uint64_t ms = 0;
    bool good = value_time(r->words[1], &ms);

    return keep_number(r, field, good, ms);
}

int set_text(struct reader *r, void *field)
{
    *(struct conf_text *)field = (struct conf_text){r->place, r->words[1]};
    return 0;
}

int set_path(struct reader *r, void *field)
{
    struct str path = reader_path(r, r->conf->prefix, r->words[1]);

    if (!path.at)
        return -ENOMEM;
    *(struct conf_text *)field = (struct conf_text){r->place, path};
    return 0;
}

int set_fifo(struct reader *r, void *field)
{
    struct conf_path *into = field;
    struct str path = STR("");

    if (r->words[1].len == 0)
        return reader_error(r, "\"%s\" directive invalid value", r->row->name);
    if (!str_equals(r->words[1], STR("off")))
        path = reader_path(r, r->conf->prefix, r->words[1]);
    if (!path.at)
        return -ENOMEM;
    *into = (struct conf_path){r->place, path};
    return 0;
}
