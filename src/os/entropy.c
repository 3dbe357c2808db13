/* entropy.c - random bytes from the system, by the stock */
#include "os/entropy.h"

#include <string.h>
#include <sys/random.h>

bool entropy_take(struct entropy *e, void *into, size_t len)
{
    if (len > sizeof(e->bytes))
        return false;
    if (e->left < len) {
        if (getrandom(e->bytes, sizeof(e->bytes), GRND_NONBLOCK) !=
            (ssize_t)sizeof(e->bytes))
            return false;
        e->left = sizeof(e->bytes);
    }
    e->left -= len;
    memcpy(into, e->bytes + e->left, len);
    memset(e->bytes + e->left, 0, len); /* nobody finds it here afterwards */
    return true;
}
