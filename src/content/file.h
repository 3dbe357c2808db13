/* file.h - an open file and what its answer needs to know of it */
#ifndef PRONG_CONTENT_FILE_H
#define PRONG_CONTENT_FILE_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "base/str.h"

struct file {
    bool is_open;
    int fd; /* when open; a regular file, O_NONBLOCK */
    uint64_t size;
    struct timespec mtime;
    uint64_t inode;
    uint64_t device;
};

/* Closes what is open and leaves the zero value. */
void file_close(struct file *f);

#endif
