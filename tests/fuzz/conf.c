/* conf.c - any text is a configuration or is refused, with a reason */
#include <errno.h>
#include <stdlib.h>

#include "base/log.h"
#include "conf/conf.h"
#include "conf/locations.h"
#include "conf/names.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static unsigned reasons;

static void count_reason(struct log_sink *sink, enum log_level level,
                         struct str text)
{
    (void)sink;
    (void)text;
    reasons += level <= LOG_EMERG;
}

static void expect(bool claim)
{
    if (!claim)
        abort();
}

static int no_user(const char *name, uid_t *user, gid_t *group)
{
    (void)name;
    *user = 1;
    *group = 1;
    return 0;
}

static int no_group(const char *name, gid_t *group)
{
    (void)name;
    *group = 1;
    return 0;
}

static int no_addresses(const char *host, uint16_t port, struct address **list,
                        unsigned *count)
{
    (void)host;
    (void)port;
    (void)list;
    (void)count;
    return -ENOENT;
}

static unsigned one_processor(void)
{
    return 1;
}

static int no_hostname(char *into, size_t room)
{
    (void)into;
    (void)room;
    return -ENOENT;
}

static int in_reach(const char *path, const char *name, uid_t user, gid_t group,
                    char *blocker)
{
    (void)path;
    (void)name;
    (void)user;
    (void)group;
    (void)blocker;
    return 0;
}

/* A location is found by its own name, and a server by its. */
static void check_found(const struct conf *conf)
{
    for (unsigned i = 0; i < conf->server_count; i++) {
        const struct location_set *set = &conf->servers[i]->whole.inside;

        for (size_t j = 0; j < set->exact_count; j++)
            expect(locations_find(set, set->exact[j]->name) == set->exact[j]);
        for (size_t j = 0; j < set->prefix_count; j++)
            expect(locations_find(set, set->prefixes[j]->name) != NULL);
    }
    for (unsigned i = 0; i < conf->listener_count; i++)
        names_find(&conf->listeners[i]->endpoints[0], STR("a.b.c"));
}

static void settle(struct conf *conf)
{
    static const struct conf_lookups lookups = {
        .user = no_user,
        .group = no_group,
        .addresses = no_addresses,
        .processors = one_processor,
        .hostname = no_hostname,
        .reach = in_reach,
        .is_root = true,
    };

    if (conf_resolve(conf, &lookups) == 0)
        check_found(conf);
    else
        expect(reasons > 0);
}

/* Files of this machine are no part of the input. */
static bool includes(struct str text)
{
    return memmem(text.at, text.len, "include", 7) != NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct log_sink sink = {count_reason, LOG_DEBUG};
    struct conf_request request = {
        .file = "/c",
        .prefix = "/p",
        .text = {size ? (const char *)data : "", size}};
    struct log_sink *outer = log_sink_set(&sink);
    struct conf *conf = NULL;

    reasons = 0;
    if (!includes(request.text)) {
        if (conf_load(&conf, &request) == 0)
            settle(conf);
        else
            expect(reasons > 0);
        conf_free(conf);
    }
    log_sink_set(outer);
    return 0;
}
