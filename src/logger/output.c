/* output.c - one log file, pipe or terminal that lines go to */
#include "logger/output.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What a pipe that polls writable takes without waiting, even when the
 * descriptor is a blocking one: the least that POSIX gives a pipe's write, and
 * a page on Linux. */
enum { OUTPUT_POLITE = 4096 };

/* A logger killed while it wrote leaves the beginning of a line; its successor
 * writes that line whole. Where the descriptor cannot be read this is not to be
 * known, and the two stand on one line. */
static bool ends_torn(int fd, const struct stat *st)
{
    char last = '\n';

    return S_ISREG(st->st_mode) && st->st_size > 0 &&
           pread(fd, &last, 1, st->st_size - 1) == 1 && last != '\n';
}

int output_open(struct output *o, uint16_t number, int fd, const char *path)
{
    struct stat st = {0};
    struct buf why = {0};

    *o = (struct output){.number = number, .fd = -1};
    o->path = strdup(path ? path : "");
    if (!o->path)
        return -ENOMEM;
    o->fd = fd;
    o->is_by_path = str_equals(str_of(o->path), STR("variable:"));
    o->is_syslog = syslog_is(str_of(o->path)) &&
                   syslog_parse(&o->syslog, str_of(o->path), &why) == 0;
    if (fstat(fd, &st) == 0) {
        o->is_stream = !S_ISREG(st.st_mode) && !S_ISBLK(st.st_mode);
        o->is_torn = ends_torn(fd, &st);
    }
    return 0;
}

void output_close(struct output *o)
{
    if (o->path && o->fd >= 0)
        close(o->fd);
    free(o->path);
    *o = (struct output){.fd = -1};
}

/* The inherited standard streams are shared with whoever started prong, so they
 * are not made non-blocking: that would change them for a shell as well. */
static bool has_room(int fd)
{
    struct pollfd p = {.fd = fd, .events = POLLOUT};

    return poll(&p, 1, 0) == 1;
}

/* As many of the parts, or as much of the first, as is polite at once. */
static ssize_t write_some(int fd, const struct iovec *parts, unsigned count,
                          size_t skip)
{
    struct iovec some[64];
    size_t total = 0;
    unsigned n = 0;

    for (; n < count && n < 64 && total < OUTPUT_POLITE; n++, skip = 0) {
        some[n].iov_base = (char *)parts[n].iov_base + skip;
        some[n].iov_len = parts[n].iov_len - skip;
        if (some[n].iov_len > OUTPUT_POLITE - total)
            some[n].iov_len = OUTPUT_POLITE - total;
        total += some[n].iov_len;
    }
    return writev(fd, some, (int)n);
}

static ssize_t write_stream(int fd, const struct iovec *parts, unsigned count)
{
    ssize_t total = 0;
    size_t skip = 0; /* what is written of parts[0] */

    while (count > 0) {
        ssize_t n = -1;

        errno = EAGAIN;
        if (has_room(fd))
            n = write_some(fd, parts, count, skip);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return total > 0 ? total : -errno;
        if (n == 0 && parts->iov_len > skip)
            return total > 0 ? total : -EIO; /* takes no bytes: no stream */
        total += n;
        skip += (size_t)n;
        while (count > 0 && skip >= parts->iov_len) {
            skip -= parts->iov_len;
            parts++;
            count--;
        }
    }
    return total;
}

static ssize_t write_file(int fd, const struct iovec *parts, unsigned count)
{
    ssize_t n;

    do
        n = writev(fd, parts, (int)count);
    while (n < 0 && errno == EINTR);
    return n < 0 ? -errno : n;
}

ssize_t output_write(struct output *o, const struct iovec *parts,
                     unsigned count)
{
    ssize_t n = o->is_stream ? write_stream(o->fd, parts, count)
                             : write_file(o->fd, parts, count);

    if (n > 0)
        o->taken += (uint64_t)n;
    return n;
}

const char *output_name(const struct output *o)
{
    return o->path && o->path[0] ? o->path : "standard stream";
}

/* The first that is not below `number`. */
static unsigned place(const struct outputs *all, uint16_t number)
{
    unsigned low = 0, high = all->count;

    while (low < high) {
        unsigned middle = low + (high - low) / 2;

        if (all->list[middle].number < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

int outputs_find(const struct outputs *all, uint16_t number)
{
    unsigned i = place(all, number);

    return i < all->count && all->list[i].number == number ? (int)i : -1;
}

static int make_room(struct outputs *all)
{
    unsigned room = all->room ? all->room * 2 : 8;
    struct output *list;

    if (all->count < all->room)
        return 0;
    list = reallocarray(all->list, room, sizeof(*list));
    if (!list)
        return -ENOMEM;
    all->list = list;
    all->room = room;
    return 0;
}

int outputs_add(struct outputs *all, uint16_t number, int fd, const char *path)
{
    unsigned i = place(all, number);
    struct output added;
    int err;

    if (i < all->count && all->list[i].number == number)
        return -EEXIST;
    err = make_room(all);
    if (err == 0)
        err = output_open(&added, number, fd, path);
    if (err < 0)
        return err;
    memmove(&all->list[i + 1], &all->list[i],
            (all->count - i) * sizeof(*all->list));
    all->list[i] = added;
    all->count++;
    return 0;
}

void outputs_close(struct outputs *all)
{
    for (unsigned i = 0; i < all->count; i++)
        output_close(&all->list[i]);
    free(all->list);
    *all = (struct outputs){0};
}
