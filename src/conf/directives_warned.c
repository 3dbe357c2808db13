/* directives_warned.c - class W: accepted, does nothing, said once a name */
#include "conf/directives.h"

#define ROW(name, contexts, shape, why)                                        \
    {                                                                          \
        name, DIRECTIVE_WARNED, contexts, shape, NULL, NO_FIELD, .mend = why   \
    }

/* Settings of what hands a request over; beside a *_pass that is refused there
 * is nothing more to say. */
#define PASS_ROW(name)                                                         \
    {                                                                          \
        name, DIRECTIVE_WARNED, IN_HSLX | IN_LOCATION_IF, ARGS_ANY, NULL,      \
            NO_FIELD, .beside_pass = true,                                     \
                      .mend = "prong hands no request to another server"       \
    }

#define LARGER "answers are only larger"
#define NO_QUIC "prong does not speak HTTP/3"

/* clang-format off */
static const struct directive rows[] = {
    PASS_ROW("fastcgi_*"),
    PASS_ROW("grpc_*"),
    PASS_ROW("memcached_*"),
    PASS_ROW("proxy_*"),
    PASS_ROW("scgi_*"),
    PASS_ROW("tunnel_*"),
    PASS_ROW("uwsgi_*"),
    ROW("brotli", IN_HSLI, ARGS_1, LARGER),
    ROW("brotli_*", IN_HSL, ARGS_1_MORE, LARGER),
    ROW("http2_*", IN_HSL, ARGS_1_MORE, "it is obsolete in nginx too"),
    ROW("http3", IN_HS, ARGS_1, NO_QUIC),
    ROW("http3_*", IN_HS, ARGS_1, NO_QUIC),
    ROW("load_module", IN_MAIN, ARGS_1,
        "prong has no loadable modules, what it can do is built in"),
    {"master_process", DIRECTIVE_WARNED, IN_MAIN, ARGS_1, NULL, NO_FIELD,
     .fallback = "on", .mend = "prong always has a master"},
    ROW("quic_*", IN_MAIN | IN_HS, ARGS_1, NO_QUIC),
    ROW("resolver", IN_HSL, ARGS_1_MORE, "prong asks no name server"),
    ROW("resolver_*", IN_HSL, ARGS_1, "prong asks no name server"),
    ROW("ssl_early_data", IN_HS, ARGS_1, "it is not supported"),
    ROW("ssl_stapling*", IN_HS, ARGS_1, "certificates are not stapled"),
    ROW("vhost_traffic_status*", IN_HSL, ARGS_ANY,
        "read the stats FIFO instead"),
    ROW("zstd", IN_HSLI, ARGS_1, LARGER),
    ROW("zstd_*", IN_HSL, ARGS_1_MORE, LARGER),
};
/* clang-format on */

const struct directive_table directives_warned = {"warned", rows,
                                                  ARRAY_LEN(rows)};
