/* histogram.c - buckets of constant relative width */
#include "ipc/histogram.h"

enum {
    PARTS_LOG = 3, /* eight buckets a power of two */
    PARTS = 1 << PARTS_LOG,
    TOP_LOG = 26, /* 2^26 us and more share the last bucket */
};

_Static_assert((TOP_LOG - PARTS_LOG + 1) * PARTS + 1 == HISTOGRAM_BUCKETS,
               "a bucket for each part, and the last");

unsigned histogram_bucket(uint64_t us)
{
    unsigned power;
    unsigned part;

    if (us < PARTS)
        return (unsigned)us;
    if (us >> TOP_LOG)
        return HISTOGRAM_BUCKETS - 1;
    power = 63 - (unsigned)__builtin_clzll(us);
    part = (unsigned)(us >> (power - PARTS_LOG)) & (PARTS - 1);
    return (power - PARTS_LOG + 1) * PARTS + part;
}

uint64_t histogram_edge(unsigned bucket)
{
    unsigned shift;

    if (bucket < PARTS)
        return bucket;
    if (bucket >= HISTOGRAM_BUCKETS - 1)
        return UINT64_MAX;
    shift = bucket / PARTS - 1;
    return ((uint64_t)(PARTS + bucket % PARTS + 1) << shift) - 1;
}

static uint64_t load(const _Atomic uint64_t *word)
{
    return atomic_load_explicit(word, memory_order_relaxed);
}

/* A load and a store, not a locked add: there is one writer. */
static void raise_by(_Atomic uint64_t *word, uint64_t n)
{
    atomic_store_explicit(word, load(word) + n, memory_order_relaxed);
}

void histogram_add(struct histogram *h, uint64_t us)
{
    raise_by(&h->buckets[histogram_bucket(us)], 1);
    raise_by(&h->sum_us, us);
    if (us > load(&h->max_us))
        atomic_store_explicit(&h->max_us, us, memory_order_relaxed);
}

void histogram_read(const struct histogram *h, struct histogram_copy *into)
{
    for (unsigned i = 0; i < HISTOGRAM_BUCKETS; i++)
        into->buckets[i] = load(&h->buckets[i]);
    into->sum_us = load(&h->sum_us);
    into->max_us = load(&h->max_us);
}

void histogram_copy(struct histogram *into, const struct histogram *from)
{
    for (unsigned i = 0; i < HISTOGRAM_BUCKETS; i++)
        atomic_store_explicit(&into->buckets[i], load(&from->buckets[i]),
                              memory_order_relaxed);
    atomic_store_explicit(&into->sum_us, load(&from->sum_us),
                          memory_order_relaxed);
    atomic_store_explicit(&into->max_us, load(&from->max_us),
                          memory_order_relaxed);
}

void histogram_merge(struct histogram_copy *sum,
                     const struct histogram_copy *more)
{
    for (unsigned i = 0; i < HISTOGRAM_BUCKETS; i++)
        sum->buckets[i] += more->buckets[i];
    sum->sum_us += more->sum_us;
    if (more->max_us > sum->max_us)
        sum->max_us = more->max_us;
}

/* A reader may have copied the two in either order while the writer went on. */
static void take_off(uint64_t *from, uint64_t n)
{
    *from = *from > n ? *from - n : 0;
}

void histogram_subtract(struct histogram_copy *late,
                        const struct histogram_copy *early)
{
    uint64_t edge = 0;

    for (unsigned i = 0; i < HISTOGRAM_BUCKETS; i++) {
        take_off(&late->buckets[i], early->buckets[i]);
        if (late->buckets[i] > 0)
            edge = histogram_edge(i);
    }
    take_off(&late->sum_us, early->sum_us);
    if (edge < late->max_us)
        late->max_us = edge;
}

uint64_t histogram_count(const struct histogram_copy *h)
{
    uint64_t count = 0;

    for (unsigned i = 0; i < HISTOGRAM_BUCKETS; i++)
        count += h->buckets[i];
    return count;
}

/* Which value stands at the place: rounded up, the first is place 1. Divided
 * before it is multiplied, so that no count overflows. */
static uint64_t place_of(uint64_t count, unsigned per_10000)
{
    uint64_t whole = count / 10000 * per_10000;
    uint64_t rest = (count % 10000 * per_10000 + 9999) / 10000;

    return whole + rest > 0 ? whole + rest : 1;
}

uint64_t histogram_quantile(const struct histogram_copy *h, unsigned per_10000)
{
    uint64_t count = histogram_count(h);
    uint64_t place = place_of(count, per_10000);
    uint64_t seen = 0;

    if (count == 0)
        return 0;
    for (unsigned i = 0; i < HISTOGRAM_BUCKETS; i++) {
        seen += h->buckets[i];
        if (seen >= place)
            return histogram_edge(i) < h->max_us ? histogram_edge(i)
                                                 : h->max_us;
    }
    return h->max_us;
}
