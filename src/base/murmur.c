/* murmur.c - MurmurHash2, on which every machine agrees: bytes are taken in
 * little-endian order */
#include "base/murmur.h"

static const uint32_t MULTIPLIER = 0x5bd1e995;

static uint32_t byte_at(struct str text, size_t i)
{
    return (unsigned char)text.at[i];
}

static uint32_t word_at(struct str text, size_t i)
{
    return byte_at(text, i) | byte_at(text, i + 1) << 8 |
           byte_at(text, i + 2) << 16 | byte_at(text, i + 3) << 24;
}

uint32_t murmur_hash(struct str text)
{
    uint32_t hash = (uint32_t)text.len;
    size_t i = 0;

    for (; text.len - i >= 4; i += 4) {
        uint32_t word = word_at(text, i) * MULTIPLIER;

        word = (word ^ word >> 24) * MULTIPLIER;
        hash = hash * MULTIPLIER ^ word;
    }
    if (i < text.len) {
        for (size_t rest = text.len - i; rest > 0; rest--)
            hash ^= byte_at(text, i + rest - 1) << 8 * (rest - 1);
        hash *= MULTIPLIER;
    }
    hash = (hash ^ hash >> 13) * MULTIPLIER;
    return hash ^ hash >> 15;
}
