/* batch.h - which log records become which writev
 *
 * Records of one ring are for several files. A batch takes them in the order of
 * the ring and gives them out file by file, the order within a file kept. Pure:
 * it points at texts and touches none. */
#ifndef PRONG_LOGGER_BATCH_H
#define PRONG_LOGGER_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

#include "base/str.h"

enum { BATCH_RECORDS = 512 };

struct batch_record {
    unsigned output; /* which of the outputs it is for */
    bool given;      /* it was part of a write */
    uint64_t at;     /* where in its ring it begins */
    struct str text;
};

struct batch {
    unsigned count;
    unsigned first; /* nothing before it is left to be given */
    struct batch_record records[BATCH_RECORDS];
};

/* What goes to one output in one call. */
struct batch_write {
    unsigned output;
    unsigned count;
    struct iovec parts[BATCH_RECORDS];
    uint64_t at[BATCH_RECORDS]; /* of each part's record */
};

static inline void batch_reset(struct batch *b)
{
    b->count = 0;
    b->first = 0;
}

/* False when there is no room: write what is there first. */
bool batch_add(struct batch *b, unsigned output, uint64_t at, struct str text);

/* The next output's records, all of them; false when all were given. */
bool batch_next(struct batch *b, struct batch_write *w);

/* How far `written` bytes reach: so many parts are whole (returned), and of the
 * next one so many bytes are written (`rest`). */
unsigned batch_reach(const struct batch_write *w, size_t written, size_t *rest);

#endif
