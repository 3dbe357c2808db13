/* linecut.h - cuts what comes out of the control FIFO into lines
 *
 * Several writers share one pipe. A line is at most PIPE_BUF bytes, which the
 * kernel never interleaves; what is longer is one overlong line, however much
 * of it comes, of which the beginning is kept. */
#ifndef PRONG_IPC_LINECUT_H
#define PRONG_IPC_LINECUT_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

/* The zero value has read nothing. */
struct linecut {
    char kept[PIPE_BUF];
    size_t len;
    bool is_overlong; /* the line under way; its rest is thrown away */
};

enum linecut_kind {
    LINECUT_WHOLE,    /* ended by a newline, which is not part of it */
    LINECUT_OVERLONG, /* ended too, but `line` is only its beginning */
    LINECUT_LAST,     /* what stood there when the last writer closed */
};

struct linecut_taker {
    void (*take)(struct linecut_taker *taker, struct str line,
                 enum linecut_kind kind);
};

/* Hands every line that these bytes end to `taker`, in order. */
void linecut_feed(struct linecut *l, struct str bytes,
                  struct linecut_taker *taker);

/* The last writer has closed: what stands there without a newline is a line;
 * an overlong one stays one. Nothing stands there: nothing is handed out. */
void linecut_end(struct linecut *l, struct linecut_taker *taker);

#endif
