/* userfile.c - names and hashed passwords, a line each: "name:hash[:more]" */
#include "content/userfile.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SIZE_MAX_BYTES = 16 << 20 };

static int read_all(int fd, struct buf *into)
{
    struct stat s;
    ssize_t got = 1;

    if (fstat(fd, &s) < 0)
        return -errno;
    if (!S_ISREG(s.st_mode))
        return -EINVAL;
    if (s.st_size > SIZE_MAX_BYTES)
        return -EFBIG;
    if (!buf_reserve(into, (size_t)s.st_size + 1))
        return -ENOMEM;
    while (got > 0 && into->len < into->room) {
        got = read(fd, into->data + into->len, into->room - into->len);
        if (got > 0)
            into->len += (size_t)got;
    }
    return got < 0 ? -errno : 0;
}

int userfile_read(const char *path, struct buf *into)
{
    /* Not blocking, for somebody may have put a FIFO there. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    int err;

    if (fd < 0)
        return -errno;
    err = read_all(fd, into);
    close(fd);
    return err;
}

static struct str hash_of(struct str rest)
{
    for (size_t i = 0; i < rest.len; i++)
        if (rest.at[i] == ':' || rest.at[i] == '\r')
            rest.len = i;
    return rest;
}

struct userfile_entry userfile_find(struct str text, struct str user)
{
    struct userfile_entry entry = {0};

    while (text.at && !entry.found) {
        struct str rest = str_cut(&text, '\n');
        struct str name;

        if (str_starts_with(rest, STR("#")) || !str_find(rest, ':'))
            continue;
        name = str_cut(&rest, ':');
        if (entry.first.len == 0)
            entry.first = hash_of(rest);
        if (!str_equals(name, user))
            continue;
        entry.hash = hash_of(rest);
        entry.found = true;
    }
    return entry;
}
