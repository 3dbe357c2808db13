/* limit.c - do requests of this key come too fast, or too many at once? */
#include "content/limit.h"

#include "conf/conf.h"
#include "content/errorlog.h"
#include "content/trace.h"
#include "content/variable.h"
#include "ipc/pace.h"
#include "ipc/slot.h"
#include "ipc/tally.h"

enum { REQ_KEY_MAX = 65535, CONN_KEY_MAX = 255 };

struct str limit_status_name(enum limit_status status)
{
    static const struct str names[] = {
        [LIMIT_NONE] = {"", 0},
        [LIMIT_PASSED] = {"PASSED", 6},
        [LIMIT_DELAYED] = {"DELAYED", 7},
        [LIMIT_REJECTED] = {"REJECTED", 8},
        [LIMIT_DELAYED_DRY_RUN] = {"DELAYED_DRY_RUN", 15},
        [LIMIT_REJECTED_DRY_RUN] = {"REJECTED_DRY_RUN", 16},
    };

    return names[status];
}

/* False for a limit that is not about this request: its key is empty. */
static bool key_of(struct exchange *x, const struct conf_limit *limit,
                   size_t longest, uint64_t *key)
{
    struct str text;

    if (!limit->zone->zone) {
        trace_event(x, TRACE_ACCESS, limit->place, limit->zone->name,
                    STR("a limit is not asked where nobody counts"));
        return false;
    }
    text = variable_text(x, &limit->zone->key);
    if (text.len == 0)
        return false;
    if (text.len > longest) {
        errorlog_put(x, LOG_ERROR, 0,
                     "the value of the \"%.*s\" key is more than %zu bytes: "
                     "\"%.*s\"",
                     STR_ARG(limit->zone->key.source), longest, STR_ARG(text));
        return false;
    }
    *key = zone_key(limit->zone->zone, text);
    return true;
}

/* ---- limit_req ---- */

/* One request against all limits of its location. The last of them takes it
 * into account when it is asked, the others once none has refused. */
struct pacing {
    const struct conf_limit *limits;
    unsigned count;
    struct zone_cell **cells; /* of those that were asked; or NULL */
    const struct conf_limit *worst;
    uint64_t excess; /* over the worst one's rate */
    bool is_limited; /* at least one was asked */
};

static uint64_t delay_of(const struct conf_limit *limit, uint64_t excess)
{
    if (excess <= limit->delay)
        return 0;
    return (excess - limit->delay) * 1000 / limit->zone->rate;
}

/* False: the limit refuses. */
static bool ask_limit(struct exchange *x, struct pacing *p, unsigned i)
{
    const struct conf_limit *limit = &p->limits[i];
    uint64_t now = x->env->now_ms;
    struct zone_cell *cell;
    uint64_t excess;
    uint64_t key;

    if (!key_of(x, limit, REQ_KEY_MAX, &key))
        return true;
    cell = zone_find(limit->zone->zone, key);
    if (!cell)
        return true; /* crowded out within these instructions */
    p->is_limited = true;
    p->worst = limit;
    p->excess = 0;
    if (i + 1 == p->count)
        return pace_try(cell, limit->zone->rate, limit->burst, now, &p->excess);
    excess = pace_excess(atomic_load(&cell->word), limit->zone->rate, now);
    if (excess > limit->burst)
        p->excess = excess;
    p->cells[i] = cell;
    return excess <= limit->burst;
}

static bool ask_limits(struct exchange *x, struct pacing *p)
{
    for (unsigned i = 0; i < p->count; i++)
        if (!ask_limit(x, p, i))
            return false;
    return true;
}

/* How long the request has to wait. */
static uint64_t account(struct exchange *x, struct pacing *p)
{
    uint64_t longest = delay_of(p->worst, p->excess);

    for (unsigned i = p->count; i-- > 0;) {
        const struct conf_limit *limit = &p->limits[i];
        uint64_t excess;

        if (!p->cells[i])
            continue;
        excess = pace_take(p->cells[i], limit->zone->rate, x->env->now_ms);
        if (delay_of(limit, excess) <= longest)
            continue;
        longest = delay_of(limit, excess);
        p->excess = excess;
        p->worst = limit;
    }
    return longest;
}

static enum http_status reject_request(struct exchange *x,
                                       const struct settings *s,
                                       const struct pacing *p)
{
    bool dry = s->limit_req_dry_run.on;

    errorlog_put(x, (enum log_level)s->limit_req_log_level.value, 0,
                 "limiting requests%s, excess: %llu.%03llu by zone \"%.*s\"",
                 dry ? ", dry run" : "", (unsigned long long)p->excess / 1000,
                 (unsigned long long)p->excess % 1000,
                 STR_ARG(p->worst->zone->name));
    x->limit_req_status = dry ? LIMIT_REJECTED_DRY_RUN : LIMIT_REJECTED;
    if (dry)
        return HTTP_NONE;
    slot_add(x->env->slot, COUNTER_limited_requests, 1);
    return (enum http_status)s->limit_req_status.value;
}

/* A delay is told one level below a refusal. */
static void delay_request(struct exchange *x, const struct settings *s,
                          const struct pacing *p, uint64_t delay)
{
    bool dry = s->limit_req_dry_run.on;
    int level = s->limit_req_log_level.value;

    errorlog_put(x, (enum log_level)(level < LOG_INFO ? level + 1 : level), 0,
                 "delaying request%s, excess: %llu.%03llu, by zone \"%.*s\"",
                 dry ? ", dry run" : "", (unsigned long long)p->excess / 1000,
                 (unsigned long long)p->excess % 1000,
                 STR_ARG(p->worst->zone->name));
    x->limit_req_status = dry ? LIMIT_DELAYED_DRY_RUN : LIMIT_DELAYED;
    if (!dry)
        x->wait = (struct wait){true, x->env->now_ms + delay};
}

static enum http_status limit_requests(struct exchange *x,
                                       const struct settings *s)
{
    struct pacing p = {.limits = s->limit_reqs, .count = s->limit_req_count};
    uint64_t delay;

    if (p.count == 0 || x->limit_req_status != LIMIT_NONE)
        return HTTP_NONE;
    p.cells = arena_alloc_array(&x->arena, p.count, sizeof(struct zone_cell *));
    if (!p.cells)
        return HTTP_UNAVAILABLE;
    if (!ask_limits(x, &p))
        return reject_request(x, s, &p);
    if (!p.is_limited)
        return HTTP_NONE;
    x->limit_req_status = LIMIT_PASSED;
    delay = account(x, &p);
    if (delay > 0)
        delay_request(x, s, &p, delay);
    return HTTP_NONE;
}

/* ---- limit_conn ---- */

static enum http_status reject_connection(struct exchange *x,
                                          const struct settings *s,
                                          const struct conf_limit *limit,
                                          enum tally_verdict why)
{
    bool dry = s->limit_conn_dry_run.on;

    tally_give_back(x->env->tally, x->env->zones, x->peer->hold);
    if (why == TALLY_FULL)
        errorlog_put(x, LOG_ERROR, 0, "no room is left in zone \"%.*s\"",
                     STR_ARG(limit->zone->name));
    errorlog_put(x, (enum log_level)s->limit_conn_log_level.value, 0,
                 "limiting connections%s by zone \"%.*s\"",
                 dry ? ", dry run" : "", STR_ARG(limit->zone->name));
    x->limit_conn_status = dry ? LIMIT_REJECTED_DRY_RUN : LIMIT_REJECTED;
    if (dry)
        return HTTP_NONE;
    slot_add(x->env->slot, COUNTER_limited_requests, 1);
    return (enum http_status)s->limit_conn_status.value;
}

static enum http_status limit_connections(struct exchange *x,
                                          const struct settings *s)
{
    if (!x->env->tally || !x->peer->hold || x->limit_conn_status != LIMIT_NONE)
        return HTTP_NONE;
    for (unsigned i = 0; i < s->limit_conn_count; i++) {
        const struct conf_limit *limit = &s->limit_conns[i];
        struct tally_zone zone = {(uint16_t)limit->zone->number,
                                  limit->zone->zone};
        enum tally_verdict verdict;
        uint64_t key;

        if (!key_of(x, limit, CONN_KEY_MAX, &key))
            continue;
        x->limit_conn_status = LIMIT_PASSED;
        verdict = tally_take(x->env->tally, zone, key, (unsigned)limit->burst,
                             x->peer->hold);
        if (verdict != TALLY_TAKEN)
            return reject_connection(x, s, limit, verdict);
    }
    return HTTP_NONE;
}

enum http_status limit_check(struct exchange *x)
{
    const struct settings *s = &x->location->settings;
    enum http_status status = limit_requests(x, s);

    if (status != HTTP_NONE || x->wait.is_on)
        return status;
    return limit_connections(x, s);
}
