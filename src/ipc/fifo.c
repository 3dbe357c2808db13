/* fifo.c - how are the two named pipes made, renewed and removed? */
#include "ipc/fifo.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

enum { QUOTED_BYTES = 60 };

static mode_t mode_of(enum fifo_kind kind)
{
    return kind == FIFO_CONTROL ? FIFO_CONTROL_MODE : FIFO_STATS_MODE;
}

static int refuse(struct buf *why, int err, const char *path,
                  const char *reason)
{
    buf_printf(why, "\"%s\" cannot be a FIFO: %s", path, reason);
    return err;
}

/* Where everybody may write, anybody may have made the name, and the kernel
 * keeps even root's echo from opening a FIFO of another's there. */
static int check_directory(const char *path, struct buf *why)
{
    char copy[4096];
    const char *directory;
    struct stat st;

    snprintf(copy, sizeof(copy), "%s", path);
    directory = dirname(copy);
    if (stat(directory, &st) < 0) {
        int err = -errno;

        return refuse(why, err, path, strerror(-err));
    }
    if (st.st_mode & S_IWOTH)
        return refuse(why, -EPERM, path, "everybody may write its directory");
    return 0;
}

static void quote(const char *path, struct buf *note)
{
    char text[QUOTED_BYTES];
    ssize_t got = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);

    if (fd >= 0) {
        got = read(fd, text, sizeof(text));
        close(fd);
    }
    while (got > 0 && text[got - 1] == '\n')
        got--;
    buf_printf(note, "\"%s\" was a file, not a FIFO: it held \"", path);
    if (got > 0)
        buf_put_escaped(note, (struct str){text, (size_t)got});
    buf_put(note, STR("\", which nobody obeyed; replaced"));
}

/* Whoever waits in open() for a reader of the old FIFO goes on, and is told
 * by EPIPE that nobody listens there. */
static void release_waiting(const char *path)
{
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW);

    if (fd >= 0)
        close(fd);
}

static int check_place(const char *path, struct buf *why, struct buf *note)
{
    struct stat st;
    int err = check_directory(path, why);

    if (err < 0)
        return err;
    if (lstat(path, &st) < 0)
        return errno == ENOENT ? 0 : -errno;
    if (st.st_uid != geteuid() && st.st_uid != 0)
        return refuse(why, -EEXIST, path, "it belongs to another user");
    if (S_ISFIFO(st.st_mode)) {
        release_waiting(path);
        return 0;
    }
    if (!S_ISREG(st.st_mode) || st.st_size > FIFO_ECHO_MAX)
        return refuse(why, -EEXIST, path, "something else stands there");
    quote(path, note);
    return 0;
}

static int open_ends(struct fifo *f, const char *temporary)
{
    int flags = f->kind == FIFO_CONTROL ? O_RDONLY : O_RDWR;
    struct stat st;

    f->fd = open(temporary, flags | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW);
    if (f->fd < 0 || fstat(f->fd, &st) < 0)
        return -errno;
    if (!S_ISFIFO(st.st_mode) || st.st_uid != geteuid())
        return -EPERM;
    if (f->group != (gid_t)-1 && fchown(f->fd, (uid_t)-1, f->group) < 0)
        return -errno;
    if (fchmod(f->fd, mode_of(f->kind)) < 0) /* whatever the umask */
        return -errno;
    f->device = st.st_dev;
    f->inode = st.st_ino;
    return 0;
}

/* Our own open came before the watch, so the first event is a reader's. */
static int watch(struct fifo *f, const char *temporary)
{
    if (f->kind != FIFO_STATS)
        return 0;
    f->watch = inotify_add_watch(f->inotify, temporary, IN_OPEN);
    return f->watch < 0 ? -errno : 0;
}

static void release(struct fifo *f)
{
    if (f->kind == FIFO_STATS && f->watch > 0)
        inotify_rm_watch(f->inotify, f->watch);
    if (f->fd > 0)
        close(f->fd);
    f->watch = 0;
    f->fd = 0;
}

/* A whole FIFO at the place; the one before it is not touched. */
static int make(struct fifo *f)
{
    char temporary[sizeof(f->path) + 8];
    int err = 0;

    snprintf(temporary, sizeof(temporary), "%s.new", f->path);
    unlink(temporary);
    if (mkfifo(temporary, 0600) < 0 || chmod(temporary, 0600) < 0)
        return -errno;
    err = open_ends(f, temporary);
    if (err == 0)
        err = watch(f, temporary);
    if (err == 0 && rename(temporary, f->path) < 0)
        err = -errno;
    if (err < 0) {
        unlink(temporary);
        release(f);
    }
    return err;
}

int fifo_open(struct fifo *f, enum fifo_kind kind, struct str path, gid_t group,
              int inotify, struct buf *why, struct buf *note)
{
    int err;

    *f = (struct fifo){.kind = kind, .group = group, .inotify = inotify};
    if (path.len == 0)
        return 0;
    if (path.len >= sizeof(f->path))
        return -ENAMETOOLONG;
    memcpy(f->path, path.at, path.len);

    err = check_place(f->path, why, note);
    if (err == 0) {
        err = make(f);
        if (err < 0)
            buf_printf(why, "mkfifo() \"%s\" failed (%d: %s)", f->path, -err,
                       strerror(-err));
    }
    if (err < 0)
        f->path[0] = '\0';
    return err;
}

static void empty(int fd)
{
    char waste[4096];

    /* At most what a pipe holds: whoever goes on writing is not followed. */
    for (int i = 0; i < 16 && read(fd, waste, sizeof(waste)) > 0; i++)
        ;
}

int fifo_turn(struct fifo *f)
{
    struct fifo old = *f;
    struct fifo fresh = *f;
    int out, err;

    if (fifo_check(f) == -EEXIST)
        return -EEXIST; /* somebody's file stands there now: it stays */
    /* While the name still leads to it: the write end for whoever came. */
    out = open(f->path, O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW);
    if (fifo_check(f) < 0 && out >= 0) {
        close(out);
        out = -1;
        errno = ENXIO;
    }
    err = out < 0 ? -errno : 0;

    fresh.fd = 0;
    fresh.watch = 0;
    if (make(&fresh) < 0) {
        if (out >= 0)
            close(out);
        return err < 0 ? err : -EAGAIN;
    }
    *f = fresh;
    empty(old.fd);
    release(&old);
    return err < 0 ? err : out;
}

int fifo_check(const struct fifo *f)
{
    struct stat st;

    if (f->path[0] == '\0')
        return 0;
    if (lstat(f->path, &st) < 0)
        return -errno;
    return st.st_dev == f->device && st.st_ino == f->inode ? 0 : -EEXIST;
}

int fifo_set_group(struct fifo *f, gid_t group)
{
    f->group = group;
    if (f->path[0] == '\0' || group == (gid_t)-1)
        return 0;
    if (fchown(f->fd, (uid_t)-1, group) < 0 ||
        fchmod(f->fd, mode_of(f->kind)) < 0)
        return -errno;
    return 0;
}

void fifo_close(struct fifo *f)
{
    if (f->path[0] == '\0')
        return;
    if (fifo_check(f) == 0)
        unlink(f->path);
    release(f);
    f->path[0] = '\0';
}
