/* tally.c - how many connections of one key there are, over all workers
 *
 * A cell's word is the count (16 bits), who changed it last (8) and with which
 * of its changes (40). A worker writes down what it is about to do, then
 * changes the word; who overwrites a word notes first that it has seen the
 * change (`seen`). So when a worker died over a change, it happened if the
 * word still shows it or somebody has seen it, and only then. */
#include "ipc/tally.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>

enum { COUNT_MAX = 0xffff };

#define CHANGE_MASK ((UINT64_C(1) << 40) - 1)
#define CELL_MASK ((UINT64_C(1) << 48) - 1)

/* A line: what is so or about to be, of which zone, of which cell. 0: free. */
enum line_state { LINE_FREE, LINE_HELD, LINE_TAKING, LINE_GIVING };

static uint64_t line_of(enum line_state state, unsigned zone, uint64_t cell)
{
    return (uint64_t)state << 62 | (uint64_t)(zone & 0x3fff) << 48 | cell;
}

static enum line_state state_of(uint64_t line)
{
    return (enum line_state)(line >> 62);
}

static unsigned zone_of(uint64_t line)
{
    return (unsigned)(line >> 48 & 0x3fff);
}

int tally_ledger_open(struct tally_ledger *ledger, uint32_t room)
{
    void *lines =
        mmap(NULL, (size_t)room * sizeof(uint64_t), PROT_READ | PROT_WRITE,
             MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    if (lines == MAP_FAILED)
        return -errno;
    *ledger = (struct tally_ledger){.lines = lines, .room = room};
    return 0;
}

void tally_ledger_close(struct tally_ledger *ledger)
{
    if (ledger->lines)
        munmap((void *)ledger->lines, ledger->room * sizeof(uint64_t));
    *ledger = (struct tally_ledger){0};
}

/* ---- one change of a word ---- */

static uint64_t begin(struct zone *z, uint32_t worker)
{
    uint64_t change =
        (atomic_load(&z->memory->begun[worker]) + 1) & CHANGE_MASK;

    atomic_store(&z->memory->begun[worker], change);
    return change;
}

/* Before a word is overwritten: its author may ask later. */
static void note_seen(struct zone *z, uint64_t word)
{
    _Atomic uint64_t *seen = &z->memory->seen[word >> 40 & 0xff];
    uint64_t change = word & CHANGE_MASK;
    uint64_t old = atomic_load(seen);

    while (old < change && !atomic_compare_exchange_weak(seen, &old, change))
        continue;
}

static bool happened(struct zone *z, uint32_t worker,
                     const struct zone_cell *cell)
{
    uint64_t change = atomic_load(&z->memory->begun[worker]);
    uint64_t mine = (uint64_t)worker << 40 | change;

    /* The word first: what overwrites it is noted before. */
    if ((atomic_load(&cell->word) & CELL_MASK) == mine)
        return true;
    return atomic_load(&z->memory->seen[worker]) >= change;
}

/* False, and nothing changed, where `limit` are there. */
static bool count_up(struct zone *z, struct zone_cell *cell, uint64_t author,
                     unsigned limit)
{
    uint64_t word = atomic_load(&cell->word);
    uint64_t next;

    do {
        if (zone_count(word) >= limit || zone_count(word) == COUNT_MAX)
            return false;
        note_seen(z, word);
        next = (uint64_t)(zone_count(word) + 1) << 48 | author;
    } while (!atomic_compare_exchange_weak(&cell->word, &word, next));
    return true;
}

static void count_down(struct zone *z, struct zone_cell *cell, uint64_t author)
{
    uint64_t word = atomic_load(&cell->word);
    uint64_t next;

    do {
        if (zone_count(word) == 0)
            return;
        note_seen(z, word);
        next = (uint64_t)(zone_count(word) - 1) << 48 | author;
    } while (!atomic_compare_exchange_weak(&cell->word, &word, next));
}

static void give_line(const struct tally_ledger *ledger, uint32_t i,
                      struct zone *z)
{
    uint64_t line = atomic_load(&ledger->lines[i]);
    uint64_t cell = line & CELL_MASK;
    uint64_t author = (uint64_t)ledger->worker << 40 | begin(z, ledger->worker);

    atomic_store(&ledger->lines[i], line_of(LINE_GIVING, zone_of(line), cell));
    count_down(z, &z->memory->cells[cell], author);
    atomic_store(&ledger->lines[i], 0);
}

/* ---- the worker's side ---- */

int tally_open(struct tally *t, const struct tally_ledger *ledger)
{
    uint32_t *next = calloc(ledger->room + 1, sizeof(*next));

    if (!next)
        return -ENOMEM;
    *t = (struct tally){.ledger = ledger, .next = next};
    return 0;
}

/* Memory that was never needed is never touched. 0: none is left. */
static uint32_t vacant_line(const struct tally *t)
{
    if (t->vacant != 0)
        return t->vacant;
    return t->used < t->ledger->room ? t->used + 1 : 0;
}

static void hang(struct tally *t, uint32_t line, struct tally_hold *hold)
{
    if (line == t->vacant)
        t->vacant = t->next[line];
    else
        t->used = line;
    t->next[line] = hold->first;
    hold->first = line;
}

void tally_close(struct tally *t)
{
    free(t->next);
    *t = (struct tally){0};
}

static enum tally_verdict take(const struct tally *t, uint32_t number,
                               struct tally_zone zone, uint64_t key,
                               unsigned limit)
{
    const struct tally_ledger *ledger = t->ledger;
    _Atomic uint64_t *line = &ledger->lines[number - 1];
    struct zone_cell *cell = zone_find(zone.zone, key);
    uint64_t at;
    uint64_t author;

    if (!cell)
        return TALLY_FULL;
    at = (uint64_t)(cell - zone.zone->memory->cells);
    author = (uint64_t)ledger->worker << 40 | begin(zone.zone, ledger->worker);
    atomic_store(line, line_of(LINE_TAKING, zone.number, at));
    if (!count_up(zone.zone, cell, author, limit)) {
        atomic_store(line, 0);
        return TALLY_LIMITED;
    }
    atomic_store(line, line_of(LINE_HELD, zone.number, at));
    return TALLY_TAKEN;
}

enum tally_verdict tally_take(struct tally *t, struct tally_zone zone,
                              uint64_t key, unsigned limit,
                              struct tally_hold *hold)
{
    enum { TRIES = 8 };
    uint32_t line = vacant_line(t);

    for (int tries = 0; line != 0 && tries < TRIES; tries++) {
        enum tally_verdict verdict = take(t, line, zone, key, limit);
        uint64_t held;

        if (verdict != TALLY_TAKEN)
            return verdict;
        held = atomic_load(&t->ledger->lines[line - 1]) & CELL_MASK;
        if (atomic_load(&zone.zone->memory->cells[held].key) == key) {
            hang(t, line, hold);
            return TALLY_TAKEN;
        }
        /* Another key had the cell by then: not counted there. */
        give_line(t->ledger, line - 1, zone.zone);
    }
    return TALLY_FULL;
}

void tally_give_back(struct tally *t, struct zone *const *zones,
                     struct tally_hold *hold)
{
    while (hold->first != 0) {
        uint32_t line = hold->first;

        give_line(t->ledger, line - 1,
                  zones[zone_of(atomic_load(&t->ledger->lines[line - 1]))]);
        hold->first = t->next[line];
        t->next[line] = t->vacant;
        t->vacant = line;
    }
}

/* ---- the master's side ---- */

/* Was the count still held, once the change in hand is accounted for? */
static bool is_held(const struct tally_ledger *ledger, uint64_t line,
                    struct zone *z)
{
    const struct zone_cell *cell = &z->memory->cells[line & CELL_MASK];

    switch (state_of(line)) {
    case LINE_TAKING:
        return happened(z, ledger->worker, cell);
    case LINE_GIVING:
        return !happened(z, ledger->worker, cell);
    default:
        return true;
    }
}

/* A line is memory that the dead one could write. */
static struct zone *zone_checked(uint64_t line, struct zone *const *zones,
                                 unsigned zone_count)
{
    struct zone *z = zone_of(line) < zone_count ? zones[zone_of(line)] : NULL;

    return z && z->kind == ZONE_TALLY && (line & CELL_MASK) < z->count ? z
                                                                       : NULL;
}

/* The change that it died over goes first, for giving back begins others. */
static unsigned reap_lines(const struct tally_ledger *ledger,
                           struct zone *const *zones, unsigned zone_count,
                           bool in_change)
{
    unsigned given = 0;

    for (uint32_t i = 0; i < ledger->room; i++) {
        uint64_t line = atomic_load(&ledger->lines[i]);
        struct zone *z = zone_checked(line, zones, zone_count);

        if (line == 0 || (state_of(line) != LINE_HELD) != in_change)
            continue;
        if (z && is_held(ledger, line, z)) {
            give_line(ledger, i, z);
            given++;
        }
        atomic_store(&ledger->lines[i], 0);
    }
    return given;
}

unsigned tally_reap(const struct tally_ledger *ledger,
                    struct zone *const *zones, unsigned zone_count)
{
    unsigned given = reap_lines(ledger, zones, zone_count, true);

    return given + reap_lines(ledger, zones, zone_count, false);
}
