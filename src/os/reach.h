/* reach.h - can a user get at a path? Asked without becoming that user */
#ifndef PRONG_OS_REACH_H
#define PRONG_OS_REACH_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/types.h>

/* Someone with all his groups. */
struct reach_user {
    uid_t user;
    const gid_t *groups;
    size_t group_count;
};

/* Pure. May he search the directory (execute bit of his class)? Root may. */
bool reach_may_search(const struct reach_user *who, const struct stat *what);

/* Can the user, with the groups of the account `name`, search every directory
 * on the way to the path, and the path itself? With a NULL `name`: this
 * process. 0, -EACCES with the first directory that forbids it in `blocker`
 * (PATH_MAX bytes), -ENOENT, or another -errno. Access lists are not looked at.
 */
int reach_check(const char *path, const char *name, uid_t user, gid_t group,
                char *blocker);

/* Could this process write the file, or make it where there is none? 0, or
 * what open would fail with: -ENOENT (no directory), -EACCES, -EROFS, ... */
int reach_writable(const char *path);

#endif
