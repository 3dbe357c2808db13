/* directives_coding.c - gzip and its kin: what answers are coded in */
#include <errno.h>

#include "conf/directives.h"
#include "conf/setters.h"
#include "conf/types.h"

static int add_pattern(struct reader *r, struct conf_patterns *list,
                       struct str text)
{
    const struct pattern *pattern;
    const struct pattern **rows;
    int err = reader_pattern(r, text, true, &pattern);

    if (err < 0)
        return err;
    rows = reader_grow(r, list->rows, list->count, sizeof(*rows));
    if (!rows)
        return -ENOMEM;
    list->rows = rows;
    rows[list->count++] = pattern;
    return 0;
}

static int set_disable(struct reader *r, void *field)
{
    struct conf_patterns *list = field;
    int err = 0;

    list->place = r->place;
    for (unsigned i = 1; err == 0 && i < r->count; i++) {
        if (str_equals(r->words[i], STR("msie6")))
            list->msie6 = true;
        else if (!str_equals(r->words[i], STR("degradation")))
            err = add_pattern(r, list, r->words[i]);
    }
    return err;
}

static const struct directive_word statics[] = {
    {"off", CONF_STATIC_OFF},
    {"on", CONF_STATIC_ON},
    {"always", CONF_STATIC_ALWAYS},
    {NULL, 0},
};
static const struct directive_word versions[] = {
    {"1.0", 0},
    {"1.1", 1},
    {NULL, 0},
};
static const struct directive_word proxied[] = {
    {"off", CONF_PROXIED_OFF},
    {"expired", CONF_PROXIED_EXPIRED},
    {"no-cache", CONF_PROXIED_NO_CACHE},
    {"no-store", CONF_PROXIED_NO_STORE},
    {"private", CONF_PROXIED_PRIVATE},
    {"no_last_modified", CONF_PROXIED_NO_LAST_MODIFIED},
    {"no_etag", CONF_PROXIED_NO_ETAG},
    {"auth", CONF_PROXIED_AUTH},
    {"any", CONF_PROXIED_ANY},
    {NULL, 0},
};
static const struct directive_bounds levels = {1, 9};

/* clang-format off */
static const struct directive rows[] = {
    {"brotli_static", DIRECTIVE_DONE, IN_HSL, ARGS_1, set_choice,
     FIELD(TARGET_SETTINGS, struct settings, brotli_static),
     .fallback = "off", .words = statics},
    {"gunzip", DIRECTIVE_DONE, IN_HSL, ARGS_1, set_flag,
     FIELD(TARGET_SETTINGS, struct settings, gunzip),
     .fallback = "off"},
    {"gzip", DIRECTIVE_DONE, IN_HSLI, ARGS_1, set_flag,
     FIELD(TARGET_SETTINGS, struct settings, gzip),
     .fallback = "off"},
    {"gzip_comp_level", DIRECTIVE_DONE, IN_HSL, ARGS_1, set_number,
     FIELD(TARGET_SETTINGS, struct settings, gzip_comp_level),
     .fallback = "1", .bounds = &levels},
    {"gzip_disable", DIRECTIVE_DONE, IN_HSL, ARGS_1_MORE, set_disable,
     FIELD(TARGET_SETTINGS, struct settings, gzip_disable),
     .repeats = true},
    {"gzip_http_version", DIRECTIVE_DONE, IN_HSL, ARGS_1, set_choice,
     FIELD(TARGET_SETTINGS, struct settings, gzip_http_version),
     .fallback = "1.1", .words = versions},
    {"gzip_min_length", DIRECTIVE_DONE, IN_HSL, ARGS_1, set_size,
     FIELD(TARGET_SETTINGS, struct settings, gzip_min_length),
     .fallback = "20"},
    {"gzip_proxied", DIRECTIVE_DONE, IN_HSL, ARGS_1_MORE, set_bits,
     FIELD(TARGET_SETTINGS, struct settings, gzip_proxied),
     .fallback = "off", .words = proxied},
    {"gzip_static", DIRECTIVE_DONE, IN_HSL, ARGS_1, set_choice,
     FIELD(TARGET_SETTINGS, struct settings, gzip_static),
     .fallback = "off", .words = statics},
    {"gzip_types", DIRECTIVE_DONE, IN_HSL, ARGS_1_MORE, types_set,
     FIELD(TARGET_SETTINGS, struct settings, gzip_types),
     .repeats = true, .fallback = "text/html"},
    {"gzip_vary", DIRECTIVE_DONE, IN_HSL, ARGS_1, set_flag,
     FIELD(TARGET_SETTINGS, struct settings, gzip_vary),
     .fallback = "off"},
    {"zstd_static", DIRECTIVE_DONE, IN_HSL, ARGS_1, set_choice,
     FIELD(TARGET_SETTINGS, struct settings, zstd_static),
     .fallback = "off", .words = statics},
};
/* clang-format on */

const struct directive_table directives_coding = {"coding", rows,
                                                  ARRAY_LEN(rows)};
