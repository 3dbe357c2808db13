#include "os/users.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>

/* Large enough for every entry of a local file; grown for others. */
#define ROOM_FIRST ((size_t)4096)
#define ROOM_MAX ((size_t)1 << 20)

static int find_user(const char *name, char *memory, size_t room, uid_t *user,
                     gid_t *group)
{
    struct passwd entry;
    struct passwd *found;
    int err = getpwnam_r(name, &entry, memory, room, &found);

    if (err)
        return -err;
    if (!found)
        return -ENOENT;
    *user = entry.pw_uid;
    *group = entry.pw_gid;
    return 0;
}

static int find_group(const char *name, char *memory, size_t room, gid_t *group)
{
    struct group entry;
    struct group *found;
    int err = getgrnam_r(name, &entry, memory, room, &found);

    if (err)
        return -err;
    if (!found)
        return -ENOENT;
    *group = entry.gr_gid;
    return 0;
}

int users_find(const char *name, uid_t *user, gid_t *group)
{
    int err = -ERANGE;

    for (size_t room = ROOM_FIRST; err == -ERANGE && room <= ROOM_MAX;
         room *= 2) {
        char *memory = malloc(room);

        err = memory ? find_user(name, memory, room, user, group) : -ENOMEM;
        free(memory);
    }
    return err;
}

int users_find_group(const char *name, gid_t *group)
{
    int err = -ERANGE;

    for (size_t room = ROOM_FIRST; err == -ERANGE && room <= ROOM_MAX;
         room *= 2) {
        char *memory = malloc(room);

        err = memory ? find_group(name, memory, room, group) : -ENOMEM;
        free(memory);
    }
    return err;
}
