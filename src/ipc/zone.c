/* zone.c - a table of keys that all workers share without a lock
 *
 * Cells become free only where the window is full, so as long as there is room
 * two processes that bring the same new key try for the same cell and one of
 * them wins it for both: no count is split. */
#include "ipc/zone.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>

enum { PAGE = 4096, TRIES = 32 };

int zone_open(struct zone **into, enum zone_kind kind, size_t size)
{
    struct zone *z = calloc(1, sizeof(*z));
    void *memory;
    int err = z ? siphash_key_make(&z->secret) : -ENOMEM;

    if (err < 0)
        goto out;
    z->kind = kind;
    z->mapped = (sizeof(struct zone_memory) + size + PAGE - 1) / PAGE * PAGE;
    z->count =
        (z->mapped - sizeof(struct zone_memory)) / sizeof(struct zone_cell);
    memory = mmap(NULL, z->mapped, PROT_READ | PROT_WRITE,
                  MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) {
        err = -errno;
        goto out;
    }
    z->memory = memory;
    *into = z;
out:
    if (err < 0)
        free(z);
    return err;
}

void zone_close(struct zone *z)
{
    if (!z)
        return;
    munmap(z->memory, z->mapped);
    free(z);
}

uint64_t zone_key(const struct zone *z, struct str text)
{
    uint64_t key = siphash(&z->secret, text);

    return key ? key : 1;
}

static struct zone_cell *cell_at(struct zone *z, uint64_t key, unsigned i)
{
    uint64_t first = (key >> 32) * z->count >> 32;

    return &z->memory->cells[(first + i) % z->count];
}

static struct zone_cell *look(struct zone *z, uint64_t key,
                              struct zone_cell **vacant)
{
    *vacant = NULL;
    for (unsigned i = 0; i < ZONE_WINDOW; i++) {
        struct zone_cell *cell = cell_at(z, key, i);
        uint64_t found = atomic_load(&cell->key);

        if (found == key)
            return cell;
        if (found == 0 && !*vacant)
            *vacant = cell;
    }
    return NULL;
}

static bool may_go(const struct zone *z, uint64_t word)
{
    return z->kind == ZONE_PACE || zone_count(word) == 0;
}

/* Of those that may go the one with the least word: of a pace's, whose time
 * stands in the upper bits, that is the longest untouched. */
static struct zone_cell *vacate(struct zone *z, uint64_t key)
{
    struct zone_cell *victim = NULL;
    uint64_t least = UINT64_MAX;
    uint64_t old = 0;

    for (unsigned i = 0; i < ZONE_WINDOW; i++) {
        struct zone_cell *cell = cell_at(z, key, i);
        uint64_t owner = atomic_load(&cell->key);
        uint64_t word = atomic_load(&cell->word);

        if (!may_go(z, word) || word >= least)
            continue;
        victim = cell;
        least = word;
        old = owner;
    }
    if (victim && old != 0)
        atomic_compare_exchange_strong(&victim->key, &old, 0);
    return victim;
}

/* What the last key left must not be the next one's. Compared, so that whoever
 * comes late does not wipe what the new key has begun already. */
static void wipe(struct zone *z, struct zone_cell *cell)
{
    uint64_t word = atomic_load(&cell->word);

    if (z->kind == ZONE_PACE && word != 0 && atomic_load(&cell->key) == 0)
        atomic_compare_exchange_strong(&cell->word, &word, 0);
}

struct zone_cell *zone_find(struct zone *z, uint64_t key)
{
    for (int tries = 0; tries < TRIES; tries++) {
        struct zone_cell *vacant;
        struct zone_cell *cell = look(z, key, &vacant);
        uint64_t none = 0;

        if (cell)
            return cell;
        if (!vacant)
            vacant = vacate(z, key);
        if (!vacant)
            return NULL;
        wipe(z, vacant);
        if (atomic_compare_exchange_strong(&vacant->key, &none, key))
            return vacant;
    }
    return NULL;
}
