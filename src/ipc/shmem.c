/* shmem.c - makes, checks, maps and removes the shared memory object */
#include "ipc/shmem.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MODE = 0640 };

/* 0 or -errno. */
static int give_memory(int fd, size_t at, size_t size)
{
    int err;

    if (size == 0)
        return 0;
    do {
        err = posix_fallocate(fd, (off_t)at, (off_t)size);
    } while (err == EINTR);
    return -err;
}

int shmem_give_memory(struct shmem *m, unsigned first, unsigned count)
{
    return give_memory(m->fd, layout_header_size() + first * layout_slot_size(),
                       count * layout_slot_size());
}

static int map(struct shmem *m, int protection)
{
    void *at = mmap(NULL, layout_size(), protection, MAP_SHARED, m->fd, 0);

    if (at == MAP_FAILED)
        return -errno;
    m->layout = at;
    return 0;
}

/* The owner's group first: chown takes bits of the mode away. */
static int shape(struct shmem *m, gid_t group)
{
    int err = shmem_chgrp(m, group);

    if (err == 0 &&
        (fchmod(m->fd, MODE) < 0 || ftruncate(m->fd, (off_t)layout_size()) < 0))
        err = -errno;
    if (err == 0)
        err = give_memory(m->fd, 0, layout_header_size());
    if (err == 0)
        err = map(m, PROT_READ | PROT_WRITE);
    return err;
}

int shmem_make(struct shmem *m, const char *name, gid_t group)
{
    int err;

    m->fd = shm_open(name, O_RDWR | O_CREAT | O_EXCL, 0600);
    if (m->fd < 0)
        return -errno;
    err = shape(m, group);
    if (err == 0)
        err = layout_write(m->layout);
    if (err < 0) {
        shm_unlink(name);
        shmem_close(m);
        return err;
    }
    atomic_store_explicit(&m->layout->magic, LAYOUT_MAGIC,
                          memory_order_release);
    return 0;
}

/* Ours, or of a kind that root may remove. */
static int check_owner(const struct shmem *m)
{
    struct stat st;

    if (fstat(m->fd, &st) < 0)
        return -errno;
    if (!S_ISREG(st.st_mode) || st.st_uid != geteuid())
        return geteuid() == 0 ? -EINVAL : -EPERM;
    if ((st.st_mode & 07777) != MODE || st.st_size != (off_t)layout_size())
        return -EINVAL;
    return 0;
}

/* Whatever the header says, no more slots than there can be. */
static unsigned used_slots(const struct layout *layout)
{
    uint32_t used =
        atomic_load_explicit(&layout->slots_used, memory_order_relaxed);

    return used < LAYOUT_SLOTS ? used : LAYOUT_SLOTS;
}

static int check_content(struct shmem *m)
{
    int err = give_memory(m->fd, 0, layout_header_size());

    if (err == 0)
        err = map(m, PROT_READ | PROT_WRITE);
    if (err == 0 && !layout_matches(m->layout))
        err = -EINVAL;
    if (err == 0)
        err = shmem_give_memory(m, 0, used_slots(m->layout));
    return err;
}

int shmem_take_over(struct shmem *m, const char *name, gid_t group)
{
    int err;

    m->fd = shm_open(name, O_RDWR, 0);
    if (m->fd < 0 && (geteuid() == 0 || errno == ENOENT))
        return -EINVAL;
    if (m->fd < 0)
        return errno == EACCES ? -EPERM : -errno;
    err = check_owner(m);
    if (err == 0)
        err = check_content(m);
    if (err == 0)
        err = shmem_chgrp(m, group);
    return err;
}

int shmem_replace(struct shmem *m, const char *name, gid_t group)
{
    shmem_close(m);
    if (shm_unlink(name) < 0 && errno != ENOENT)
        return -errno;
    return shmem_make(m, name, group);
}

int shmem_open_readonly(struct shmem *m, const char *name)
{
    struct stat st;
    int err;

    m->fd = shm_open(name, O_RDONLY, 0);
    if (m->fd < 0 || fstat(m->fd, &st) < 0)
        return -errno;
    if (!S_ISREG(st.st_mode) || st.st_size != (off_t)layout_size())
        return -EINVAL;
    err = map(m, PROT_READ);
    if (err == 0 && !layout_matches(m->layout))
        err = -EINVAL;
    return err;
}

int shmem_chgrp(struct shmem *m, gid_t group)
{
    if (group == (gid_t)-1)
        return 0;
    return fchown(m->fd, (uid_t)-1, group) < 0 ? -errno : 0;
}

void shmem_unlink(struct shmem *m, const char *name)
{
    struct stat mine;
    struct stat named;
    int fd = shm_open(name, O_RDONLY, 0);

    if (fd < 0)
        return;
    if (fstat(fd, &named) == 0 && fstat(m->fd, &mine) == 0 &&
        named.st_ino == mine.st_ino && named.st_dev == mine.st_dev)
        shm_unlink(name);
    close(fd);
}

void shmem_close(struct shmem *m)
{
    if (m->layout)
        munmap(m->layout, layout_size());
    if (m->fd >= 0)
        close(m->fd);
    *m = (struct shmem){.fd = -1};
}
