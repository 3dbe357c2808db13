#include "conf/dict.h"

#include <errno.h>
#include <stdint.h>

/* FNV-1a: short names, and whoever writes the configuration is trusted. */
static uint64_t hash(struct str name)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325);

    for (size_t i = 0; i < name.len; i++)
        h = (h ^ (unsigned char)name.at[i]) * UINT64_C(0x100000001b3);
    return h ^ h >> 32;
}

/* The slot of the name, or the free one where it belongs. */
static struct dict_slot *find(const struct dict *d, struct str name)
{
    size_t i = (size_t)hash(name) & (d->room - 1);

    while (d->slots[i].value && !str_equals(d->slots[i].name, name))
        i = (i + 1) & (d->room - 1);
    return &d->slots[i];
}

void *dict_get(const struct dict *d, struct str name)
{
    return d->room ? find(d, name)->value : NULL;
}

static int grow(struct dict *d, struct arena *arena)
{
    struct dict larger = {.room = d->room ? d->room * 2 : 16,
                          .count = d->count};

    larger.slots = arena_alloc_array(arena, larger.room, sizeof(*larger.slots));
    if (!larger.slots)
        return -ENOMEM;
    for (size_t i = 0; i < d->room; i++) {
        if (d->slots[i].value)
            *find(&larger, d->slots[i].name) = d->slots[i];
    }
    *d = larger;
    return 0;
}

int dict_put(struct dict *d, struct arena *arena, struct str name, void *value)
{
    struct dict_slot *slot;

    /* At most half full, so that a search soon meets a free slot. */
    if ((d->count + 1) * 2 > d->room && grow(d, arena) < 0)
        return -ENOMEM;
    slot = find(d, name);
    if (!slot->value)
        d->count++;
    *slot = (struct dict_slot){name, value};
    return 0;
}
