/* zone.h - a table of keys that all workers share without a lock
 *
 * Memory without a name, mapped by the master before it forks; it lives as long
 * as a process has it. Fixed and open-addressed: a key's cell stands among the
 * few that its hash names, and a new key takes the first free one of them, or
 * that of a key that is not needed any more. What a cell's word means is
 * settled by who uses the zone: ipc/pace or ipc/tally. A process that is
 * killed at any point leaves each cell usable. */
#ifndef PRONG_IPC_ZONE_H
#define PRONG_IPC_ZONE_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "base/siphash.h"
#include "base/str.h"

enum zone_kind {
    ZONE_PACE,  /* the word that has not changed for longest may go */
    ZONE_TALLY, /* a word whose count is 0 may go */
};

enum { ZONE_WORKERS = 256, ZONE_WINDOW = 16 };

struct zone_cell {
    _Atomic uint64_t key; /* 0: the cell is free */
    _Atomic uint64_t word;
};

/* What is shared. Anyone may write it, so no length stands there. */
struct zone_memory {
    /* Of a tally, by the workers' slots: see tally.c. */
    _Alignas(64) _Atomic uint64_t begun[ZONE_WORKERS];
    _Atomic uint64_t seen[ZONE_WORKERS];
    _Alignas(64) struct zone_cell cells[];
};

/* A process's own view of it, copied by the fork. */
struct zone {
    enum zone_kind kind;
    struct siphash_key secret;
    struct zone_memory *memory;
    size_t mapped;  /* bytes */
    uint64_t count; /* of cells */
};

/* A zone with `size` bytes of cells. 0 or -errno. */
int zone_open(struct zone **into, enum zone_kind kind, size_t size);

/* This process needs it no more; NULL is fine. */
void zone_close(struct zone *z);

/* The key as the zone knows it; never 0. */
uint64_t zone_key(const struct zone *z, struct str text);

/* The cell of the key, which has one from now on; NULL: all that it could have
 * are needed. By the time that the caller changes the word the cell may be
 * another key's, where very many come and go. */
struct zone_cell *zone_find(struct zone *z, uint64_t key);

/* ZONE_TALLY's count in a word. */
static inline unsigned zone_count(uint64_t word)
{
    return (unsigned)(word >> 48);
}

#endif
