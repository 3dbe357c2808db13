/* identity.c - reads who a process is from /proc */
#include "os/identity.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Reads a small file of /proc/PID as a text. 0 or -errno. */
static int slurp(char *into, size_t room, int32_t pid, const char *name)
{
    char path[64];
    ssize_t got;
    int fd;
    int err = 0;

    snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT ? -ESRCH : -errno;
    got = read(fd, into, room - 1);
    if (got < 0)
        err = -errno;
    close(fd);
    into[got > 0 ? got : 0] = '\0';
    return err;
}

/* "PID (NAME) STATE …": the name may hold anything, so one starts behind the
 * last parenthesis; the start time is the 20th field behind the state. */
static int parse_stat(const char *text, struct identity *into)
{
    const char *at = strrchr(text, ')');

    if (!at || at[1] != ' ')
        return -EINVAL;
    at += 2;
    if (*at == 'Z' || *at == 'X')
        return -ESRCH;
    for (int field = 0; field < 19 && at; field++) {
        at = strchr(at, ' ');
        at = at ? at + 1 : NULL;
    }
    if (!at)
        return -EINVAL;
    into->start_time = strtoull(at, NULL, 10);
    return 0;
}

/* "Uid:\treal\teffective\t…" */
static int parse_status(const char *text, struct identity *into)
{
    const char *line = strstr(text, "\nUid:\t");
    const char *effective = line ? strchr(line + 6, '\t') : NULL;

    if (!effective)
        return -EINVAL;
    into->uid = (uint32_t)strtoul(effective + 1, NULL, 10);
    return 0;
}

int identity_of(struct identity *into, int32_t pid)
{
    struct identity who = {.pid = pid};
    char text[2048];
    int err;

    if (pid <= 0)
        return -ESRCH;
    err = slurp(text, sizeof(text), pid, "stat");
    if (err == 0)
        err = parse_stat(text, &who);
    if (err == 0)
        err = slurp(text, sizeof(text), pid, "status");
    if (err == 0)
        err = parse_status(text, &who);
    if (err == 0)
        *into = who;
    return err;
}

bool identity_lives(const struct identity *who)
{
    struct identity now;

    return identity_of(&now, who->pid) == 0 && now.uid == who->uid &&
           now.start_time == who->start_time;
}
