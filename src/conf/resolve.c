/* resolve.c - settles what only the system can answer: users, groups, names,
 * addresses, processors */
#include <errno.h>
#include <limits.h>
#include <unistd.h>

#include "base/log.h"
#include "conf/conf.h"
#include "conf/dict.h"
#include "conf/endpoints.h"
#include "conf/hosts.h"

struct resolver {
    struct conf *conf;
    const struct conf_lookups *lookups;
    struct dict roots; /* that were judged already */
    bool failed;
};

static void say(enum log_level level, struct place place, const char *what,
                const char *name, const char *then)
{
    char memory[512];
    struct buf where = buf_over(memory, sizeof(memory));

    place_print(&where, place);
    log_at(level, "%s%s%s %.*s", what, name, then, STR_ARG(buf_str(&where)));
}

static void refuse(struct resolver *v, struct place place, const char *what,
                   const char *name)
{
    say(LOG_EMERG, place, what, name, "\") failed");
    v->failed = true;
}

/* ---- users and groups ---- */

/* nginx: a group that is not named is called as the user is. */
static void find_user(struct resolver *v)
{
    const struct main_settings *main = &v->conf->main;
    struct conf_resolved *into = &v->conf->resolved;
    const struct conf_text *group =
        main->group.text.len ? &main->group : &main->user;
    gid_t primary;

    into->user_name = main->user.text;
    into->drops_privileges = true;
    if (v->lookups->user(main->user.text.at, &into->user, &primary) < 0) {
        refuse(v, main->user.place, "getpwnam(\"", main->user.text.at);
        return;
    }
    if (v->lookups->group(group->text.at, &into->group) < 0)
        refuse(v, main->user.place, "getgrnam(\"", group->text.at);
}

static void find_own_user(struct resolver *v)
{
    const struct conf_text *user = &v->conf->main.user;

    v->conf->resolved.user = geteuid();
    v->conf->resolved.group = getegid();
    if (place_is_set(user->place))
        say(LOG_WARN, user->place,
            "the \"user\" directive makes sense only if the master process "
            "runs with super-user privileges, ignored",
            "", "");
}

static void find_group(struct resolver *v, const struct conf_text *name,
                       gid_t otherwise, gid_t *into)
{
    *into = otherwise;
    if (name->text.len && v->lookups->group(name->text.at, into) < 0)
        refuse(v, name->place, "getgrnam(\"", name->text.at);
}

static void find_groups(struct resolver *v)
{
    struct conf_resolved *into = &v->conf->resolved;
    const struct main_settings *main = &v->conf->main;

    find_group(v, &main->control_group, (gid_t)-1, &into->control_group);
    find_group(v, &main->stats_group, into->control_group, &into->stats_group);
}

static int find_hostname(struct resolver *v)
{
    char name[256] = "";

    if (v->lookups->hostname(name, sizeof(name)) < 0)
        name[0] = '\0';
    for (char *p = name; *p; p++)
        *p = str_lower(*p);
    v->conf->resolved.hostname = arena_copy(&v->conf->arena, str_of(name));
    return v->conf->resolved.hostname.at ? 0 : -ENOMEM;
}

static void count_workers(struct resolver *v)
{
    uint64_t workers = v->conf->main.worker_processes.value;

    if (workers == 0)
        workers = v->lookups->processors();
    if (workers > 128)
        workers = 128; /* the scoreboard has no slots for more */
    v->conf->resolved.workers = workers ? (unsigned)workers : 1;
}

/* ---- roots ---- */

static void warn_blocked(struct resolver *v, const struct conf_template *root,
                         const char *blocker)
{
    const char *user = v->conf->resolved.user_name.at;
    char memory[512];
    struct buf where = buf_over(memory, sizeof(memory));

    place_print(&where, root->place);
    log_at(LOG_WARN,
           "root \"%.*s\" %.*s: \"%s\" is not searchable by %s%s%s: requests "
           "there will get 403",
           STR_ARG(root->value.source), STR_ARG(buf_str(&where)), blocker,
           user ? "\"" : "this user", user ? user : "", user ? "\"" : "");
}

static int judge_root(struct resolver *v, const struct conf_template *root)
{
    const struct conf_resolved *as = &v->conf->resolved;
    char blocker[PATH_MAX];
    int err;

    /* One that nobody wrote may be meant for nothing. */
    if (!place_is_set(root->place) || !template_is_constant(&root->value) ||
        dict_get(&v->roots, root->value.source))
        return 0;
    if (dict_put(&v->roots, &v->conf->arena, root->value.source, v) < 0)
        return -ENOMEM;
    err = v->lookups->reach(root->value.source.at, as->user_name.at, as->user,
                            as->group, blocker);
    if (err == -EACCES)
        warn_blocked(v, root, blocker);
    else if (err == -ENOENT || err == -ENOTDIR)
        say(LOG_WARN, root->place, "root \"", root->value.source.at,
            "\" does not exist: requests there will get 404,");
    return 0;
}

static int judge_location(struct resolver *v, const struct location *l)
{
    int err = judge_root(v, &l->settings.root);

    for (size_t i = 0; err == 0 && i < l->inside.count; i++)
        err = judge_location(v, l->inside.all[i]);
    return err;
}

static int judge_roots(struct resolver *v)
{
    int err = 0;

    for (unsigned i = 0; err == 0 && i < v->conf->server_count; i++)
        err = judge_location(v, &v->conf->servers[i]->whole);
    return err;
}

static int settle(struct resolver *v)
{
    int err = find_hostname(v);

    if (err < 0)
        return err;
    if (v->lookups->is_root)
        find_user(v);
    else
        find_own_user(v);
    find_groups(v);
    count_workers(v);
    err = hosts_settle(v->conf, v->lookups);
    if (err == -EINVAL)
        v->failed = true;
    if (err != -ENOMEM)
        err = endpoints_settle(v->conf, v->lookups);
    if (err == 0 && !v->failed)
        err = judge_roots(v);
    return err == 0 && v->failed ? -EINVAL : err;
}

int conf_resolve(struct conf *conf, const struct conf_lookups *lookups)
{
    struct resolver v = {.conf = conf, .lookups = lookups};
    int err = settle(&v);

    if (err == -ENOMEM)
        log_at(LOG_EMERG, "no memory is left to settle the configuration");
    return err;
}
