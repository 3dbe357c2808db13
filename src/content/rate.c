/* rate.c - how fast an answer may go */
#include "content/rate.h"

#include "conf/conf.h"
#include "conf/value.h"
#include "content/errorlog.h"
#include "content/exchange.h"
#include "content/variable.h"

/* Bytes do not drip one by one: a quarter of a second's at a time. */
enum { PARTS_S = 4 };

static uint64_t sum(uint64_t a, uint64_t b)
{
    uint64_t c;

    return __builtin_add_overflow(a, b, &c) ? UINT64_MAX : c;
}

/* What the rate makes of a time. */
static uint64_t in_time(uint64_t rate, uint64_t ms)
{
    unsigned __int128 bytes = (unsigned __int128)rate * ms / 1000;

    return bytes > UINT64_MAX ? UINT64_MAX : (uint64_t)bytes;
}

uint64_t rate_allows(const struct rate *r, uint64_t sent, uint64_t elapsed_ms,
                     uint64_t *wait_ms)
{
    uint64_t part = r->bytes_s / PARTS_S ? r->bytes_s / PARTS_S : 1;
    uint64_t most;

    if (r->bytes_s == 0)
        return UINT64_MAX;
    most = sum(r->free_bytes, in_time(r->bytes_s, sum(elapsed_ms, 1000)));
    if (most > sent)
        return most - sent;
    *wait_ms = (uint64_t)((unsigned __int128)(sent - most + part) * 1000 /
                          r->bytes_s) +
               1;
    return 0;
}

static bool read_size(struct exchange *x, const struct template *t,
                      uint64_t *into)
{
    struct str text = variable_text(x, t);

    if (t->count == 0)
        return false;
    if (value_size(text, into))
        return true;
    errorlog_put(x, LOG_ERROR, 0, "invalid size \"%.*s\"", STR_ARG(text));
    return false;
}

void rate_settle(struct exchange *x)
{
    const struct settings *s = &x->location->settings;

    if (!x->rate.is_set) {
        x->rate.bytes_s = 0;
        read_size(x, &s->limit_rate.value, &x->rate.bytes_s);
    }
    x->rate.free_bytes = 0;
    if (x->rate.bytes_s > 0)
        read_size(x, &s->limit_rate_after.value, &x->rate.free_bytes);
}

void rate_set(struct exchange *x, struct str size)
{
    uint64_t bytes;

    if (value_size(size, &bytes))
        x->rate = (struct rate){.bytes_s = bytes, .is_set = true};
    else
        errorlog_put(x, LOG_ERROR, 0, "invalid $limit_rate \"%.*s\"",
                     STR_ARG(size));
}
