/* output.h - one log file, pipe or terminal that lines go to
 *
 * Writing never waits where the kernel lets it be so: pipes, sockets and
 * terminals take what they have room for. Only a regular file on a disk that
 * hangs can hold the caller, and then it holds the logger alone. */
#ifndef PRONG_LOGGER_OUTPUT_H
#define PRONG_LOGGER_OUTPUT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/uio.h>

#include "conf/syslog.h"
#include "event/loop.h"

struct logger;

/* A record of which only the beginning was taken. */
struct output_part {
    bool is_set;
    unsigned slot;
    uint64_t at;
    size_t done; /* bytes of it that were written */
};

struct output {
    uint16_t number;
    int fd;
    char *path;      /* "" for a standard stream */
    bool is_stream;  /* has no disk behind it: asked before it is written to */
    bool is_by_path; /* a record brings the path (logger/paths.h) */
    bool is_syslog;  /* takes one record a message (logger/datagram.h) */
    bool is_blocked; /* took nothing when it was tried last */
    bool is_torn;    /* ends with the beginning of a line only */
    int error;       /* why it is blocked: errno; EAGAIN: nobody reads */
    struct syslog syslog;
    struct output_part part;
    uint64_t taken;    /* bytes, ever */
    uint64_t seen;     /* `taken` at the last tick */
    bool is_said;      /* its trouble was logged, its recovery not yet */
    uint64_t said_ms;  /* when its trouble was logged last; 0: never */
    uint64_t lost;     /* lines given up since then */
    struct logger *of; /* for the watcher */
    struct watcher room;
};

/* Takes the descriptor, which is its own from now on, and copies the path. 0 or
 * -ENOMEM (then the descriptor stays the caller's). */
int output_open(struct output *o, uint16_t number, int fd, const char *path);

/* The zero value is fine. Not to be watched any more. */
void output_close(struct output *o);

/* Writes as much as is taken without waiting: bytes, or -errno when that is
 * nothing at all (-EAGAIN: no room now). */
ssize_t output_write(struct output *o, const struct iovec *parts,
                     unsigned count);

/* What a message calls it: its path, or "standard stream". */
const char *output_name(const struct output *o);

/* The outputs of one table, sorted by number. The zero value has none. */
struct outputs {
    struct output *list;
    unsigned count;
    unsigned room;
};

/* 0; -ENOMEM; -EEXIST when the number is there. On failure the descriptor stays
 * the caller's. Moves the others: not while one is watched. */
int outputs_add(struct outputs *all, uint16_t number, int fd, const char *path);

/* Its index, or -1. */
int outputs_find(const struct outputs *all, uint16_t number);

void outputs_close(struct outputs *all);

#endif
