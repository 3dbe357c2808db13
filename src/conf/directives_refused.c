/* directives_refused.c - class R: an error that says what to do instead, so
 * that nothing falls through to the files */
#include "conf/directives.h"

#define ROW(name, contexts, shape, what)                                       \
    {                                                                          \
        name, DIRECTIVE_REFUSED, contexts, shape, NULL, NO_FIELD, .mend = what \
    }

#define IN_LI (IN_LOCATION | IN_LOCATION_IF)
#define ANYTHING (ARGS_ANY | ENDS_EITHER)

#define PASS_ROW(name, contexts)                                               \
    {                                                                          \
        name, DIRECTIVE_REFUSED, contexts, ARGS_1, NULL, NO_FIELD,             \
            .is_pass = true,                                                   \
            .mend = "prong serves files; put a proxy in front"                 \
    }

/* Tells others something: by itself it answers nothing. */
#define DECLARING_ROW(name, contexts, shape, what)                             \
    {                                                                          \
        name, DIRECTIVE_REFUSED, contexts, shape, NULL, NO_FIELD,              \
            .declares = true, .mend = what                                     \
    }

#define NO_CODE "prong runs no code"
#define NO_CHANGE "prong sends files as they are"

/* clang-format off */
static const struct directive rows[] = {
    PASS_ROW("fastcgi_pass", IN_LI),
    PASS_ROW("grpc_pass", IN_LI),
    PASS_ROW("memcached_pass", IN_LI),
    PASS_ROW("proxy_pass", IN_LI | IN_LIMIT_EXCEPT),
    PASS_ROW("scgi_pass", IN_LI),
    PASS_ROW("tunnel_pass", IN_LI),
    PASS_ROW("uwsgi_pass", IN_LI),
    ROW("upstream", IN_HTTP, ARGS_1 | ENDS_IN_BLOCK,
        "prong serves files; put a proxy in front"),
    ROW("stream", IN_MAIN, ARGS_0 | ENDS_IN_BLOCK,
        "prong speaks HTTP alone; run another server for it"),
    ROW("mail", IN_MAIN, ARGS_0 | ENDS_IN_BLOCK,
        "prong speaks HTTP alone; run another server for it"),

    ROW("auth_request*", IN_HSL, ARGS_1_2,
        "use auth_basic, or let a proxy in front ask"),
    ROW("add_after_body", IN_HSL, ARGS_1, NO_CHANGE),
    ROW("add_before_body", IN_HSL, ARGS_1, NO_CHANGE),
    ROW("charset_map", IN_HTTP, ARGS_2 | ENDS_IN_BLOCK,
        "store the files in the character set that they are to have"),
    ROW("dav_*", IN_HSL, ARGS_1_MORE, "prong never writes files"),
    ROW("early_hints", IN_HSL, ARGS_1_MORE, "send a Link header instead"),
    ROW("echo*", IN_HSL | IN_LOCATION_IF, ANYTHING, "use return"),
    ROW("empty_gif", IN_LOCATION, ARGS_0, "serve a file, or return 204"),
    ROW("fancyindex*", IN_HSLI, ANYTHING, "use autoindex"),
    ROW("flv", IN_LOCATION, ARGS_0,
        "plain files with ranges serve today's players"),
    DECLARING_ROW("geoip*", IN_MAIN | IN_HSL, ANYTHING, "use geo"),
    ROW("image_filter*", IN_HSL, ANYTHING, "store the images as needed"),
    ROW("mirror", IN_HSL, ARGS_1, "let a proxy in front mirror"),
    ROW("modsecurity*", IN_MAIN | IN_HSLI, ANYTHING,
        "put a filtering proxy in front"),
    ROW("more_*", IN_HSLI, ARGS_1_MORE,
        "use \"add_header NAME VALUE always;\" and server_tokens"),
    ROW("mp4", IN_LOCATION, ARGS_0,
        "plain files with ranges serve today's players"),
    ROW("post_action", IN_HSLI, ARGS_1, "read the access log instead"),
    ROW("random_index", IN_LOCATION, ARGS_1, "use index"),
    ROW("secure_link*", IN_HSL, ARGS_1, "use auth_basic"),
    ROW("slice", IN_HSL, ARGS_1, "it serves caches, and prong is none"),
    ROW("source_charset", IN_HSLI, ARGS_1,
        "store the files in the character set that they are to have"),
    ROW("ssi", IN_HSLI, ARGS_1, NO_CHANGE),
    ROW("ssl", IN_HS, ARGS_1, "put a TLS proxy in front"),
    ROW("sub_filter", IN_HSL, ARGS_2, NO_CHANGE),
    ROW("userid*", IN_HSL, ARGS_1_2, "prong sets no cookies"),
    ROW("xml_entities", IN_HSL, ARGS_1, NO_CHANGE),
    ROW("xslt*", IN_HSL, ARGS_1_MORE, NO_CHANGE),

    ROW("*_by_lua*", IN_MAIN | IN_HSLI | IN_SERVER_IF, ANYTHING | RAW_BLOCK,
        NO_CODE),
    DECLARING_ROW("exit_worker_by_lua*", IN_HTTP, ANYTHING | RAW_BLOCK,
                  NO_CODE),
    DECLARING_ROW("init_by_lua*", IN_HTTP, ANYTHING | RAW_BLOCK, NO_CODE),
    DECLARING_ROW("init_worker_by_lua*", IN_HTTP, ANYTHING | RAW_BLOCK,
                  NO_CODE),
    ROW("js_*", IN_MAIN | IN_HSLX | IN_LOCATION_IF, ANYTHING, NO_CODE),
    DECLARING_ROW("js_fetch_*", IN_HSL, ARGS_1_MORE, NO_CODE),
    DECLARING_ROW("js_import", IN_HSL, ARGS_1 | ARGS_3, NO_CODE),
    DECLARING_ROW("js_path", IN_HSL, ARGS_1, NO_CODE),
    DECLARING_ROW("js_preload_object", IN_HSL, ARGS_1 | ARGS_3, NO_CODE),
    DECLARING_ROW("js_set", IN_HSL, ARGS_2 | ARGS_3, NO_CODE),
    DECLARING_ROW("js_shared_dict_zone", IN_HTTP, ARGS_1_MORE, NO_CODE),
    DECLARING_ROW("js_var", IN_HSL, ARGS_1_2, NO_CODE),
    DECLARING_ROW("lua_*", IN_MAIN | IN_HSLI, ANYTHING, NO_CODE),
    ROW("njs*", IN_MAIN | IN_HSLI, ANYTHING, NO_CODE),
    ROW("perl*", IN_HSLX | IN_LOCATION_IF, ANYTHING, NO_CODE),
    DECLARING_ROW("perl_modules", IN_HTTP, ARGS_1, NO_CODE),
    DECLARING_ROW("perl_require", IN_HTTP, ARGS_1, NO_CODE),
    DECLARING_ROW("perl_set", IN_HTTP, ARGS_2, NO_CODE),
};
/* clang-format on */

const struct directive_table directives_refused = {"refused", rows,
                                                   ARRAY_LEN(rows)};
