/* remember.h - passwords that were right a moment ago
 *
 * Costly to check once more, so each worker keeps a keyed hash of those that
 * it verified, for a minute. What is remembered is a name, a password and the
 * hash that stands in the file together: once the file says something else of
 * the name, nothing is. */
#ifndef PRONG_CONTENT_REMEMBER_H
#define PRONG_CONTENT_REMEMBER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/siphash.h"
#include "base/str.h"

enum { REMEMBER_ROWS = 512, REMEMBER_MS = 60 * 1000 };

struct remember_row {
    uint64_t low;
    uint64_t high;
    uint64_t until_ms; /* 0: the row is free */
};

/* The zero value is open, and makes its keys when it is first used. */
struct remember {
    bool has_keys;
    struct siphash_key keys[2];
    struct remember_row rows[REMEMBER_ROWS];
};

struct remember_what {
    struct str user;
    struct str password;
    struct str hash;
};

/* Was it verified within the last minute? */
bool remember_knows(struct remember *r, const struct remember_what *what,
                    uint64_t now_ms);

void remember_put(struct remember *r, const struct remember_what *what,
                  uint64_t now_ms);

#endif
