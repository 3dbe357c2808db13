/* hosts.c - names of hosts that the configuration mentions */
#include "conf/hosts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "conf/conf.h"
#include "conf/reader.h"

struct conf_host *hosts_add(struct reader *r, const char *where,
                            struct str text, struct str name, uint16_t port)
{
    struct conf_host *host = arena_alloc(r->arena, sizeof(*host));

    if (!host)
        return NULL;
    *host = (struct conf_host){
        .next = r->conf->hosts,
        .place = r->place,
        .where = where,
        .text = arena_copy(r->arena, text),
        .name = arena_copy(r->arena, name),
        .port = port,
    };
    if (!host->text.at || !host->name.at)
        return NULL;
    r->conf->hosts = host;
    return host;
}

static int refuse(const struct conf_host *host)
{
    char memory[512];
    struct buf where = buf_over(memory, sizeof(memory));

    place_print(&where, host->place);
    log_at(LOG_EMERG, "host not found in %s \"%.*s\" %.*s", host->where,
           STR_ARG(host->text), STR_ARG(buf_str(&where)));
    return -EINVAL;
}

static int settle(struct conf *conf, struct conf_host *host,
                  const struct conf_lookups *lookups)
{
    struct address *list = NULL;
    unsigned count = 0;
    int err = lookups->addresses(host->name.at, host->port, &list, &count);

    if (err < 0 || count == 0)
        return err == -ENOMEM ? err : refuse(host);
    host->addresses = arena_alloc_array(&conf->arena, count, sizeof(*list));
    if (host->addresses) {
        memcpy(host->addresses, list, count * sizeof(*list));
        host->count = count;
    }
    free(list);
    return host->addresses ? 0 : -ENOMEM;
}

int hosts_settle(struct conf *conf, const struct conf_lookups *lookups)
{
    int err = 0;

    for (struct conf_host *h = conf->hosts; h; h = h->next) {
        int one = settle(conf, h, lookups);

        if (one == -ENOMEM)
            return one;
        err = one < 0 ? one : err;
    }
    return err;
}
