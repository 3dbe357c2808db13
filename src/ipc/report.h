/* report.h - a snapshot as text: what a reader of the stats FIFO gets
 *
 * logfmt: one subject a line, then name=value; the lines read every day first,
 * the complete lists last, "end lines=N" the very last. Pure. */
#ifndef PRONG_IPC_REPORT_H
#define PRONG_IPC_REPORT_H

#include "base/buf.h"
#include "ipc/snapshot.h"
#include "ipc/window.h"

/* `w` may be NULL: then what happened lately is left out. into->failed says
 * that memory ran out. */
void report_text(const struct snapshot *s, const struct window *w,
                 struct buf *into);

/* What a slot is doing, as its line has it: "idle", or
 * "GET /a.html 127.0.0.1 2ms sending". */
void report_now(const struct snapshot_slot *slot, uint64_t now_ms,
                struct buf *into);

#endif
