/* siphash.c - a hash that nobody can aim at without the key (SipHash-2-4) */
#include "base/siphash.h"

#include <errno.h>
#include <sys/random.h>

int siphash_key_make(struct siphash_key *into)
{
    ssize_t got = getrandom(into, sizeof(*into), 0);

    if (got < 0)
        return -errno;
    return got == (ssize_t)sizeof(*into) ? 0 : -EIO;
}

static uint64_t rotate(uint64_t x, unsigned by)
{
    return x << by | x >> (64 - by);
}

static void half(uint64_t v[4], unsigned a, unsigned b, unsigned by)
{
    v[a] += v[a + 1];
    v[b] += v[b + 1];
    v[a + 1] = rotate(v[a + 1], by) ^ v[a];
}

static void turn(uint64_t v[4])
{
    half(v, 0, 2, 13);
    v[3] = rotate(v[3], 16) ^ v[2];
    v[0] = rotate(v[0], 32);
    v[2] += v[1];
    v[0] += v[3];
    v[1] = rotate(v[1], 17) ^ v[2];
    v[3] = rotate(v[3], 21) ^ v[0];
    v[2] = rotate(v[2], 32);
}

/* Eight bytes or fewer, the first one lowest. */
static uint64_t word_at(const char *at, size_t len)
{
    uint64_t word = 0;

    for (size_t i = 0; i < len; i++)
        word |= (uint64_t)(unsigned char)at[i] << (8 * i);
    return word;
}

static void absorb(uint64_t v[4], uint64_t word)
{
    v[3] ^= word;
    turn(v);
    turn(v);
    v[0] ^= word;
}

uint64_t siphash(const struct siphash_key *key, struct str text)
{
    uint64_t v[4] = {
        key->low ^ UINT64_C(0x736f6d6570736575),
        key->high ^ UINT64_C(0x646f72616e646f6d),
        key->low ^ UINT64_C(0x6c7967656e657261),
        key->high ^ UINT64_C(0x7465646279746573),
    };
    size_t whole = text.len & ~(size_t)7;

    for (size_t i = 0; i < whole; i += 8)
        absorb(v, word_at(text.at + i, 8));
    absorb(v, word_at(text.at + whole, text.len - whole) | (uint64_t)text.len
                                                               << 56);
    v[2] ^= 0xff;
    for (int i = 0; i < 4; i++)
        turn(v);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}
