/* links.c - a walk along a path that follows no symbolic link, or none of
 * another owner
 *
 * Each directory is opened from the one before, so nobody can put a link in
 * the way of what was looked at already. */
#include "content/links.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct walk {
    char text[PATH_MAX]; /* the path; a NUL where the walk has come to */
    char *name;          /* the next one */
    char last[2];
    int fd; /* of the directory that holds it */
    enum conf_symlinks how;
};

/* What was opened belongs to whoever made the link, if it is one. */
static bool has_same_owner(int at, const char *name, int fd)
{
    struct stat link, target;

    return fstatat(at, name, &link, AT_SYMLINK_NOFOLLOW) == 0 &&
           fstat(fd, &target) == 0 && link.st_uid == target.st_uid;
}

/* A link on the way to the last name is no directory: -ENOTDIR, and so 404, as
 * in nginx. */
static int open_name(const struct walk *w, int flags)
{
    int fd;

    if (w->how == CONF_SYMLINKS_REFUSED)
        flags |= O_NOFOLLOW;
    fd = openat(w->fd, w->name, flags | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    if (w->how == CONF_SYMLINKS_REFUSED || has_same_owner(w->fd, w->name, fd))
        return fd;
    close(fd);
    return -ELOOP;
}

/* Where the next name begins, and what ends it. */
static char *skip_slashes(char *at)
{
    return at + strspn(at, "/");
}

static int enter(struct walk *w)
{
    int fd = open_name(w, O_PATH | O_DIRECTORY);

    if (fd < 0)
        return fd;
    close(w->fd);
    w->fd = fd;
    return 0;
}

/* Goes on until `name` is the last one. */
static int walk_on(struct walk *w)
{
    for (;;) {
        char *end = w->name + strcspn(w->name, "/");
        char *next = skip_slashes(end);
        int err;

        *end = '\0';
        if (*next == '\0')
            return 0;
        err = enter(w);
        if (err < 0)
            return err;
        w->name = next;
    }
}

/* Opens the directory that stands before `at` in the text. */
static int open_before(struct walk *w, char *at)
{
    char kept = *at;

    *at = '\0';
    w->fd =
        open(at == w->text ? "." : w->text, O_PATH | O_DIRECTORY | O_CLOEXEC);
    *at = kept;
    return w->fd < 0 ? -errno : 0;
}

/* Goes up to the directory that holds the last name, which is `w->name`. */
static int walk(struct walk *w, const char *path, struct links links)
{
    size_t len = strlen(path);
    char *at;
    int err;

    if (len == 0 || len >= sizeof(w->text))
        return len ? -ENAMETOOLONG : -ENOENT;
    memcpy(w->text, path, len + 1);
    w->how = links.how;
    at = skip_slashes(w->text + links.trusted);
    if (*at == '\0') { /* it is the trusted directory itself */
        strcpy(w->last, ".");
        w->name = w->last;
        return open_before(w, at);
    }
    w->name = at;
    err = open_before(w, at);
    if (err == 0)
        err = walk_on(w);
    if (err < 0 && w->fd >= 0)
        close(w->fd);
    return err;
}

/* ---- what stands at its end ---- */

static int look(const struct walk *w, enum file_kind *kind)
{
    struct stat link, target;

    if (fstatat(w->fd, w->name, &link, AT_SYMLINK_NOFOLLOW) < 0)
        return -errno;
    target = link;
    if (S_ISLNK(link.st_mode)) {
        if (w->how == CONF_SYMLINKS_REFUSED)
            return -ELOOP;
        if (fstatat(w->fd, w->name, &target, 0) < 0)
            return -errno;
        if (link.st_uid != target.st_uid)
            return -ELOOP;
    }
    *kind = file_kind_of(&target);
    return 0;
}

int links_look(const char *path, struct links links, enum file_kind *kind)
{
    struct walk w = {.fd = -1};
    int err = walk(&w, path, links);

    if (err < 0)
        return err;
    err = look(&w, kind);
    close(w.fd);
    return err;
}

int links_open(struct file *f, const char *path, struct links links,
               enum file_kind *kind)
{
    struct walk w = {.fd = -1};
    int err = walk(&w, path, links);
    int fd;

    if (err < 0)
        return err;
    err = look(&w, kind);
    if (err == 0 && *kind == FILE_REGULAR) {
        fd = open_name(&w, O_RDONLY | O_NONBLOCK | O_NOCTTY);
        err = fd < 0 ? fd : file_take(f, fd, kind);
    }
    close(w.fd);
    return err;
}

size_t links_trusted(struct str path, struct str from)
{
    if (from.len == 0 || !str_starts_with(path, from))
        return 0;
    if (path.len == from.len || path.at[from.len] == '/' ||
        from.at[from.len - 1] == '/')
        return from.len;
    return 0;
}
