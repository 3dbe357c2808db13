/* siphash.h - a hash that nobody can aim at without the key (SipHash-2-4) */
#ifndef PRONG_BASE_SIPHASH_H
#define PRONG_BASE_SIPHASH_H

#include <stdint.h>

#include "base/str.h"

struct siphash_key {
    uint64_t low;
    uint64_t high;
};

/* 0, or -errno when the system has no randomness to give. */
int siphash_key_make(struct siphash_key *into);

uint64_t siphash(const struct siphash_key *key, struct str text);

#endif
