/* file.h - an open file and what its answer needs to know of it */
#ifndef PRONG_CONTENT_FILE_H
#define PRONG_CONTENT_FILE_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

struct stat;

/* The zero value is closed. */
struct file {
    bool is_open;
    int fd; /* when open; a regular file, O_NONBLOCK */
    uint64_t size;
    struct timespec mtime;
    uint64_t inode;
    uint64_t device;
};

enum file_kind {
    FILE_REGULAR,
    FILE_DIRECTORY,
    FILE_OTHER, /* a FIFO, a device, a socket: never opened */
};

/* Does this kernel (and its seccomp filter) let openat2 be called? */
bool file_has_openat2(void);

/* May its owner execute what the path names? That is what nginx asks for
 * "if (-x ...)", of directories too. */
bool file_is_executable(const char *path);

/* What the path names, links followed: 0 or -errno. */
int file_look(const char *path, enum file_kind *kind);

/* Opens the path if it names a regular file: 0 and `kind`; `f` is open when
 * that is FILE_REGULAR. -errno otherwise; a link of /proc that leads to
 * somebody's descriptor is -ELOOP where there is openat2. */
int file_open(struct file *f, const char *path, bool has_openat2,
              enum file_kind *kind);

/* Looks again at an open file that has changed: 0 or -errno. */
int file_refresh(struct file *f);

/* What a status says of it. */
enum file_kind file_kind_of(const struct stat *s);

/* The file becomes what the descriptor is of, if that is a regular file; else
 * it is closed. 0 with `kind`, or -errno. */
int file_take(struct file *f, int fd, enum file_kind *kind);

/* Closes what is open and leaves the zero value. */
void file_close(struct file *f);

#endif
