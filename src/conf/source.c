#include "conf/source.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MAX ((size_t)64 << 20)

static int refuse_file(struct reader *r, int err, const char *call,
                       struct str path)
{
    char text[160];

    return reader_error(r, "%s \"%.*s\" failed (%d: %s)", call, STR_ARG(path),
                        err, strerror_r(err, text, sizeof(text)));
}

/* Everything that the descriptor yields, in the arena. */
static int read_all(struct arena *arena, int fd, size_t size, struct str *text)
{
    char *into = arena_alloc(arena, size + 1);
    size_t len = 0;

    if (!into)
        return -ENOMEM;
    while (len < size) {
        ssize_t n = read(fd, into + len, size - len);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -errno;
        if (n == 0)
            break;
        len += (size_t)n;
    }
    *text = (struct str){into, len};
    return 0;
}

static int keep_source(struct reader *r, struct str path, struct str text)
{
    struct conf_source *sources;

    if (!r->request->keep_sources || dict_get(&r->sources, path))
        return 0;
    sources = reader_grow(r, r->conf->sources, r->conf->source_count,
                          sizeof(*sources));
    if (!sources)
        return -ENOMEM;
    r->conf->sources = sources;
    sources[r->conf->source_count++] = (struct conf_source){path, text};
    return dict_put(&r->sources, r->arena, path, r->conf);
}

static int refuse_loop(struct reader *r, const struct stat *s, struct str path)
{
    for (const struct input *i = r->input; i; i = i->parent) {
        if (i->device == s->st_dev && i->inode == s->st_ino)
            return reader_error(r, "\"%.*s\" includes itself", STR_ARG(path));
    }
    if (r->depth >= READER_DEPTH_MAX)
        return reader_error(r, "files are included too deeply");
    return 0;
}

static int read_open_file(struct reader *r, int fd, struct str path)
{
    struct input input = {.parent = r->input};
    struct str text;
    struct stat s;
    int err;

    if (fstat(fd, &s) < 0)
        return refuse_file(r, errno, "fstat()", path);
    if (S_ISDIR(s.st_mode))
        return refuse_file(r, EISDIR, "read()", path);
    if (!S_ISREG(s.st_mode))
        return reader_error(r, "\"%.*s\" is not a regular file", STR_ARG(path));
    if ((uint64_t)s.st_size > FILE_MAX)
        return reader_error(r, "\"%.*s\" is too large", STR_ARG(path));
    if (refuse_loop(r, &s, path) < 0)
        return -EINVAL;
    err = read_all(r->arena, fd, (size_t)s.st_size, &text);
    if (err == 0)
        err = keep_source(r, path, text);
    if (err < 0)
        return err == -ENOMEM ? err : refuse_file(r, -err, "read()", path);
    input.device = s.st_dev;
    input.inode = s.st_ino;
    r->input = &input;
    err = reader_text(r, text, path.at);
    r->input = input.parent;
    return err;
}

int source_read(struct reader *r, struct str path)
{
    int fd = open(path.at, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    int err;

    if (fd < 0)
        return refuse_file(r, errno, "open()", path);
    err = read_open_file(r, fd, path);
    close(fd);
    return err;
}
