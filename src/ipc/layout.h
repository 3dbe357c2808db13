/* layout.h - what stands where in the shared memory object
 *
 * The object describes itself: a program of another layout can still read the
 * totals by the names of the counters. Private to the scoreboard. */
#ifndef PRONG_IPC_LAYOUT_H
#define PRONG_IPC_LAYOUT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ipc/counters.h"
#include "ipc/guard.h"
#include "ipc/section.h"
#include "ipc/slot.h"

enum {
    LAYOUT_VERSION = 1,
    LAYOUT_PAGE = 4096,
    LAYOUT_SLOTS = 256,
    LAYOUT_SECTION_WORDS = sizeof(struct section) / 8,
};

#define LAYOUT_MAGIC UINT64_C(0x31676e6f7270a55a)

/* One counter: an 8-byte word `offset` bytes into a slot. */
struct layout_row {
    char name[40];
    uint32_t kind;
    uint32_t offset;
};

/* What never changes after it was written, and what a program of another
 * layout needs. New fields go to the end, in place of `reserved`. */
struct layout_fixed {
    uint32_t version;
    uint32_t fixed_size; /* of this struct */
    uint64_t size;       /* of the whole object */
    uint32_t slot_offset;
    uint32_t slot_size;
    uint32_t slot_max;
    uint32_t slots_used_offset; /* a 4-byte word in the header */
    uint32_t section_offset;
    uint32_t section_size;
    uint32_t histogram_head_offset; /* in a slot */
    uint32_t histogram_whole_offset;
    uint32_t histogram_buckets;
    uint32_t counter_count;
    uint64_t reserved[16];
    struct layout_row rows[COUNTER_COUNT];
};

struct layout {
    _Atomic uint64_t magic; /* written last */
    struct layout_fixed fixed;

    _Alignas(128) _Atomic int64_t since_wall;
    _Atomic uint32_t slots_used; /* each below has memory */
    _Atomic uint32_t log_level;
    _Atomic int32_t master; /* pid of the one whose object it is */

    _Alignas(128) struct guard structure;

    /* the master's section, twice by turns; see section.h */
    _Alignas(128) _Atomic uint64_t published;
    _Atomic uint64_t sections[2][LAYOUT_SECTION_WORDS];
};

_Static_assert(sizeof(struct section) % 8 == 0, "copied by words");
_Static_assert(sizeof(_Atomic uint64_t) == 8, "a word is a word");

/* Bytes from one slot to the next, of the header, and of all of it. */
size_t layout_slot_size(void);
size_t layout_header_size(void);
size_t layout_size(void);

static inline struct slot *layout_slot(struct layout *layout, unsigned number)
{
    return (struct slot *)(void *)((char *)layout + layout_header_size() +
                                   number * layout_slot_size());
}

/* Fills a fresh object's header, but for the magic. 0 or -errno. */
int layout_write(struct layout *layout);

/* Was this header written by a program of the very same layout? */
bool layout_matches(const struct layout *layout);

/* The section between its owner's copy and shared memory. */
void layout_publish(struct layout *layout, const struct section *section);
bool layout_read_section(const struct layout *layout, struct section *into);

#endif
