/* privilege.c - what does a child give up, and what is it granted? */
#include "os/privilege.h"

#include <errno.h>
#include <grp.h>
#include <sys/prctl.h>
#include <unistd.h>

int privilege_drop(uid_t user, gid_t group, const char *name)
{
    if (name && *name) {
        if (initgroups(name, group) < 0)
            return -errno;
    } else if (setgroups(1, &group) < 0) {
        return -errno;
    }
    if (setresgid(group, group, group) < 0 || setresuid(user, user, user) < 0)
        return -errno;
    if (user != 0 && setuid(0) == 0)
        return -EPERM;
    return 0;
}

int privilege_seal(void)
{
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ? -errno : 0;
}

void privilege_allow_core(void)
{
    prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
}

int privilege_limit(int resource, uint64_t value)
{
    struct rlimit limit = {.rlim_cur = value, .rlim_max = value};
    struct rlimit now;
    int err;

    if (setrlimit((__rlimit_resource_t)resource, &limit) == 0)
        return 0;
    err = -errno;
    if (getrlimit((__rlimit_resource_t)resource, &now) < 0)
        return err;
    now.rlim_cur = value < now.rlim_max ? value : now.rlim_max;
    if (setrlimit((__rlimit_resource_t)resource, &now) == 0 &&
        now.rlim_cur == value)
        return 0;
    return err;
}
