/* remember.c - passwords that were right a moment ago */
#include "content/remember.h"

#include <string.h>

#include "base/buf.h"

/* A NUL parts the three, for none of them holds one. */
static bool hash_all(struct remember *r, const struct remember_what *what,
                     struct remember_row *into)
{
    struct buf text = {0};
    bool good;

    if (!r->has_keys)
        r->has_keys = siphash_key_make(&r->keys[0]) == 0 &&
                      siphash_key_make(&r->keys[1]) == 0;
    buf_put(&text, what->hash);
    buf_put_char(&text, '\0');
    buf_put(&text, what->user);
    buf_put_char(&text, '\0');
    buf_put(&text, what->password);
    good = r->has_keys && !text.failed;
    into->low = siphash(&r->keys[0], buf_str(&text));
    into->high = siphash(&r->keys[1], buf_str(&text));
    if (text.data)
        explicit_bzero(text.data, text.len);
    buf_close(&text);
    return good;
}

bool remember_knows(struct remember *r, const struct remember_what *what,
                    uint64_t now_ms)
{
    struct remember_row asked;
    const struct remember_row *row;

    if (!hash_all(r, what, &asked))
        return false;
    row = &r->rows[asked.low % REMEMBER_ROWS];
    return row->until_ms > now_ms && row->low == asked.low &&
           row->high == asked.high;
}

void remember_put(struct remember *r, const struct remember_what *what,
                  uint64_t now_ms)
{
    struct remember_row row;

    if (!hash_all(r, what, &row))
        return;
    row.until_ms = now_ms + REMEMBER_MS;
    r->rows[row.low % REMEMBER_ROWS] = row;
}
