/* zonetable.c - the zones of limits: which memory, and for how long? */
#include "master/zonetable.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "ipc/zone.h"
#include "master/master.h"

struct zonetable_row {
    struct zonetable_row *next;
    struct zone *zone;
    enum conf_zone_kind kind;
    uint64_t size;
    char *name;
    char *key;
};

static bool fits(const struct zonetable_row *row, const struct conf_zone *zone)
{
    return row->kind == zone->kind && row->size == zone->size &&
           str_equals(str_of(row->name), zone->name) &&
           str_equals(str_of(row->key), zone->key.source);
}

static void drop(struct zonetable_row *row)
{
    zone_close(row->zone);
    free(row->name);
    free(row->key);
    free(row);
}

static int add(struct zonetable *t, const struct conf_zone *zone)
{
    struct zonetable_row *row = calloc(1, sizeof(*row));
    int err = -ENOMEM;

    if (!row)
        return err;
    row->kind = zone->kind;
    row->size = zone->size;
    row->name = strndup(zone->name.at, zone->name.len);
    row->key = strndup(zone->key.source.at, zone->key.source.len);
    if (row->name && row->key)
        err =
            zone_open(&row->zone,
                      zone->kind == CONF_ZONE_REQUESTS ? ZONE_PACE : ZONE_TALLY,
                      zone->size);
    if (err < 0) {
        drop(row);
        return err;
    }
    row->next = t->rows;
    t->rows = row;
    return 0;
}

static struct zonetable_row *find(const struct zonetable *t,
                                  const struct conf_zone *zone)
{
    struct zonetable_row *row = t->rows;

    while (row && !fits(row, zone))
        row = row->next;
    return row;
}

int zonetable_map(struct zonetable *t, struct conf *conf)
{
    for (unsigned i = 0; i < conf->zone_count; i++) {
        struct conf_zone *zone = conf->zones[i];
        int err = find(t, zone) ? 0 : add(t, zone);

        if (err < 0) {
            log_errno(LOG_EMERG, err,
                      "no memory for the shared memory zone \"%.*s\"",
                      STR_ARG(zone->name));
            return err;
        }
        zone->zone = find(t, zone)->zone;
    }
    return 0;
}

static bool is_named(const struct master *m, const struct zone *zone)
{
    for (const struct generation *g = m->generations; g; g = g->next)
        for (unsigned i = 0; i < g->conf->zone_count; i++)
            if (g->conf->zones[i]->zone == zone)
                return true;
    return false;
}

void zonetable_sweep(struct master *m)
{
    struct zonetable_row **at = &m->zones.rows;

    while (*at) {
        struct zonetable_row *row = *at;

        if (is_named(m, row->zone)) {
            at = &row->next;
            continue;
        }
        *at = row->next;
        drop(row);
    }
}

int zonetable_give_ledger(struct child *c)
{
    const struct conf *conf = c->generation ? c->generation->conf : NULL;
    uint64_t room =
        conf ? conf->main.worker_connections.value * conf->limit_conn_most : 0;
    int err = 0;

    if (room == 0)
        return 0;
    if (!c->ledger.lines)
        err = tally_ledger_open(&c->ledger, (uint32_t)room);
    c->ledger.worker = scoreboard_number(c->master->board, c->slot);
    return err;
}

void zonetable_reap(struct child *c)
{
    const struct conf *conf;
    struct zone **zones;

    if (!c->ledger.lines)
        return;
    conf = c->generation->conf;
    zones = calloc(conf->zone_count, sizeof(struct zone *));
    if (!zones) {
        log_at(LOG_ALERT, "no memory to give back what %s %ld had counted",
               c->role->title, (long)c->pid);
        return;
    }
    for (unsigned i = 0; i < conf->zone_count; i++)
        zones[i] = conf->zones[i]->zone;
    tally_reap(&c->ledger, zones, conf->zone_count);
    free(zones);
}
