#include "os/reach.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define GROUPS_MAX 1024

static bool has_group(const struct reach_user *who, gid_t group)
{
    for (size_t i = 0; i < who->group_count; i++) {
        if (who->groups[i] == group)
            return true;
    }
    return false;
}

/* The first class that fits decides, as in the kernel. */
bool reach_may_search(const struct reach_user *who, const struct stat *what)
{
    if (who->user == 0)
        return true;
    if (who->user == what->st_uid)
        return what->st_mode & S_IXUSR;
    if (has_group(who, what->st_gid))
        return what->st_mode & S_IXGRP;
    return what->st_mode & S_IXOTH;
}

/* Whose way is walked. Groups cost hundreds of system calls, and thousands of
 * roots are asked about: they are looked up when a mode makes a difference. */
struct asker {
    const char *name; /* NULL: this process */
    gid_t group;
    bool has_groups;
    struct reach_user user;
    gid_t groups[GROUPS_MAX];
};

static bool depends_on_groups(const struct stat *s)
{
    return !(s->st_mode & S_IXGRP) != !(s->st_mode & S_IXOTH);
}

static void find_groups(struct asker *who)
{
    int count = GROUPS_MAX;

    if (getgrouplist(who->name, who->group, who->groups, &count) < 0)
        count = GROUPS_MAX;
    who->user.groups = who->groups;
    who->user.group_count = (size_t)count;
    who->has_groups = true;
}

static int check_directory(const char *path, struct asker *who)
{
    struct stat s;

    if (!who->name)
        return faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) < 0 ? -errno : 0;
    if (stat(path, &s) < 0)
        return -errno;
    if (!S_ISDIR(s.st_mode))
        return -ENOTDIR;
    if (!who->has_groups && depends_on_groups(&s))
        find_groups(who);
    return reach_may_search(&who->user, &s) ? 0 : -EACCES;
}

/* Every directory of the path, from the root down to the path itself. */
static int walk(const char *path, struct asker *who, char *blocker)
{
    size_t len = strlen(path);
    char part[PATH_MAX];

    if (len >= sizeof(part))
        return -ENAMETOOLONG;
    for (size_t end = 1; end <= len; end++) {
        int err;

        if (end > 1 && end < len && path[end] != '/')
            continue;
        memcpy(part, path, end);
        part[end] = '\0';
        err = check_directory(part, who);
        if (err == -EACCES)
            memcpy(blocker, part, end + 1);
        if (err < 0)
            return err;
    }
    return 0;
}

/* The way as it is written, then the one that its links lead to. */
static int walk_both(const char *path, struct asker *who, char *blocker)
{
    char *real;
    int err = walk(path, who, blocker);

    if (err < 0)
        return err;
    real = realpath(path, NULL);
    if (real && strcmp(real, path) != 0)
        err = walk(real, who, blocker);
    free(real);
    return err;
}

int reach_check(const char *path, const char *name, uid_t user, gid_t group,
                char *blocker)
{
    struct asker who = {.name = name, .group = group, .user.user = user};

    return walk_both(path, &who, blocker);
}

int reach_writable(const char *path)
{
    char directory[PATH_MAX];
    const char *slash = strrchr(path, '/');
    struct stat s;
    size_t len;

    if (stat(path, &s) == 0) {
        if (S_ISDIR(s.st_mode))
            return -EISDIR;
        return faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) < 0 ? -errno : 0;
    }
    if (errno != ENOENT)
        return -errno;
    len = slash ? (size_t)(slash - path) : 0;
    if (len >= sizeof(directory))
        return -ENAMETOOLONG;
    memcpy(directory, path, len);
    directory[len] = '\0';
    if (len == 0)
        memcpy(directory, slash ? "/" : ".", 2);
    return faccessat(AT_FDCWD, directory, W_OK | X_OK, AT_EACCESS) < 0 ? -errno
                                                                       : 0;
}
