/* file.c - an open file and what its answer needs to know of it */
#include "content/file.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { OPEN_FLAGS = O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY };

static int open_openat2(const char *path)
{
    struct open_how how = {
        .flags = OPEN_FLAGS,
        .resolve = RESOLVE_NO_MAGICLINKS,
    };

    return (int)syscall(SYS_openat2, AT_FDCWD, path, &how, sizeof(how));
}

bool file_has_openat2(void)
{
    int fd = open_openat2("/");

    if (fd >= 0)
        close(fd);
    return fd >= 0 || (errno != ENOSYS && errno != EPERM);
}

enum file_kind file_kind_of(const struct stat *s)
{
    if (S_ISREG(s->st_mode))
        return FILE_REGULAR;
    return S_ISDIR(s->st_mode) ? FILE_DIRECTORY : FILE_OTHER;
}

bool file_is_executable(const char *path)
{
    struct stat s;

    return fstatat(AT_FDCWD, path, &s, 0) == 0 && (s.st_mode & S_IXUSR);
}

int file_look(const char *path, enum file_kind *kind)
{
    struct stat s;

    if (fstatat(AT_FDCWD, path, &s, 0) < 0)
        return -errno;
    *kind = file_kind_of(&s);
    return 0;
}

/* What was looked at by name may have been replaced since; what the descriptor
 * says is what counts. */
static int keep_if_regular(struct file *f, int fd, enum file_kind *kind)
{
    struct stat s;

    if (fstat(fd, &s) < 0)
        return -errno;
    *kind = file_kind_of(&s);
    if (*kind != FILE_REGULAR)
        return 0;
    *f = (struct file){
        .is_open = true,
        .fd = fd,
        .size = (uint64_t)s.st_size,
        .mtime = s.st_mtim,
        .inode = s.st_ino,
        .device = s.st_dev,
    };
    return 0;
}

int file_take(struct file *f, int fd, enum file_kind *kind)
{
    int err = keep_if_regular(f, fd, kind);

    if (err < 0 || *kind != FILE_REGULAR)
        close(fd);
    return err;
}

int file_open(struct file *f, const char *path, bool has_openat2,
              enum file_kind *kind)
{
    int err = file_look(path, kind);
    int fd;

    if (err < 0 || *kind != FILE_REGULAR)
        return err;
    fd = has_openat2 ? open_openat2(path) : open(path, OPEN_FLAGS);
    if (fd < 0)
        return -errno;
    err = keep_if_regular(f, fd, kind);
    if (err < 0 || *kind != FILE_REGULAR)
        close(fd);
    return err;
}

int file_refresh(struct file *f)
{
    struct stat s;

    if (fstat(f->fd, &s) < 0)
        return -errno;
    f->size = (uint64_t)s.st_size;
    f->mtime = s.st_mtim;
    return 0;
}

void file_close(struct file *f)
{
    if (f->is_open)
        close(f->fd);
    *f = (struct file){0};
}
