/* fifo.h - the two named pipes: commands in, snapshots out
 *
 * Both are made under a temporary name, given group and mode there, opened, and
 * only then renamed to their place, so nobody meets one that is half made. What
 * stands at the place already is replaced only when it is a FIFO, or a small
 * file that `echo` left, of our own user's or root's. */
#ifndef PRONG_IPC_FIFO_H
#define PRONG_IPC_FIFO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/str.h"

enum {
    FIFO_CONTROL_MODE = 0620,
    FIFO_STATS_MODE = 0640,
    FIFO_ECHO_MAX = 4096, /* a regular file up to this is what echo left */
};

enum fifo_kind { FIFO_CONTROL, FIFO_STATS };

/* The zero value is no FIFO; `path` empty says the same. */
struct fifo {
    enum fifo_kind kind;
    gid_t group; /* (gid_t)-1: as it comes */
    int fd;      /* control: O_RDONLY; stats: O_RDWR; both non-blocking */
    int watch;   /* stats: of `inotify`, on the inode that fd is */
    int inotify; /* stats: the caller's */
    uint64_t device;
    uint64_t inode;
    char path[4096];
};

/* Makes it. -errno with the reason in `why`. What was replaced with a warning
 * worth giving is told in `note` (both: nothing to say, nothing written). For
 * FIFO_STATS `inotify` is a descriptor that tells of IN_OPEN; else -1. */
int fifo_open(struct fifo *f, enum fifo_kind kind, struct str path, gid_t group,
              int inotify, struct buf *why, struct buf *note);

/* Stats: somebody opened it. Puts a fresh FIFO in its place first and hands out
 * a descriptor (O_WRONLY, non-blocking) to whoever came: write the snapshot
 * there and close it. What others wrote into it is gone. -ENXIO when whoever
 * came has left; other -errno when no fresh one could be made: the old one
 * stays in its place and nobody is answered. */
int fifo_turn(struct fifo *f);

/* Does the name still lead to this FIFO? -ENOENT when the name is gone, -EEXIST
 * when it leads to something else. */
int fifo_check(const struct fifo *f);

/* Puts it into another group. 0 or -errno. */
int fifo_set_group(struct fifo *f, gid_t group);

/* Closes it, and removes the name if that still is this FIFO. */
void fifo_close(struct fifo *f);

#endif
