/* geo.c - values by address: networks and ranges */
#include "conf/geo.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>

#include "conf/array.h"

__extension__ typedef unsigned __int128 wide;

enum { CHUNKS = 65536, BITS_4 = 32, BITS_6 = 128 };

struct geo_network {
    wide start, end;
    const struct str *value; /* NULL: was deleted */
    bool is_v4;
};

/* ---- addresses as numbers ---- */

static uint32_t number_of_4(const void *bytes)
{
    const unsigned char *b = bytes;

    return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 |
           b[3];
}

/* Those of IPv4 that are mapped into IPv6 are of IPv4. */
static wide number_of(const struct address *a, bool *is_v4)
{
    const void *name = &a->name;
    const struct sockaddr_in *v4 = name;
    const struct in6_addr *v6 = &((const struct sockaddr_in6 *)name)->sin6_addr;
    wide n = 0;

    *is_v4 = a->name.ss_family == AF_INET;
    if (*is_v4)
        return number_of_4(&v4->sin_addr);
    for (unsigned i = 0; i < 16; i++)
        n = n << 8 | v6->s6_addr[i];
    return n;
}

static wide number_of_client(const struct address *a, bool *is_v4)
{
    wide n = number_of(a, is_v4);

    if (*is_v4 || n >> 32 != 0xffff)
        return n;
    *is_v4 = true;
    return (uint32_t)n;
}

/* ---- networks ---- */

static struct geo_network describe(const struct network *n)
{
    struct geo_network w = {0};
    unsigned bits;

    w.start = number_of(&n->base, &w.is_v4);
    bits = (w.is_v4 ? BITS_4 : BITS_6) - n->bits;
    w.end = w.start | (bits == BITS_6 ? ~(wide)0 : ((wide)1 << bits) - 1);
    return w;
}

/* What tells one network from all others. */
struct key {
    wide start, end;
    uint64_t is_v4;
    uint64_t unused;
};

static struct key key_of(const struct geo_network *n)
{
    return (struct key){n->start, n->end, n->is_v4, 0};
}

static struct geo_network *find(const struct geo *g,
                                const struct geo_network *n)
{
    struct key key = key_of(n);

    return dict_get(&g->known, (struct str){(char *)&key, sizeof(key)});
}

static int keep(struct geo *g, struct arena *arena, const struct geo_network *n)
{
    struct geo_network *kept = arena_alloc(arena, sizeof(*kept));
    struct geo_network **all =
        array_grow(arena, g->networks, g->network_count, sizeof(kept));
    struct key key = key_of(n);
    struct str name =
        arena_copy(arena, (struct str){(char *)&key, sizeof(key)});

    if (!kept || !all || !name.at)
        return -ENOMEM;
    *kept = *n;
    g->networks = all;
    all[g->network_count++] = kept;
    return dict_put(&g->known, arena, name, kept);
}

int geo_add(struct geo *g, struct arena *arena, const struct network *n,
            const struct str *value, const struct str **old)
{
    struct geo_network w = describe(n);
    struct geo_network *known = find(g, &w);

    *old = known ? known->value : NULL;
    w.value = value;
    if (!known)
        return keep(g, arena, &w);
    known->value = value;
    return 0;
}

bool geo_delete(struct geo *g, const struct network *n)
{
    struct geo_network w = describe(n);
    struct geo_network *known = find(g, &w);
    bool was_there = known && known->value;

    if (known)
        known->value = NULL;
    return was_there;
}

/* ---- networks made into spans ---- */

/* What surrounds others goes before them. */
static int compare(const void *a, const void *b)
{
    const struct geo_network *x = *(struct geo_network *const *)a;
    const struct geo_network *y = *(struct geo_network *const *)b;

    if (x->start != y->start)
        return x->start < y->start ? -1 : 1;
    if (x->end != y->end)
        return x->end > y->end ? -1 : 1;
    return 0;
}

static void begin_span(struct geo_table *t, wide start, const struct str *value)
{
    struct geo_span span = {(uint64_t)(start >> 64), (uint64_t)start, value};
    struct geo_span *last = t->count ? &t->spans[t->count - 1] : NULL;

    if (last && last->high == span.high && last->low == span.low)
        *last = span;
    else
        t->spans[t->count++] = span;
}

/* The networks that surround the place that has been reached. */
struct nest {
    struct geo_network *open[BITS_6 + 1];
    unsigned depth;
};

/* Ends what ends before `start`: behind it the one around it goes on. */
static void close_before(struct nest *nest, struct geo_table *t, wide start)
{
    while (nest->depth > 0 && nest->open[nest->depth - 1]->end < start) {
        wide end = nest->open[--nest->depth]->end;

        begin_span(t, end + 1,
                   nest->depth ? nest->open[nest->depth - 1]->value : NULL);
    }
}

static int flatten(struct geo *g, struct arena *arena, bool v4,
                   struct geo_table *t)
{
    wide max = v4 ? UINT32_MAX : ~(wide)0;
    struct nest nest = {.depth = 0};

    t->spans = arena_alloc_array(arena, 2 * (size_t)g->network_count + 1,
                                 sizeof(*t->spans));
    if (!t->spans)
        return -ENOMEM;
    for (unsigned i = 0; i < g->network_count; i++) {
        struct geo_network *n = g->networks[i];

        if (n->is_v4 != v4 || !n->value)
            continue;
        close_before(&nest, t, n->start);
        begin_span(t, n->start, n->value);
        nest.open[nest.depth++] = n;
    }
    /* Nothing is behind the last address. */
    close_before(&nest, t, max);
    return 0;
}

int geo_settle(struct geo *g, struct arena *arena)
{
    int err;

    if (g->network_count == 0)
        return 0;
    qsort(g->networks, g->network_count, sizeof(struct geo_network *), compare);
    err = flatten(g, arena, true, &g->v4);
    return err < 0 ? err : flatten(g, arena, false, &g->v6);
}

static const struct str *find_span(const struct geo_table *t, wide n)
{
    unsigned low = 0;
    unsigned high = t->count;

    while (low < high) {
        unsigned middle = low + (high - low) / 2;
        const struct geo_span *s = &t->spans[middle];

        if (((wide)s->high << 64 | s->low) <= n)
            low = middle + 1;
        else
            high = middle;
    }
    return low > 0 ? t->spans[low - 1].value : NULL;
}

/* ---- ranges ---- */

/* The first range that does not end before `n`. */
static unsigned find_row(const struct geo_chunk *c, unsigned n)
{
    unsigned low = 0;
    unsigned high = c->count;

    while (low < high) {
        unsigned middle = low + (high - low) / 2;

        if (c->rows[middle].end < n)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static int insert(struct geo_chunk *c, struct arena *arena, unsigned at,
                  struct geo_range range)
{
    struct geo_range *rows =
        array_grow(arena, c->rows, c->count, sizeof(*rows));

    if (!rows)
        return -ENOMEM;
    memmove(rows + at + 1, rows + at, (c->count - at) * sizeof(*rows));
    rows[at] = range;
    c->rows = rows;
    c->count++;
    return 0;
}

/* The new range lies in the one at `at`: what is left of that stays around. */
static int split(struct geo_chunk *c, struct arena *arena, unsigned at,
                 struct geo_range range)
{
    struct geo_range around = c->rows[at];
    int err = 0;

    c->rows[at] = range;
    if (range.end < around.end)
        err = insert(c, arena, at + 1,
                     (struct geo_range){(uint16_t)(range.end + 1), around.end,
                                        around.value});
    if (err == 0 && around.start < range.start)
        err =
            insert(c, arena, at,
                   (struct geo_range){around.start, (uint16_t)(range.start - 1),
                                      around.value});
    return err;
}

static int add_to_chunk(struct geo_chunk *c, struct arena *arena,
                        struct geo_range *range, const struct str **old)
{
    unsigned at = find_row(c, range->start);
    struct geo_range *row = at < c->count ? &c->rows[at] : NULL;

    if (!row || row->start > range->end)
        return insert(c, arena, at, *range);
    if (row->start == range->start && row->end == range->end) {
        *old = row->value;
        row->value = range->value;
        return 0;
    }
    if (row->start <= range->start && range->end <= row->end)
        return split(c, arena, at, *range);
    *range = *row;
    return -EEXIST;
}

/* What of the bounds lies in a chunk. */
static struct geo_range cut(struct geo_bounds bounds, uint32_t chunk)
{
    return (struct geo_range){
        .start = bounds.start >> 16 == chunk ? (uint16_t)bounds.start : 0,
        .end = bounds.end >> 16 == chunk ? (uint16_t)bounds.end : UINT16_MAX,
    };
}

int geo_add_range(struct geo *g, struct arena *arena, struct geo_bounds *bounds,
                  const struct str *value, const struct str **old)
{
    *old = NULL;
    if (!g->chunks)
        g->chunks = arena_alloc_array(arena, CHUNKS, sizeof(*g->chunks));
    if (!g->chunks)
        return -ENOMEM;
    for (uint32_t i = bounds->start >> 16; i <= bounds->end >> 16; i++) {
        struct geo_range range = cut(*bounds, i);
        int err;

        range.value = value;
        err = add_to_chunk(&g->chunks[i], arena, &range, old);
        if (err == -EEXIST)
            *bounds =
                (struct geo_bounds){i << 16 | range.start, i << 16 | range.end};
        if (err < 0)
            return err;
    }
    return 0;
}

static bool delete_row(struct geo_chunk *c, struct geo_range range)
{
    unsigned at = find_row(c, range.start);

    if (at == c->count || c->rows[at].start != range.start ||
        c->rows[at].end != range.end)
        return false;
    c->count--;
    memmove(c->rows + at, c->rows + at + 1,
            (c->count - at) * sizeof(struct geo_range));
    return true;
}

bool geo_delete_range(struct geo *g, struct geo_bounds bounds)
{
    bool all = g->chunks != NULL;

    for (uint32_t i = bounds.start >> 16; g->chunks && i <= bounds.end >> 16;
         i++)
        all = delete_row(&g->chunks[i], cut(bounds, i)) && all;
    return all;
}

static const struct str *find_range(const struct geo *g, wide n, bool is_v4)
{
    uint32_t address = is_v4 ? (uint32_t)n : UINT32_MAX;
    const struct geo_chunk *c = g->chunks ? &g->chunks[address >> 16] : NULL;
    unsigned at = c ? find_row(c, address & UINT16_MAX) : 0;

    if (c && at < c->count && c->rows[at].start <= (address & UINT16_MAX))
        return c->rows[at].value;
    return g->fallback;
}

/* ---- finding ---- */

struct str geo_find(const struct geo *g, const struct address *a)
{
    bool is_v4;
    wide n = number_of_client(a, &is_v4);
    const struct str *value = g->ranges ? find_range(g, n, is_v4)
                                        : find_span(is_v4 ? &g->v4 : &g->v6, n);

    return value ? *value : STR("");
}
