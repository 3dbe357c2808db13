/* pidfile.c - is this the only instance, and how is it found? */
#include "os/pidfile.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/process.h"

/* The system knows a process's start to 10 ms, and a file's time to a tick. */
enum { START_FUZZ_NS = 50000000 };

bool pidfile_sibling(struct str path, const char *suffix, char *into,
                     size_t room)
{
    int n;

    if (str_ends_with(path, STR(".pid")))
        path.len -= 4;
    n = snprintf(into, room, "%.*s%s", STR_ARG(path), suffix);
    return n > 0 && (size_t)n < room;
}

static bool is_same_file(int fd, const char *path)
{
    struct stat held, named;

    return fstat(fd, &held) == 0 && stat(path, &named) == 0 &&
           held.st_dev == named.st_dev && held.st_ino == named.st_ino;
}

static int open_locked(const char *path)
{
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    int fd, err;

    fd = open(path,
              O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK,
              0640);
    if (fd < 0)
        return -errno;
    if (fcntl(fd, F_OFD_SETLK, &whole) == 0)
        return fd;
    err = errno == EACCES || errno == EAGAIN ? -EWOULDBLOCK : -errno;
    close(fd);
    return err;
}

int pidfile_lock(struct pidfile *p, struct str path, struct buf *why)
{
    int fd;

    *p = (struct pidfile){0};
    if (!pidfile_sibling(path, ".lock", p->lock_path, sizeof(p->lock_path)) ||
        path.len >= sizeof(p->path))
        return -ENAMETOOLONG;
    memcpy(p->path, path.at, path.len);

    /* A holder that stops removes the file: whoever waited on the removed one
     * has a lock that nobody else can see, and starts again. */
    for (;;) {
        fd = open_locked(p->lock_path);
        if (fd < 0) {
            buf_printf(why, "open() \"%s\" failed (%d: %s)", p->lock_path, -fd,
                       strerror(-fd));
            return fd;
        }
        if (is_same_file(fd, p->lock_path))
            break;
        close(fd);
    }
    p->lock = fd;
    return 0;
}

void pidfile_set_group(struct pidfile *p, gid_t group)
{
    /* Whoever may command may ask whether anyone listens; nobody else may even
     * open the file, for a read lock on it would keep prong from starting. */
    if (p->lock > 0 && fchown(p->lock, (uid_t)-1, group) == 0)
        fchmod(p->lock, 0640);
}

enum pidfile_verdict pidfile_judge(const struct pidfile_facts *facts)
{
    if (facts->pid < 0)
        return PIDFILE_FOREIGN;
    if (facts->pid == 0 || facts->pid == facts->own || !facts->alive)
        return PIDFILE_STALE;
    if (facts->started_ns > facts->written_ns + START_FUZZ_NS)
        return PIDFILE_STALE;
    return PIDFILE_OTHERS;
}

static int gather(const char *path, struct pidfile_facts *facts)
{
    struct stat st;

    if (stat(path, &st) < 0)
        return -errno;
    *facts = (struct pidfile_facts){.own = getpid()};
    facts->written_ns =
        (int64_t)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
    facts->pid = S_ISREG(st.st_mode) ? pidfile_read(path) : -1;
    if (facts->pid <= 0)
        return 0;
    facts->alive = (kill(facts->pid, 0) == 0 || errno == EPERM) &&
                   !process_has_ended(facts->pid);
    if (process_started(facts->pid, &facts->started_ns) < 0)
        facts->started_ns = 0; /* unknown: as old as can be */
    return 0;
}

int pidfile_check(const struct pidfile *p, struct buf *why)
{
    struct pidfile_facts facts;
    char name[32];

    if (gather(p->path, &facts) < 0)
        return 0; /* there is none */
    switch (pidfile_judge(&facts)) {
    case PIDFILE_STALE:
        return 0;
    case PIDFILE_FOREIGN:
        buf_printf(why, "\"%s\" is no pid file: prong does not replace it",
                   p->path);
        return -EEXIST;
    case PIDFILE_OTHERS:
        break;
    }
    process_name(facts.pid, name, sizeof(name));
    buf_printf(why,
               "\"%s\" belongs to process %ld (%s): give prong its own, for "
               "example -g \"pid /run/prong.pid;\"",
               p->path, (long)facts.pid, name);
    return -EEXIST;
}

static int write_text(const char *path, pid_t pid)
{
    char text[32];
    int len = snprintf(text, sizeof(text), "%ld\n", (long)pid);
    int fd, err = 0;

    fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644);
    if (fd < 0)
        return -errno;
    fchmod(fd, 0644); /* whatever the umask */
    if (write(fd, text, (size_t)len) != len)
        err = errno ? -errno : -EIO;
    close(fd);
    return err;
}

int pidfile_write(struct pidfile *p, pid_t pid)
{
    char temporary[PATH_MAX];
    int err;

    if ((size_t)snprintf(temporary, sizeof(temporary), "%s.new", p->path) >=
        sizeof(temporary))
        return -ENAMETOOLONG;
    unlink(temporary); /* what a killed master left; the lock is ours */
    err = write_text(temporary, pid);
    if (err == 0 && rename(temporary, p->path) < 0)
        err = -errno;
    if (err < 0)
        unlink(temporary);
    else
        p->written = true;
    return err;
}

void pidfile_remove(struct pidfile *p)
{
    if (p->written)
        unlink(p->path);
    p->written = false;
    if (p->lock > 0) {
        /* Before the lock goes: a newcomer that opened it sees by stat that
         * the name is gone. */
        unlink(p->lock_path);
        close(p->lock);
    }
    p->lock = 0;
}

int pidfile_is_held(struct str path)
{
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    char lock_path[PATH_MAX];
    int fd, err = 0;

    if (!pidfile_sibling(path, ".lock", lock_path, sizeof(lock_path)))
        return -ENAMETOOLONG;
    fd = open(lock_path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0)
        return -errno;
    if (fcntl(fd, F_OFD_GETLK, &whole) < 0)
        err = -errno;
    close(fd);
    return err < 0 ? err : whole.l_type != F_UNLCK;
}

pid_t pidfile_read(const char *path)
{
    char text[32];
    struct str line;
    uint64_t pid;
    ssize_t got;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

    if (fd < 0)
        return -errno;
    got = read(fd, text, sizeof(text));
    close(fd);
    if (got < 0)
        return -EIO;
    if (got == 0)
        return 0;
    line = (struct str){text, (size_t)got};
    while (line.len > 0 &&
           (line.at[line.len - 1] == '\n' || line.at[line.len - 1] == '\r'))
        line.len--;
    if (!str_number(str_trim(line), &pid) || pid > INT32_MAX || pid == 0)
        return -EINVAL;
    return (pid_t)pid;
}
