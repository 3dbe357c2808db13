/* directives_variables.c - the blocks that make variables, and what variables
 * of their own directives go by */
#include "conf/directives.h"
#include "conf/geo_reader.h"
#include "conf/map.h"
#include "conf/setters.h"
#include "conf/split.h"

/* clang-format off */
static const struct directive rows[] = {
    {"ancient_browser", DIRECTIVE_DONE, IN_HSL, ARGS_1_MORE,
     browsers_set_ancient,
     FIELD(TARGET_SETTINGS, struct settings, ancient_browsers),
     .repeats = true},
    {"ancient_browser_value", DIRECTIVE_DONE, IN_HSL, ARGS_1, set_text,
     FIELD(TARGET_SETTINGS, struct settings, ancient_browser_value),
     .repeats = true, .fallback = "1"},
    {"geo", DIRECTIVE_DONE, IN_HTTP, ARGS_1_2 | ENDS_IN_BLOCK, geo_reader_set,
     NO_FIELD, .repeats = true},
    {"map", DIRECTIVE_DONE, IN_HTTP, ARGS_2 | ENDS_IN_BLOCK, map_set, NO_FIELD,
     .repeats = true},
    {"modern_browser", DIRECTIVE_DONE, IN_HSL, ARGS_1_2, browsers_set_modern,
     FIELD(TARGET_SETTINGS, struct settings, modern_browsers),
     .repeats = true},
    {"modern_browser_value", DIRECTIVE_DONE, IN_HSL, ARGS_1, set_text,
     FIELD(TARGET_SETTINGS, struct settings, modern_browser_value),
     .repeats = true, .fallback = "1"},
    {"split_clients", DIRECTIVE_DONE, IN_HTTP, ARGS_2 | ENDS_IN_BLOCK,
     split_set, NO_FIELD, .repeats = true},
    {"uninitialized_variable_warn", DIRECTIVE_DONE, IN_SL_IF | IN_HTTP, ARGS_1,
     set_flag,
     FIELD(TARGET_SETTINGS, struct settings, uninitialized_variable_warn),
     .fallback = "on"},
    {"valid_referers", DIRECTIVE_DONE, IN_SL, ARGS_1_MORE, referers_set,
     FIELD(TARGET_SETTINGS, struct settings, valid_referers),
     .repeats = true},
};
/* clang-format on */

const struct directive_table directives_variables = {"variables", rows,
                                                     ARRAY_LEN(rows)};
