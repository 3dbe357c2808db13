/* probe.c - what -t asks of the system beyond what a start settles first */
#include <errno.h>

#include "base/log.h"
#include "conf/conf.h"

struct prober {
    const struct conf *conf;
    const struct conf_lookups *lookups;
    bool failed;
};

static const char *reason(int err, char *into, size_t room)
{
    return strerror_r(err < 0 ? -err : err, into, room);
}

/* Could a start write there? A path of the defaults gets its directory made;
 * what another user may write, this one cannot know. */
static void probe_file(struct prober *p, struct place place, const char *path)
{
    int err = p->lookups->writable(path);
    char memory[512];
    char text[128];
    struct buf where = buf_over(memory, sizeof(memory));

    if (err == 0 || (err == -ENOENT && !place_is_set(place)))
        return;
    place_print(&where, place);
    if (err == -EACCES && !p->lookups->is_root) {
        log_at(LOG_WARN,
               "\"%s\" cannot be written by this user: whether the one who "
               "starts prong can is not known, %.*s",
               path, STR_ARG(buf_str(&where)));
        return;
    }
    log_at(LOG_EMERG, "open() \"%s\" failed (%d: %s) %.*s", path, -err,
           reason(err, text, sizeof(text)), STR_ARG(buf_str(&where)));
    p->failed = true;
}

static void probe_files(struct prober *p)
{
    const struct main_settings *main = &p->conf->main;

    for (unsigned i = 0; i < p->conf->log_count; i++) {
        const struct conf_log *log = p->conf->logs[i];

        if (log->kind == CONF_LOG_FILE)
            probe_file(p, log->place, log->path.at);
    }
    probe_file(p, main->pid.place, main->pid.text.at);
    /* At the default paths prong does without them, with a warning. */
    if (place_is_set(main->control_fifo.place) && main->control_fifo.path.len)
        probe_file(p, main->control_fifo.place, main->control_fifo.path.at);
    if (place_is_set(main->stats_fifo.place) && main->stats_fifo.path.len)
        probe_file(p, main->stats_fifo.place, main->stats_fifo.path.at);
}

static void probe_user(struct prober *p)
{
    const struct main_settings *main = &p->conf->main;
    const struct conf_text *group =
        main->group.text.len ? &main->group : &main->user;
    char memory[512];
    struct buf where = buf_over(memory, sizeof(memory));
    uid_t user;
    gid_t gid;

    /* As root conf_resolve has asked already. */
    if (p->lookups->is_root || !place_is_set(main->user.place))
        return;
    place_print(&where, main->user.place);
    if (p->lookups->user(main->user.text.at, &user, &gid) < 0)
        log_at(LOG_EMERG, "getpwnam(\"%s\") failed %.*s", main->user.text.at,
               STR_ARG(buf_str(&where)));
    else if (p->lookups->group(group->text.at, &gid) < 0)
        log_at(LOG_EMERG, "getgrnam(\"%s\") failed %.*s", group->text.at,
               STR_ARG(buf_str(&where)));
    else
        return;
    p->failed = true;
}

static void refuse_address(struct prober *p, const struct conf_listener *l)
{
    char memory[512];
    char address[256];
    char text[128];
    struct buf where = buf_over(memory, sizeof(memory));
    struct buf name = buf_over(address, sizeof(address));

    place_print(&where, l->place);
    address_print(&name, &l->address);
    log_at(LOG_EMERG, "bind() to %.*s failed (%d: %s) %.*s",
           STR_ARG(buf_str(&name)), EADDRNOTAVAIL,
           reason(EADDRNOTAVAIL, text, sizeof(text)), STR_ARG(buf_str(&where)));
    p->failed = true;
}

static void probe_port(struct prober *p, const struct conf_listener *l)
{
    uint16_t port = address_port(&l->address);
    char memory[512];
    struct buf where = buf_over(memory, sizeof(memory));

    if (port == 0 || p->lookups->may_bind(port))
        return;
    place_print(&where, l->place);
    log_at(LOG_WARN,
           "port %u needs root or CAP_NET_BIND_SERVICE, which this user has "
           "not, %.*s",
           port, STR_ARG(buf_str(&where)));
}

int conf_probe(const struct conf *conf, const struct conf_lookups *lookups)
{
    struct prober p = {.conf = conf, .lookups = lookups};

    probe_user(&p);
    probe_files(&p);
    for (unsigned i = 0; i < conf->listener_count; i++) {
        const struct conf_listener *l = conf->listeners[i];

        if (!lookups->is_local(&l->address))
            refuse_address(&p, l);
        else
            probe_port(&p, l);
    }
    return p.failed ? -EINVAL : 0;
}
