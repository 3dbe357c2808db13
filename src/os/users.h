/* users.h - accounts and groups by name */
#ifndef PRONG_OS_USERS_H
#define PRONG_OS_USERS_H

#include <sys/types.h>

/* The account's user and primary group. 0, -ENOENT when there is none, or
 * another -errno. */
int users_find(const char *name, uid_t *user, gid_t *group);

/* 0, -ENOENT when there is none, or another -errno. */
int users_find_group(const char *name, gid_t *group);

#endif
