/* murmur.h - MurmurHash2 of 32 bits, seed 0, by which nginx splits clients */
#ifndef PRONG_BASE_MURMUR_H
#define PRONG_BASE_MURMUR_H

#include <stdint.h>

#include "base/str.h"

uint32_t murmur_hash(struct str text);

#endif
