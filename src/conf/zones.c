/* zones.c - which zones are named, and were they all declared */
#include "conf/zones.h"

#include <errno.h>

#include "conf/reader.h"

static struct conf_zone *make(struct reader *r, struct str name,
                              enum conf_zone_kind kind)
{
    struct conf *conf = r->conf;
    struct conf_zone *zone = arena_alloc(r->arena, sizeof(*zone));
    struct conf_zone **all = reader_grow(r, conf->zones, conf->zone_count,
                                         sizeof(struct conf_zone *));

    if (!zone || !all)
        return NULL;
    *zone = (struct conf_zone){
        .place = r->place,
        .name = arena_copy(r->arena, name),
        .kind = kind,
        .number = conf->zone_count,
    };
    if (!zone->name.at)
        return NULL;
    conf->zones = all;
    all[conf->zone_count++] = zone;
    return zone;
}

struct conf_zone *zones_find(struct reader *r, struct str name,
                             enum conf_zone_kind kind)
{
    const struct conf *conf = r->conf;

    for (unsigned i = 0; i < conf->zone_count; i++) {
        struct conf_zone *zone = conf->zones[i];

        if (!str_equals(zone->name, name))
            continue;
        if (zone->kind == kind)
            return zone;
        reader_error(r,
                     "the shared memory zone \"%.*s\" is already declared for "
                     "a different use",
                     STR_ARG(name));
        return NULL;
    }
    return make(r, name, kind);
}

int zones_settle(struct reader *r)
{
    int err = 0;

    for (unsigned i = 0; i < r->conf->zone_count; i++) {
        const struct conf_zone *zone = r->conf->zones[i];

        if (zone->size == 0)
            err = reader_error_at(r, zone->place,
                                  "zero size shared memory zone \"%.*s\"",
                                  STR_ARG(zone->name));
    }
    return err;
}
