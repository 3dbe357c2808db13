/* holder.c - who listens where we want to? */
#include "net/holder.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

enum {
    TCP_LISTENING = 0x0a,
    UNIX_ACCEPTS = 0x10000, /* the flag of a unix socket that listens */
};

/* The words of an address as /proc prints them, four hex words or one; how many
 * there are. */
static int words_of(const char *hex, size_t digits, uint32_t words[4])
{
    int count = (int)(digits / 8);

    if (digits != 8 && digits != 32)
        return 0;
    for (int i = 0; i < count; i++) {
        char one[9] = {0};

        memcpy(one, hex + 8 * i, 8);
        words[i] = (uint32_t)strtoul(one, NULL, 16);
    }
    return count;
}

static bool is_any(const uint32_t *words, int count)
{
    for (int i = 0; i < count; i++)
        if (words[i] != 0)
            return false;
    return true;
}

static int own_words(const struct address *address, uint32_t words[4])
{
    if (address->name.ss_family == AF_INET) {
        const struct sockaddr_in *v4 =
            (const struct sockaddr_in *)&address->name;

        words[0] = v4->sin_addr.s_addr;
        return 1;
    }
    memcpy(words, &((const struct sockaddr_in6 *)&address->name)->sin6_addr,
           16);
    return 4;
}

/* "  0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000
 * 0 0 4242 …" */
static bool tcp_matches(const struct address *address, const char *line,
                        unsigned long *inode)
{
    char local[33];
    unsigned port;
    unsigned state;
    uint32_t theirs[4];
    uint32_t ours[4];
    int count;

    if (sscanf(line,
               " %*[0-9]: %32[0-9A-Fa-f]:%x %*[0-9A-Fa-f]:%*x %x %*s %*s %*s "
               "%*s %*s %lu",
               local, &port, &state, inode) != 4)
        return false;
    if (state != TCP_LISTENING || port != address_port(address))
        return false;
    count = words_of(local, strlen(local), theirs);
    if (count == 0)
        return false;
    if (is_any(theirs, count))
        return true;
    if (own_words(address, ours) != count)
        return address_is_any(address);
    return address_is_any(address) ||
           memcmp(ours, theirs, 4 * (size_t)count) == 0;
}

/* "0000000000000000: 00000002 00000000 00010000 0001 01 4242 /run/x.sock" */
static bool unix_matches(const struct address *address, const char *line,
                         unsigned long *inode)
{
    const struct sockaddr_un *name = (const struct sockaddr_un *)&address->name;
    unsigned flags;
    char path[sizeof(name->sun_path) + 1];

    return sscanf(line, "%*[0-9A-Fa-f]: %*x %*x %x %*x %*x %lu %108s", &flags,
                  inode, path) == 3 &&
           (flags & UNIX_ACCEPTS) && strcmp(path, name->sun_path) == 0;
}

bool holder_line_matches(const struct address *address, struct str line,
                         unsigned long *inode)
{
    char text[512];
    unsigned long found = 0;
    bool matches;

    if (line.len >= sizeof(text))
        return false;
    memcpy(text, line.at, line.len);
    text[line.len] = '\0';
    matches = address->name.ss_family == AF_UNIX
                  ? unix_matches(address, text, &found)
                  : tcp_matches(address, text, &found);
    if (matches)
        *inode = found;
    return matches;
}

static bool find_inode(const struct address *address, const char *table,
                       unsigned long *inode)
{
    FILE *file = fopen(table, "re");
    char line[512];
    bool found = false;

    if (!file)
        return false;
    while (!found && fgets(line, sizeof(line), file))
        found = holder_line_matches(address, str_of(line), inode);
    fclose(file);
    return found;
}

static bool holds(const char *pid, const char *socket)
{
    char path[sizeof("/proc//fd/") + 2 * sizeof(((struct dirent *)0)->d_name)];
    char target[64];
    struct dirent *entry;
    bool found = false;
    DIR *all;

    snprintf(path, sizeof(path), "/proc/%s/fd", pid);
    all = opendir(path);
    if (!all)
        return false;
    while (!found && (entry = readdir(all))) {
        ssize_t n;

        snprintf(path, sizeof(path), "/proc/%s/fd/%s", pid, entry->d_name);
        n = readlink(path, target, sizeof(target) - 1);
        target[n > 0 ? n : 0] = '\0';
        found = strcmp(target, socket) == 0;
    }
    closedir(all);
    return found;
}

static void read_name(struct holder *into)
{
    char path[64];
    FILE *file;

    into->name[0] = '\0';
    snprintf(path, sizeof(path), "/proc/%ld/comm", (long)into->pid);
    file = fopen(path, "re");
    if (!file)
        return;
    if (!fgets(into->name, sizeof(into->name), file))
        into->name[0] = '\0';
    into->name[strcspn(into->name, "\n")] = '\0';
    fclose(file);
}

static int find_process(unsigned long inode, struct holder *into)
{
    char socket[64];
    struct dirent *entry;
    int err = -ESRCH;
    DIR *all = opendir("/proc");

    if (!all)
        return -ESRCH;
    snprintf(socket, sizeof(socket), "socket:[%lu]", inode);
    while (err < 0 && (entry = readdir(all))) {
        if (!isdigit((unsigned char)entry->d_name[0]) ||
            !holds(entry->d_name, socket))
            continue;
        into->pid = (pid_t)strtol(entry->d_name, NULL, 10);
        read_name(into);
        err = 0;
    }
    closedir(all);
    return err;
}

int holder_find(const struct address *address, struct holder *into)
{
    unsigned long inode;

    if (address->name.ss_family == AF_UNIX) {
        if (!find_inode(address, "/proc/net/unix", &inode))
            return -ESRCH;
    } else if (!find_inode(address, "/proc/net/tcp", &inode) &&
               !find_inode(address, "/proc/net/tcp6", &inode)) {
        return -ESRCH;
    }
    return find_process(inode, into);
}
