/* listing.h - the names in a directory, read and put in order */
#ifndef PRONG_CONTENT_LISTING_H
#define PRONG_CONTENT_LISTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

/* No listing holds more names, so none takes more than some megabytes. */
enum { LISTING_MAX = 50000 };

struct listing_entry {
    struct str name;
    bool is_directory;
    bool is_other; /* neither that nor a regular file */
    uint64_t size; /* of a file */
    int64_t modified;
};

/* The zero value is empty. */
struct listing {
    struct arena names;
    struct listing_entry *entries;
    size_t count;
    size_t room;
    bool is_cut; /* there were more than LISTING_MAX */
};

enum listing_key {
    LISTING_BY_NAME,
    LISTING_BY_SIZE,
    LISTING_BY_TIME,
    LISTING_BY_BYTES, /* by name as nginx has it */
};

struct listing_order {
    enum listing_key key;
    bool descending;
};

/* What a request for a name would find: regular files and directories, links
 * followed; with `others` everything else too, and links that lead nowhere.
 * Names that begin with a dot are left out. 0 or -errno; `l` holds nothing
 * then. */
int listing_read(struct listing *l, const char *path, bool others);

/* Directories first; names in the order of numbers within them ("v9" before
 * "v10"). Equal ones by name, whatever the direction. */
void listing_sort(struct listing *l, struct listing_order order);

void listing_close(struct listing *l);

/* "C=M&O=D" among the arguments: column N, S or M, order A or D. Anything else
 * is by name, ascending. */
struct listing_order listing_order_of(struct str args);

#endif
