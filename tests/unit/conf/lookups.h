/* lookups.h - a system that knows what the tests ask */
#ifndef PRONG_TEST_LOOKUPS_H
#define PRONG_TEST_LOOKUPS_H

#include <limits.h>

#include "loading.h"

static inline int known_user(const char *name, uid_t *user, gid_t *group)
{
    if (strcmp(name, "web") != 0 && strcmp(name, "alone") != 0)
        return -ENOENT;
    *user = 33;
    *group = 34;
    return 0;
}

static inline int known_group(const char *name, gid_t *group)
{
    if (strcmp(name, "web") != 0 && strcmp(name, "ops") != 0)
        return -ENOENT;
    *group = strcmp(name, "web") == 0 ? 35 : 36;
    return 0;
}

/* "two" has an address of each family, and one of them twice. */
static inline int known_addresses(const char *host, uint16_t port,
                                  struct address **list, unsigned *count)
{
    static const char *const texts[] = {"10.0.0.1", "10.0.0.1", "::2"};

    if (strcmp(host, "two") != 0)
        return -ENOENT;
    *list = calloc(ARRAY_LEN(texts), sizeof(**list));
    for (unsigned i = 0; i < ARRAY_LEN(texts); i++)
        address_parse(&(*list)[i], str_of(texts[i]), port);
    *count = ARRAY_LEN(texts);
    return 0;
}

static inline unsigned six_processors(void)
{
    return 6;
}

static inline int known_hostname(char *into, size_t room)
{
    (void)room;
    strcpy(into, "Box.Example");
    return 0;
}

static inline int known_reach(const char *path, const char *name, uid_t user,
                              gid_t group, char *blocker)
{
    (void)name;
    (void)user;
    (void)group;
    if (strncmp(path, "/root/", 6) == 0) {
        strcpy(blocker, "/root");
        return -EACCES;
    }
    return strncmp(path, "/none", 5) == 0 ? -ENOENT : 0;
}

static inline int known_writable(const char *path)
{
    if (strncmp(path, "/none/", 6) == 0)
        return -ENOENT;
    return strncmp(path, "/root/", 6) == 0 ? -EACCES : 0;
}

static inline bool known_local(const struct address *address)
{
    char memory[128];
    struct buf text = buf_over(memory, sizeof(memory));

    address_print_host(&text, address);
    return !str_equals(buf_str(&text), STR("192.0.2.1"));
}

static inline bool high_port(uint16_t port)
{
    return port >= 1024;
}

static inline struct conf_lookups lookups_of(bool is_root)
{
    return (struct conf_lookups){
        .user = known_user,
        .group = known_group,
        .addresses = known_addresses,
        .processors = six_processors,
        .hostname = known_hostname,
        .reach = known_reach,
        .is_root = is_root,
        .writable = known_writable,
        .is_local = known_local,
        .may_bind = high_port,
    };
}

#endif
