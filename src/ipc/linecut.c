/* linecut.c - where does one command end and the next begin? */
#include "ipc/linecut.h"

#include <string.h>

static void keep(struct linecut *l, struct str bytes)
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

static void hand_out(struct linecut *l, enum linecut_kind kind,
                     struct linecut_taker *taker)
{
    struct str line = {l->kept, l->len};

    if (l->is_overlong)
        kind = LINECUT_OVERLONG;
    l->len = 0;
    l->is_overlong = false;
    taker->take(taker, line, kind);
}

void linecut_feed(struct linecut *l, struct str bytes,
                  struct linecut_taker *taker)
{
    while (bytes.len > 0) {
        const char *newline = memchr(bytes.at, '\n', bytes.len);

        if (!newline) {
            keep(l, bytes);
            return;
        }
        keep(l, str_between(bytes.at, newline));
        hand_out(l, LINECUT_WHOLE, taker);
        bytes = str_from(bytes, (size_t)(newline - bytes.at) + 1);
    }
}

void linecut_end(struct linecut *l, struct linecut_taker *taker)
{
    if (l->len > 0 || l->is_overlong)
        hand_out(l, LINECUT_LAST, taker);
}
