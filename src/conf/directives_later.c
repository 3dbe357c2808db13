/* directives_later.c - what later versions will do: an error until then, but
 * where it says no more than the default */
#include "conf/directives.h"

#define ROW(name, contexts, shape)                                             \
    {                                                                          \
        name, DIRECTIVE_LATER, contexts, shape, NULL, NO_FIELD                 \
    }
#define ROW_DEFAULT(name, contexts, shape, text)                               \
    {                                                                          \
        name, DIRECTIVE_LATER, contexts, shape, NULL, NO_FIELD,                \
            .fallback = text                                                   \
    }

#define IN_LI (IN_LOCATION | IN_LOCATION_IF)

/* clang-format off */
static const struct directive rows[] = {

    ROW_DEFAULT("control_socket", IN_MAIN, ARGS_1, "off"),
    ROW_DEFAULT("keepalive_drain", IN_MAIN, ARGS_1, "5s"),
    ROW_DEFAULT("orphans", IN_MAIN, ARGS_1, "finish"),
    ROW_DEFAULT("reload_watch", IN_MAIN, ARGS_1, "off"),
    ROW("stop_signal_term", IN_MAIN, ARGS_1),
    ROW("worker_stall_timeout", IN_MAIN, ARGS_1),
};
/* clang-format on */

const struct directive_table directives_later = {"later", rows,
                                                 ARRAY_LEN(rows)};
