/* paths.c - the files of access logs with variables in their path */
#include "logger/paths.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void forget(struct paths_file *f)
{
    if (f->path) {
        close(f->fd);
        free(f->path);
    }
    *f = (struct paths_file){0};
}

/* The file of that path, or the one that makes room for it. */
static struct paths_file *find(struct paths *p, const char *path)
{
    struct paths_file *oldest = &p->files[0];

    for (unsigned i = 0; i < PATHS_OPEN_MAX; i++) {
        struct paths_file *f = &p->files[i];

        if (f->path && strcmp(f->path, path) == 0)
            return f;
        if (f->used < oldest->used)
            oldest = f;
    }
    forget(oldest);
    return oldest;
}

/* Non-blocking: a FIFO that is full never holds the logger up. */
static int open_file(struct paths_file *f, const char *path)
{
    const int flags =
        O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
    int fd = open(path, flags, 0644);

    if (fd < 0)
        return -errno;
    f->path = strdup(path);
    if (!f->path) {
        close(fd);
        return -ENOMEM;
    }
    f->fd = fd;
    return 0;
}

int paths_write(struct paths *p, struct str record)
{
    const char *end = str_find(record, '\0');
    struct paths_file *f;
    struct str line;
    ssize_t n;
    int err;

    if (!end || record.at[0] != '/')
        return -EINVAL;
    f = find(p, record.at);
    err = f->path ? 0 : open_file(f, record.at);
    if (err < 0)
        return err;
    f->used = ++p->uses;
    line = str_from(record, (size_t)(end + 1 - record.at));
    do
        n = write(f->fd, line.at, line.len);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        return -errno;
    return (size_t)n == line.len ? 0 : -ENOSPC;
}

void paths_close(struct paths *p)
{
    for (unsigned i = 0; i < PATHS_OPEN_MAX; i++)
        forget(&p->files[i]);
}
