/* listing.c - the names in a directory, read and put in order */
#include "content/listing.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static int make_room(struct listing *l)
{
    size_t room = l->room ? l->room * 2 : 64;
    struct listing_entry *entries;

    if (l->count < l->room)
        return 0;
    entries = reallocarray(l->entries, room, sizeof(*entries));
    if (!entries)
        return -ENOMEM;
    l->entries = entries;
    l->room = room;
    return 0;
}

static int add(struct listing *l, const char *name, const struct stat *s)
{
    struct str kept = arena_copy(&l->names, str_of(name));
    int err = make_room(l);

    if (!kept.at || err < 0)
        return -ENOMEM;
    l->entries[l->count++] = (struct listing_entry){
        .name = kept,
        .is_directory = S_ISDIR(s->st_mode),
        .is_other = !S_ISDIR(s->st_mode) && !S_ISREG(s->st_mode),
        .size = (uint64_t)s->st_size,
        .modified = s->st_mtim.tv_sec,
    };
    return 0;
}

/* What cannot be looked at, a dangling link for one, is not listed: nobody
 * could fetch it. */
static bool look(int fd, const char *name, bool others, struct stat *s)
{
    if (fstatat(fd, name, s, 0) == 0)
        return others || S_ISREG(s->st_mode) || S_ISDIR(s->st_mode);
    return others && (errno == ENOENT || errno == ELOOP) &&
           fstatat(fd, name, s, AT_SYMLINK_NOFOLLOW) == 0;
}

static int consider(struct listing *l, int fd, const struct dirent *entry,
                    bool others)
{
    struct stat s;

    if (entry->d_name[0] == '.' || !look(fd, entry->d_name, others, &s))
        return 0;
    if (l->count == LISTING_MAX) {
        l->is_cut = true;
        return 0;
    }
    return add(l, entry->d_name, &s);
}

static int read_names(struct listing *l, DIR *dir, bool others)
{
    struct dirent *entry;
    int err = 0;

    errno = 0;
    while (err == 0 && !l->is_cut && (entry = readdir(dir))) {
        err = consider(l, dirfd(dir), entry, others);
        errno = 0;
    }
    return err < 0 ? err : -errno;
}

int listing_read(struct listing *l, const char *path, bool others)
{
    DIR *dir = opendir(path);
    int err;

    if (!dir)
        return -errno;
    *l = (struct listing){0};
    err = read_names(l, dir, others);
    closedir(dir);
    if (err < 0)
        listing_close(l);
    return err;
}

void listing_close(struct listing *l)
{
    arena_close(&l->names);
    free(l->entries);
    *l = (struct listing){0};
}

static int compare_numbers(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

static int compare_names(const struct listing_entry *a,
                         const struct listing_entry *b)
{
    return strverscmp(a->name.at, b->name.at);
}

static int compare_by(enum listing_key key, const struct listing_entry *a,
                      const struct listing_entry *b)
{
    switch (key) {
    case LISTING_BY_SIZE:
        return a->is_directory ? 0 : compare_numbers(a->size, b->size);
    case LISTING_BY_TIME:
        return (a->modified > b->modified) - (a->modified < b->modified);
    case LISTING_BY_BYTES:
        return strcmp(a->name.at, b->name.at);
    default:
        return compare_names(a, b);
    }
}

static int compare(const void *left, const void *right, void *context)
{
    const struct listing_order *order = context;
    const struct listing_entry *a = left;
    const struct listing_entry *b = right;
    int result;

    if (a->is_directory != b->is_directory)
        return a->is_directory ? -1 : 1;
    result = compare_by(order->key, a, b);
    if (order->descending)
        result = -result;
    return result != 0 ? result : compare_names(a, b);
}

void listing_sort(struct listing *l, struct listing_order order)
{
    if (l->count > 1)
        qsort_r(l->entries, l->count, sizeof(*l->entries), compare, &order);
}

static enum listing_key key_of(char letter)
{
    switch (letter) {
    case 'S':
        return LISTING_BY_SIZE;
    case 'M':
        return LISTING_BY_TIME;
    default:
        return LISTING_BY_NAME;
    }
}

struct listing_order listing_order_of(struct str args)
{
    struct listing_order order = {0};

    while (args.at) {
        struct str value = str_cut(&args, '&');
        struct str name = str_cut(&value, '=');

        if (value.len != 1)
            continue;
        if (str_equals(name, STR("C")))
            order.key = key_of(value.at[0]);
        else if (str_equals(name, STR("O")))
            order.descending = value.at[0] == 'D';
    }
    return order;
}
