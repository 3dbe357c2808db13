/* directives_process.c - what surrounds the processes: variables, folder,
 * processors, priority */
#include <errno.h>

#include "conf/directives.h"
#include "conf/setters.h"

enum { CPUS_MAX = 1024 };

static int set_env(struct reader *r, void *field)
{
    struct conf_env *env = field;
    struct str value = r->words[1];
    struct str name = str_cut(&value, '=');
    struct conf_env_row *rows =
        reader_grow(r, env->rows, env->count, sizeof(*rows));

    if (!rows)
        return -ENOMEM;
    env->rows = rows;
    name = arena_copy(&r->conf->arena, name);
    if (!name.at)
        return -ENOMEM;
    rows[env->count++] = (struct conf_env_row){name, value};
    env->place = r->place;
    return 0;
}

static int check_mask(struct reader *r, struct str mask)
{
    if (mask.len > CPUS_MAX)
        return reader_error(r,
                            "\"worker_cpu_affinity\" supports up to %d CPUs "
                            "only",
                            CPUS_MAX);
    for (size_t i = 0; i < mask.len; i++)
        if (mask.at[i] != '0' && mask.at[i] != '1')
            return reader_error(r,
                                "invalid character \"%c\" in "
                                "\"worker_cpu_affinity\"",
                                mask.at[i]);
    return 0;
}

static int set_affinity(struct reader *r, void *field)
{
    struct conf_affinity *affinity = field;
    unsigned first = 1;

    if (str_equals(r->words[1], STR("auto"))) {
        if (r->count > 3)
            return reader_error(r, "invalid number of arguments in "
                                   "\"worker_cpu_affinity\" directive");
        affinity->is_auto = true;
        first = 2;
    }
    for (unsigned i = first; i < r->count; i++)
        if (check_mask(r, r->words[i]) < 0)
            return -EINVAL;
    affinity->count = r->count - first;
    affinity->place = r->place;
    affinity->masks = arena_alloc_array(&r->conf->arena, affinity->count + 1u,
                                        sizeof(struct str));
    if (!affinity->masks)
        return -ENOMEM;
    for (unsigned i = first; i < r->count; i++)
        affinity->masks[i - first] = r->words[i];
    return 0;
}

static int set_priority(struct reader *r, void *field)
{
    struct str digits = r->words[1];
    bool is_negative = digits.len > 0 && digits.at[0] == '-';
    uint64_t n;

    if (is_negative)
        digits = str_from(digits, 1);
    if (!str_number(digits, &n) || n > 1000)
        return reader_error(r, "\"worker_priority\" directive invalid number");
    *(struct conf_choice *)field =
        (struct conf_choice){r->place, is_negative ? -(int)n : (int)n};
    return 0;
}

/* clang-format off */
static const struct directive rows[] = {
    {"env", DIRECTIVE_DONE, IN_MAIN, ARGS_1, set_env,
     FIELD(TARGET_MAIN, struct main_settings, env), .repeats = true},
    {"worker_cpu_affinity", DIRECTIVE_DONE, IN_MAIN, ARGS_1_MORE, set_affinity,
     FIELD(TARGET_MAIN, struct main_settings, worker_cpu_affinity)},
    {"worker_priority", DIRECTIVE_DONE, IN_MAIN, ARGS_1, set_priority,
     FIELD(TARGET_MAIN, struct main_settings, worker_priority),
     .fallback = "0"},
    {"working_directory", DIRECTIVE_DONE, IN_MAIN, ARGS_1, set_path,
     FIELD(TARGET_MAIN, struct main_settings, working_directory)},
};
/* clang-format on */

const struct directive_table directives_process = {"process", rows,
                                                   ARRAY_LEN(rows)};
