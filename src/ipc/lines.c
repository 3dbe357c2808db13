/* lines.c - where does one command end and the next begin? */
#include "ipc/lines.h"

#include <string.h>

static void keep(struct lines *l, struct str bytes)
{
    size_t room = sizeof(l->kept) - l->len;

    if (bytes.len > room) {
        l->is_overlong = true;
        bytes.len = room;
    }
    if (bytes.len > 0)
        memcpy(l->kept + l->len, bytes.at, bytes.len);
    l->len += bytes.len;
}

static void hand_out(struct lines *l, enum lines_kind kind,
                     struct lines_taker *taker)
{
    struct str line = {l->kept, l->len};

    if (l->is_overlong)
        kind = LINES_OVERLONG;
    l->len = 0;
    l->is_overlong = false;
    taker->take(taker, line, kind);
}

void lines_feed(struct lines *l, struct str bytes, struct lines_taker *taker)
{
    while (bytes.len > 0) {
        const char *newline = memchr(bytes.at, '\n', bytes.len);

        if (!newline) {
            keep(l, bytes);
            return;
        }
        keep(l, str_between(bytes.at, newline));
        hand_out(l, LINES_WHOLE, taker);
        bytes = str_from(bytes, (size_t)(newline - bytes.at) + 1);
    }
}

void lines_end(struct lines *l, struct lines_taker *taker)
{
    if (l->len > 0 || l->is_overlong)
        hand_out(l, LINES_LAST, taker);
}
