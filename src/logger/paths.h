/* paths.h - the files of access logs with variables in their path
 *
 * Opened when the first line for them comes, with the logger's rights, which
 * are those of a worker. So many are held open at once; the one that was not
 * used for the longest time makes room. */
#ifndef PRONG_LOGGER_PATHS_H
#define PRONG_LOGGER_PATHS_H

#include <stdint.h>

#include "base/str.h"

enum { PATHS_OPEN_MAX = 32 };

struct paths_file {
    char *path; /* NULL: none */
    int fd;
    uint64_t used;
};

/* The zero value holds none. */
struct paths {
    struct paths_file files[PATHS_OPEN_MAX];
    uint64_t uses;
};

/* Appends what a record of such a log holds: the path, a NUL, the line. 0, or
 * -errno, and nothing of the line is in the file that could be told (a disk
 * that is full may have taken its beginning). */
int paths_write(struct paths *p, struct str record);

/* Closes all: the next line opens its file anew. */
void paths_close(struct paths *p);

#endif
