/* environment.c - where a process runs, and with what around it */
#include "os/environment.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

static int keep(char **copies, const struct conf_env_row *row)
{
    const char *value = row->value.at ? row->value.at : getenv(row->name.at);

    if (!value)
        return 0;
    *copies = strdup(value);
    return *copies ? 0 : -ENOMEM;
}

static int replace(char **copies, const struct conf_env *env)
{
    int err = 0;

    clearenv();
    for (unsigned i = 0; i < env->count && err == 0; i++)
        if (copies[i] && setenv(env->rows[i].name.at, copies[i], 1) < 0)
            err = -errno;
    if (copies[env->count] && setenv("TZ", copies[env->count], 0) < 0)
        err = -errno;
    return err;
}

int environment_set(const struct conf_env *env)
{
    const struct conf_env_row zone = {.name = STR("TZ")};
    char **copies = calloc((size_t)env->count + 1, sizeof(*copies));
    int err = copies ? keep(&copies[env->count], &zone) : -ENOMEM;

    for (unsigned i = 0; i < env->count && err == 0; i++)
        err = keep(&copies[i], &env->rows[i]);
    if (err == 0)
        err = replace(copies, env);
    for (unsigned i = 0; copies && i <= env->count; i++)
        free(copies[i]);
    free(copies);
    return err;
}

/* Which processors a text of digits means. */
static void read_mask(cpu_set_t *set, struct str mask)
{
    CPU_ZERO(set);
    for (size_t i = 0; i < mask.len && i < CPU_SETSIZE; i++)
        if (mask.at[mask.len - 1 - i] == '1')
            CPU_SET(i, set);
}

static int bind_to(const cpu_set_t *set)
{
    return sched_setaffinity(0, sizeof(*set), set) < 0 ? -errno : 0;
}

int environment_bind(struct str mask)
{
    cpu_set_t set;

    read_mask(&set, mask);
    return bind_to(&set);
}

int environment_bind_one(struct str mask, unsigned index)
{
    cpu_set_t all, one;
    unsigned count, skip;

    read_mask(&all, mask);
    if (mask.len == 0 && sched_getaffinity(0, sizeof(all), &all) < 0)
        return -errno;
    count = (unsigned)CPU_COUNT(&all);
    if (count == 0)
        return -EINVAL;
    skip = index % count;
    CPU_ZERO(&one);
    for (size_t i = 0; i < CPU_SETSIZE; i++) {
        if (!CPU_ISSET(i, &all) || skip-- > 0)
            continue;
        CPU_SET(i, &one);
        break;
    }
    return bind_to(&one);
}

int environment_priority(int nice)
{
    return setpriority(PRIO_PROCESS, 0, nice) < 0 ? -errno : 0;
}
