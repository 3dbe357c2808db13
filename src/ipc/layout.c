/* layout.c - writes and checks the header that describes the object */
#include "ipc/layout.h"

#include <string.h>

static size_t pages(size_t size)
{
    return (size + LAYOUT_PAGE - 1) / LAYOUT_PAGE * LAYOUT_PAGE;
}

size_t layout_slot_size(void)
{
    return pages(sizeof(struct slot));
}

size_t layout_header_size(void)
{
    return pages(sizeof(struct layout));
}

size_t layout_size(void)
{
    return layout_header_size() + LAYOUT_SLOTS * layout_slot_size();
}

static void describe_counters(struct layout_fixed *fixed)
{
    for (unsigned i = 0; i < COUNTER_COUNT; i++) {
        struct layout_row *row = &fixed->rows[i];

        section_text(row->name, sizeof(row->name),
                     str_of(counter_name((enum counter)i)));
        row->kind = counter_kind((enum counter)i);
        row->offset = (uint32_t)(offsetof(struct slot, counters) + i * 8);
    }
}

static void describe(struct layout_fixed *fixed)
{
    memset(fixed, 0, sizeof(*fixed));
    fixed->version = LAYOUT_VERSION;
    fixed->fixed_size = sizeof(*fixed);
    fixed->size = layout_size();
    fixed->slot_offset = (uint32_t)layout_header_size();
    fixed->slot_size = (uint32_t)layout_slot_size();
    fixed->slot_max = LAYOUT_SLOTS;
    fixed->slots_used_offset = offsetof(struct layout, slots_used);
    fixed->section_offset = offsetof(struct layout, published);
    fixed->section_size = sizeof(struct section);
    fixed->histogram_head_offset = offsetof(struct slot, latency_head);
    fixed->histogram_whole_offset = offsetof(struct slot, latency_whole);
    fixed->histogram_buckets = HISTOGRAM_BUCKETS;
    fixed->counter_count = COUNTER_COUNT;
    describe_counters(fixed);
}

int layout_write(struct layout *layout)
{
    describe(&layout->fixed);
    return guard_init(&layout->structure);
}

bool layout_matches(const struct layout *layout)
{
    struct layout_fixed mine;

    if (atomic_load_explicit(&layout->magic, memory_order_acquire) !=
        LAYOUT_MAGIC)
        return false;
    describe(&mine);
    return memcmp(&layout->fixed, &mine, sizeof(mine)) == 0;
}

/* The fence keeps these stores behind the count of the publication before: a
 * reader that sees one of them will also see that its copy is not the good one
 * any more. */
void layout_publish(struct layout *layout, const struct section *section)
{
    uint64_t next =
        atomic_load_explicit(&layout->published, memory_order_relaxed) + 1;
    _Atomic uint64_t *words = layout->sections[next & 1];

    atomic_thread_fence(memory_order_release);
    for (size_t i = 0; i < LAYOUT_SECTION_WORDS; i++) {
        uint64_t word;

        memcpy(&word, (const char *)section + i * 8, 8);
        atomic_store_explicit(&words[i], word, memory_order_relaxed);
    }
    atomic_store_explicit(&layout->published, next, memory_order_release);
}

static bool copy_section(const struct layout *layout, struct section *into)
{
    uint64_t count =
        atomic_load_explicit(&layout->published, memory_order_acquire);
    const _Atomic uint64_t *words = layout->sections[count & 1];

    for (size_t i = 0; i < LAYOUT_SECTION_WORDS; i++) {
        uint64_t word = atomic_load_explicit(&words[i], memory_order_relaxed);

        memcpy((char *)into + i * 8, &word, 8);
    }
    atomic_thread_fence(memory_order_acquire);
    return count ==
           atomic_load_explicit(&layout->published, memory_order_relaxed);
}

bool layout_read_section(const struct layout *layout, struct section *into)
{
    if (atomic_load_explicit(&layout->published, memory_order_relaxed) == 0)
        return false;
    for (int tries = 0; tries < 100; tries++) {
        if (copy_section(layout, into)) {
            section_check(into);
            return true;
        }
    }
    return false;
}
