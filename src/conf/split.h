/* split.h - "split_clients": a variable that has one of several values, each
 * for a share of the clients */
#ifndef PRONG_CONF_SPLIT_H
#define PRONG_CONF_SPLIT_H

#include <stdbool.h>
#include <stdint.h>

#include "conf/template.h"

struct reader;

struct split_part {
    uint32_t share; /* hundredths of a percent; 0: the rest */
    uint32_t below; /* hashes below it are of this part */
    struct str value;
};

struct split {
    struct template subject;
    struct split_part *parts;
    unsigned count;
};

/* The value for a hash, or the empty text. */
struct str split_find(const struct split *s, uint32_t hash);

/* The setter of the block. */
int split_set(struct reader *r, void *field);

#endif
