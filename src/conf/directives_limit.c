/* directives_limit.c - how often, and by how many at once */
#include <errno.h>

#include "base/log.h"
#include "conf/directives.h"
#include "conf/setters.h"
#include "conf/value.h"
#include "conf/zones.h"

enum {
    ZONE_MIN = 8 * 4096,
    THOUSANDTHS = 1000,
    /* What 24 bits hold of thousandths; see content/limit. */
    BURST_MAX = 16776,
    CONNECTIONS_MAX = 65535,
};

static int refuse(struct reader *r, const char *what, struct str word)
{
    return reader_error(r, "invalid %s \"%.*s\"", what, STR_ARG(word));
}

/* What stands behind "name=" in the word; `at` NULL: it is another. */
static struct str value_of(struct str word, struct str name)
{
    return str_starts_with(word, name) ? str_from(word, name.len)
                                       : (struct str){0};
}

/* ---- limit_req_zone, limit_conn_zone ---- */

struct declaration {
    struct str name;
    uint64_t size;
    uint64_t rate;
};

static int take_size(struct reader *r, struct str word, struct declaration *d)
{
    struct str size = value_of(word, STR("zone="));

    d->name = str_cut(&size, ':');
    if (d->name.len == 0 || !size.at)
        return refuse(r, "zone size", word);
    if (!value_size(size, &d->size))
        return refuse(r, "zone size", word);
    if (d->size < ZONE_MIN)
        return reader_error(r, "zone \"%.*s\" is too small", STR_ARG(word));
    return 0;
}

static int take_rate(struct reader *r, struct str word, struct declaration *d)
{
    struct str text = value_of(word, STR("rate="));
    uint64_t scale = 1;

    if (str_ends_with(text, STR("r/s")))
        text.len -= 3;
    else if (str_ends_with(text, STR("r/m"))) {
        text.len -= 3;
        scale = 60;
    }
    if (!str_number(text, &d->rate) || d->rate == 0 || d->rate > 1000000)
        return refuse(r, "rate", word);
    d->rate = d->rate * THOUSANDTHS / scale;
    return 0;
}

static int take_zone_word(struct reader *r, struct str word,
                          struct declaration *d, bool has_rate)
{
    if (str_starts_with(word, STR("zone=")))
        return take_size(r, word, d);
    if (has_rate && str_starts_with(word, STR("rate=")))
        return take_rate(r, word, d);
    return refuse(r, "parameter", word);
}

static int declare(struct reader *r, const struct declaration *d,
                   enum conf_zone_kind kind)
{
    struct conf_zone *zone;
    unsigned errors = r->errors;

    if (d->size == 0)
        return reader_error(r, "\"%s\" must have \"zone\" parameter",
                            r->row->name);
    zone = zones_find(r, d->name, kind);
    if (!zone)
        return r->errors > errors ? -EINVAL : -ENOMEM;
    if (zone->size != 0)
        return reader_error(r, "%s \"%.*s\" is already bound to key \"%.*s\"",
                            r->row->name, STR_ARG(zone->name),
                            STR_ARG(zone->key.source));
    zone->size = d->size;
    zone->rate = d->rate;
    return reader_template(r, r->words[1], &zone->key);
}

static int set_req_zone(struct reader *r, void *field)
{
    struct declaration d = {.rate = THOUSANDTHS};

    (void)field;
    for (unsigned i = 2; i < r->count; i++)
        if (take_zone_word(r, r->words[i], &d, true) < 0)
            return -EINVAL;
    return declare(r, &d, CONF_ZONE_REQUESTS);
}

static int set_conn_zone(struct reader *r, void *field)
{
    struct declaration d = {0};

    (void)field;
    if (take_zone_word(r, r->words[2], &d, false) < 0)
        return -EINVAL;
    return declare(r, &d, CONF_ZONE_CONNECTIONS);
}

/* ---- limit_req, limit_conn ---- */

static int find(struct reader *r, struct str name, enum conf_zone_kind kind,
                struct conf_limit *limit)
{
    unsigned errors = r->errors;

    limit->zone = zones_find(r, name, kind);
    if (limit->zone)
        return 0;
    return r->errors > errors ? -EINVAL : -ENOMEM;
}

/* Adds the limit to the level's, where no other is of its zone. */
static int add(struct reader *r, const struct conf_limit *limit,
               struct conf_limit **limits, unsigned *count)
{
    struct conf_limit *all;

    for (unsigned i = 0; i < *count; i++)
        if ((*limits)[i].zone == limit->zone)
            return reader_error(r, "\"%s\" directive is duplicate",
                                r->row->name);
    all = reader_grow(r, *limits, *count, sizeof(*all));
    if (!all)
        return -ENOMEM;
    *limits = all;
    all[(*count)++] = *limit;
    return 0;
}

static int take_burst(struct reader *r, struct str word,
                      struct conf_limit *limit)
{
    uint64_t n;

    if (!str_number(str_from(word, 6), &n) || n == 0)
        return refuse(r, "burst value", word);
    if (n > BURST_MAX)
        reader_warn(r, "\"%.*s\" is more than %d, which is taken instead",
                    STR_ARG(word), BURST_MAX);
    limit->burst = (n > BURST_MAX ? BURST_MAX : n) * THOUSANDTHS;
    return 0;
}

static int take_delay(struct reader *r, struct str word,
                      struct conf_limit *limit)
{
    uint64_t n;

    if (!str_number(str_from(word, 6), &n) || n == 0)
        return refuse(r, "delay value", word);
    limit->delay = n > BURST_MAX ? UINT64_MAX : n * THOUSANDTHS;
    return 0;
}

static int take_req_word(struct reader *r, struct str word,
                         struct conf_limit *limit)
{
    if (word.len > 5 && str_starts_with(word, STR("zone=")))
        return find(r, str_from(word, 5), CONF_ZONE_REQUESTS, limit);
    if (str_starts_with(word, STR("burst=")))
        return take_burst(r, word, limit);
    if (str_starts_with(word, STR("delay=")))
        return take_delay(r, word, limit);
    if (!str_equals(word, STR("nodelay")))
        return refuse(r, "parameter", word);
    limit->delay = UINT64_MAX;
    return 0;
}

static int set_req(struct reader *r, void *field)
{
    struct settings *s = r->level->settings;
    struct conf_limit limit = {.place = r->place};

    (void)field;
    for (unsigned i = 1; i < r->count; i++) {
        int err = take_req_word(r, r->words[i], &limit);

        if (err < 0)
            return err;
    }
    if (!limit.zone)
        return reader_error(r, "\"limit_req\" must have \"zone\" parameter");
    s->limit_req_place = r->place;
    return add(r, &limit, &s->limit_reqs, &s->limit_req_count);
}

static int set_conn(struct reader *r, void *field)
{
    struct settings *s = r->level->settings;
    struct conf_limit limit = {.place = r->place};
    int err = find(r, r->words[1], CONF_ZONE_CONNECTIONS, &limit);

    (void)field;
    if (err < 0)
        return err;
    if (!str_number(r->words[2], &limit.burst) || limit.burst == 0)
        return reader_error(r, "invalid number of connections \"%.*s\"",
                            STR_ARG(r->words[2]));
    if (limit.burst > CONNECTIONS_MAX)
        return reader_error(r, "connection limit must be less 65536");
    s->limit_conn_place = r->place;
    return add(r, &limit, &s->limit_conns, &s->limit_conn_count);
}

static const struct directive_bounds statuses = {400, 599};
static const struct directive_word levels[] = {
    {"info", LOG_INFO}, {"notice", LOG_NOTICE},
    {"warn", LOG_WARN}, {"error", LOG_ERROR},
    {NULL, 0},
};

/* clang-format off */
static const struct directive rows[] = {
    {"limit_conn", DIRECTIVE_DONE, IN_HSL, ARGS_2, set_conn,
     FIELDS(TARGET_SETTINGS, struct settings, limit_conns, limit_conn_place,
            limit_conn_place),
     .repeats = true},
    {"limit_conn_dry_run", DIRECTIVE_DONE, IN_HSL, ARGS_1, set_flag,
     FIELD(TARGET_SETTINGS, struct settings, limit_conn_dry_run),
     .fallback = "off"},
    {"limit_conn_log_level", DIRECTIVE_DONE, IN_HSL, ARGS_1, set_choice,
     FIELD(TARGET_SETTINGS, struct settings, limit_conn_log_level),
     .fallback = "error", .words = levels},
    {"limit_conn_status", DIRECTIVE_DONE, IN_HSL, ARGS_1, set_number,
     FIELD(TARGET_SETTINGS, struct settings, limit_conn_status),
     .fallback = "503", .bounds = &statuses},
    {"limit_conn_zone", DIRECTIVE_DONE, IN_HTTP, ARGS_2, set_conn_zone,
     NO_FIELD, .repeats = true},
    {"limit_req", DIRECTIVE_DONE, IN_HSL, ARGS_1_3, set_req,
     FIELDS(TARGET_SETTINGS, struct settings, limit_reqs, limit_req_place,
            limit_req_place),
     .repeats = true},
    {"limit_req_dry_run", DIRECTIVE_DONE, IN_HSL, ARGS_1, set_flag,
     FIELD(TARGET_SETTINGS, struct settings, limit_req_dry_run),
     .fallback = "off"},
    {"limit_req_log_level", DIRECTIVE_DONE, IN_HSL, ARGS_1, set_choice,
     FIELD(TARGET_SETTINGS, struct settings, limit_req_log_level),
     .fallback = "error", .words = levels},
    {"limit_req_status", DIRECTIVE_DONE, IN_HSL, ARGS_1, set_number,
     FIELD(TARGET_SETTINGS, struct settings, limit_req_status),
     .fallback = "503", .bounds = &statuses},
    {"limit_req_zone", DIRECTIVE_DONE, IN_HTTP, ARGS_3 | ARGS_4, set_req_zone,
     NO_FIELD, .repeats = true},
};
/* clang-format on */

const struct directive_table directives_limit = {"limit", rows,
                                                 ARRAY_LEN(rows)};
