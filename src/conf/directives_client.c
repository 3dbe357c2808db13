/* directives_client.c - how connections and requests are taken and limited */
#include "conf/directives.h"

#include "conf/setters.h"
#include "conf/value.h"

/* keepalive_timeout 75s [20s]: the second is told to the client, in seconds. */
static int set_keepalive(struct reader *r, void *field)
{
    struct settings *s = r->level->settings;
    uint64_t ms;
    int err = set_time(r, field);

    if (err < 0)
        return err;
    if (r->count == 2) {
        s->keepalive_timeout_header = (struct conf_number){r->place, 0};
        return 0;
    }
    if (!value_time(r->words[2], &ms) || ms % 1000)
        return reader_error(r, "\"%s\" directive invalid value", r->row->name);
    s->keepalive_timeout_header = (struct conf_number){r->place, ms / 1000};
    return 0;
}

static const struct directive_word not_kept[] = {
    {"none", 0},
    {"msie6", CONF_KEEPALIVE_NOT_MSIE6},
    {"safari", CONF_KEEPALIVE_NOT_SAFARI},
    {NULL, 0},
};

static const struct directive_bounds buffer_counts = {1, 1024};
static const struct directive_bounds buffer_sizes = {64, 1 << 20};
static const struct directive_bounds counts = {0, UINT32_MAX};

static int set_buffers(struct reader *r, void *field)
{
    struct conf_number *count = field;
    struct conf_number *size =
        &r->level->server_settings->large_client_header_buffer_size;
    uint64_t n, bytes;

    if (!str_number(r->words[1], &n) || n < buffer_counts.min ||
        n > buffer_counts.max || !value_size(r->words[2], &bytes) ||
        bytes < buffer_sizes.min || bytes > buffer_sizes.max)
        return reader_error(r, "\"%s\" directive invalid value", r->row->name);
    *count = (struct conf_number){r->place, n};
    *size = (struct conf_number){r->place, bytes};
    return 0;
}

/* A size, or a text with variables that comes to one. */
static int set_rate(struct reader *r, void *field)
{
    struct conf_template rate = {.place = r->place};
    uint64_t bytes;
    int err = reader_template(r, r->words[1], &rate.value);

    if (err < 0)
        return err;
    if (template_is_constant(&rate.value) && !value_size(r->words[1], &bytes))
        return reader_error(r, "\"%s\" directive invalid value", r->row->name);
    *(struct conf_template *)field = rate;
    return 0;
}

static int set_stub_status(struct reader *r, void *field)
{
    (void)field;
    r->level->settings->stub_status = (struct conf_flag){r->place, true};
    return 0;
}

static const struct directive_word lingering[] = {
    {"off", CONF_LINGERING_OFF},
    {"on", CONF_LINGERING_ON},
    {"always", CONF_LINGERING_ALWAYS},
    {NULL, 0},
};

/* clang-format off */
static const struct directive rows[] = {
    {"client_body_timeout", DIRECTIVE_DONE, IN_HSL, ARGS_1, set_time,
     FIELD(TARGET_SETTINGS, struct settings, client_body_timeout),
     .fallback = "60s"},
    {"client_header_buffer_size", DIRECTIVE_DONE, IN_HS, ARGS_1, set_size,
     FIELD(TARGET_SERVER, struct server_settings, client_header_buffer_size),
     .fallback = "1k", .bounds = &buffer_sizes},
    {"client_header_timeout", DIRECTIVE_DONE, IN_HS, ARGS_1, set_time,
     FIELD(TARGET_SERVER, struct server_settings, client_header_timeout),
     .fallback = "60s"},
    {"client_max_body_size", DIRECTIVE_DONE, IN_HSL, ARGS_1, set_size,
     FIELD(TARGET_SETTINGS, struct settings, client_max_body_size),
     .fallback = "1m"},
    {"ignore_invalid_headers", DIRECTIVE_DONE, IN_HS, ARGS_1, set_flag,
     FIELD(TARGET_SERVER, struct server_settings, ignore_invalid_headers),
     .fallback = "on"},
    {"keepalive_requests", DIRECTIVE_DONE, IN_HSL, ARGS_1, set_number,
     FIELD(TARGET_SETTINGS, struct settings, keepalive_requests),
     .fallback = "1000", .bounds = &counts},
    {"keepalive_disable", DIRECTIVE_DONE, IN_HSL, ARGS_1_2, set_bits,
     FIELD(TARGET_SETTINGS, struct settings, keepalive_disable),
     .fallback = "msie6", .words = not_kept},
    {"keepalive_min_timeout", DIRECTIVE_DONE, IN_HSL, ARGS_1, set_time,
     FIELD(TARGET_SETTINGS, struct settings, keepalive_min_timeout),
     .fallback = "0"},
    {"keepalive_time", DIRECTIVE_DONE, IN_HSL, ARGS_1, set_time,
     FIELD(TARGET_SETTINGS, struct settings, keepalive_time),
     .fallback = "1h"},
    {"keepalive_timeout", DIRECTIVE_DONE, IN_HSL, ARGS_1_2, set_keepalive,
     FIELDS(TARGET_SETTINGS, struct settings, keepalive_timeout,
            keepalive_timeout_header, keepalive_timeout.place),
     .fallback = "75s"},
    {"large_client_header_buffers", DIRECTIVE_DONE, IN_HS, ARGS_2, set_buffers,
     FIELDS(TARGET_SERVER, struct server_settings, large_client_header_buffers,
            large_client_header_buffer_size, large_client_header_buffers.place),
     .fallback = "4 8k"},
    {"limit_rate", DIRECTIVE_DONE, IN_HSLI, ARGS_1, set_rate,
     FIELD(TARGET_SETTINGS, struct settings, limit_rate),
     .fallback = "0"},
    {"limit_rate_after", DIRECTIVE_DONE, IN_HSLI, ARGS_1, set_rate,
     FIELD(TARGET_SETTINGS, struct settings, limit_rate_after),
     .fallback = "0"},
    {"lingering_close", DIRECTIVE_DONE, IN_HSL, ARGS_1, set_choice,
     FIELD(TARGET_SETTINGS, struct settings, lingering_close),
     .fallback = "on", .words = lingering},
    {"lingering_time", DIRECTIVE_DONE, IN_HSL, ARGS_1, set_time,
     FIELD(TARGET_SETTINGS, struct settings, lingering_time),
     .fallback = "30s"},
    {"lingering_timeout", DIRECTIVE_DONE, IN_HSL, ARGS_1, set_time,
     FIELD(TARGET_SETTINGS, struct settings, lingering_timeout),
     .fallback = "5s"},
    {"max_headers", DIRECTIVE_DONE, IN_HS, ARGS_1, set_number,
     FIELD(TARGET_SERVER, struct server_settings, max_headers),
     .fallback = "1000"},
    {"merge_slashes", DIRECTIVE_DONE, IN_HS, ARGS_1, set_flag,
     FIELD(TARGET_SERVER, struct server_settings, merge_slashes),
     .fallback = "on"},
    {"reset_timedout_connection", DIRECTIVE_DONE, IN_HSL, ARGS_1, set_flag,
     FIELD(TARGET_SETTINGS, struct settings, reset_timedout_connection),
     .fallback = "off"},
    {"send_timeout", DIRECTIVE_DONE, IN_HSL, ARGS_1, set_time,
     FIELD(TARGET_SETTINGS, struct settings, send_timeout),
     .fallback = "60s"},
    {"sendfile", DIRECTIVE_DONE, IN_HSLI, ARGS_1, set_flag,
     FIELD(TARGET_SETTINGS, struct settings, sendfile),
     .fallback = "off"},
    {"sendfile_max_chunk", DIRECTIVE_DONE, IN_HSL, ARGS_1, set_size,
     FIELD(TARGET_SETTINGS, struct settings, sendfile_max_chunk),
     .fallback = "2m"},
    {"stub_status", DIRECTIVE_DONE, IN_SL, ARGS_0 | ARGS_1, set_stub_status,
     .repeats = true},
    {"tcp_nodelay", DIRECTIVE_DONE, IN_HSL, ARGS_1, set_flag,
     FIELD(TARGET_SETTINGS, struct settings, tcp_nodelay),
     .fallback = "on"},
    {"tcp_nopush", DIRECTIVE_DONE, IN_HSL, ARGS_1, set_flag,
     FIELD(TARGET_SETTINGS, struct settings, tcp_nopush),
     .fallback = "off"},
    {"underscores_in_headers", DIRECTIVE_DONE, IN_HS, ARGS_1, set_flag,
     FIELD(TARGET_SERVER, struct server_settings, underscores_in_headers),
     .fallback = "off"},
};
/* clang-format on */

const struct directive_table directives_client = {"client", rows,
                                                  ARRAY_LEN(rows)};
