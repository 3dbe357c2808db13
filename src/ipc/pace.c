/* pace.c - how fast requests of one key come: a bucket that leaks */
#include "ipc/pace.h"

enum { EXCESS_BITS = 24, TIME_BITS = 40, REQUEST = 1000 };

#define TIME_MASK ((UINT64_C(1) << TIME_BITS) - 1)

/* So long that every bucket is empty, and short enough to multiply. */
#define LONG_AGO_MS (INT64_C(1) << 33)

/* How long ago the last request came. Clocks of two processes differ by a turn
 * of their loops; a time far ahead is of a clock that was set. */
static int64_t elapsed(uint64_t word, uint64_t now_ms)
{
    int64_t ms = (int64_t)(now_ms & TIME_MASK) - (int64_t)(word >> EXCESS_BITS);

    if (ms < -60000)
        return 1;
    if (ms < 0)
        return 0;
    return ms > LONG_AGO_MS ? LONG_AGO_MS : ms;
}

uint64_t pace_excess(uint64_t word, uint64_t rate, uint64_t now_ms)
{
    int64_t excess = (int64_t)(word & PACE_EXCESS_MAX);
    int64_t leaked = (int64_t)rate * elapsed(word, now_ms) / 1000;

    if (word == 0)
        return 0;
    excess += REQUEST - leaked;
    if (excess < 0)
        return 0;
    return excess > PACE_EXCESS_MAX ? PACE_EXCESS_MAX : (uint64_t)excess;
}

uint64_t pace_next(uint64_t word, uint64_t rate, uint64_t now_ms)
{
    uint64_t last = word >> EXCESS_BITS;

    if (word == 0 || elapsed(word, now_ms) != 0)
        last = now_ms & TIME_MASK;
    if (last == 0)
        last = 1; /* or it would be as if never seen */
    return last << EXCESS_BITS | pace_excess(word, rate, now_ms);
}

uint64_t pace_take(struct zone_cell *cell, uint64_t rate, uint64_t now_ms)
{
    uint64_t word = atomic_load(&cell->word);

    while (!atomic_compare_exchange_weak(&cell->word, &word,
                                         pace_next(word, rate, now_ms)))
        continue;
    return pace_excess(word, rate, now_ms);
}

bool pace_try(struct zone_cell *cell, uint64_t rate, uint64_t burst,
              uint64_t now_ms, uint64_t *excess)
{
    uint64_t word = atomic_load(&cell->word);

    do {
        *excess = pace_excess(word, rate, now_ms);
        if (*excess > burst)
            return false;
    } while (!atomic_compare_exchange_weak(&cell->word, &word,
                                           pace_next(word, rate, now_ms)));
    return true;
}
