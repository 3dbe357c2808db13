/* dict.h - finds a thing by its name, however many there are */
#ifndef PRONG_CONF_DICT_H
#define PRONG_CONF_DICT_H

#include <stddef.h>

#include "base/arena.h"
#include "base/str.h"

struct dict_slot {
    struct str name;
    void *value; /* NULL: the slot is free */
};

/* The zero value is an empty dictionary. It grows in the arena that dict_put is
 * given; names are kept as they are, so they must live as long. */
struct dict {
    struct dict_slot *slots;
    size_t room; /* a power of two */
    size_t count;
};

/* The value of the name, or NULL. */
void *dict_get(const struct dict *d, struct str name);

/* Remembers a value, which is not NULL, in place of the name's old one. 0 or
 * -ENOMEM. */
int dict_put(struct dict *d, struct arena *arena, struct str name, void *value);

#endif
