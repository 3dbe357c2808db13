/* entropy.h - random bytes that nobody can foresee, cheap enough for every
 * request */
#ifndef PRONG_OS_ENTROPY_H
#define PRONG_OS_ENTROPY_H

#include <stdbool.h>
#include <stddef.h>

/* A stock of bytes from the system, none of which is given out twice. The zero
 * value is empty. A child must not go on with its parent's. */
struct entropy {
    unsigned char bytes[512];
    size_t left;
};

/* Fills `into` with `len` bytes, at most as many as the stock holds. False when
 * the system has none to give, or not without waiting. */
bool entropy_take(struct entropy *e, void *into, size_t len);

#endif
