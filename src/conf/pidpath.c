/* pidpath.c - where would the pid file be, whatever else is wrong? */
#include "config.h"

#include "conf/pidpath.h"

#include <fcntl.h>
#include <glob.h>
#include <stdlib.h>
#include <unistd.h>

#include "conf/lexer.h"

enum { FILE_MAX_BYTES = 1 << 20, DEPTH_MAX = 8 };

struct search {
    struct arena *arena;
    struct str base;  /* where includes begin */
    struct str found; /* as written */
};

static struct str join(struct arena *arena, struct str base, struct str path)
{
    if (path.len > 0 && path.at[0] == '/')
        return arena_copy(arena, path);
    return arena_printf(arena, "%.*s%.*s", STR_ARG(base), STR_ARG(path));
}

static struct str with_slash(struct arena *arena, const char *directory)
{
    char *here = directory[0] == '/' ? NULL : getcwd(NULL, 0);
    struct str path = arena_printf(arena, "%s%s%s/", here ? here : "",
                                   here ? "/" : "", directory);

    free(here);
    return path;
}

static struct str read_text(struct arena *arena, const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    char *text = fd < 0 ? NULL : arena_alloc(arena, FILE_MAX_BYTES);
    ssize_t got = text ? read(fd, text, FILE_MAX_BYTES) : 0;

    if (fd >= 0)
        close(fd);
    return (struct str){text, got > 0 ? (size_t)got : 0};
}

static void search_text(struct search *s, struct str text, unsigned depth);

static void search_included(struct search *s, struct str pattern,
                            unsigned depth)
{
    struct str path = join(s->arena, s->base, pattern);
    glob_t files;

    if (depth == DEPTH_MAX || !path.at || glob(path.at, 0, NULL, &files) != 0)
        return;
    for (size_t i = 0; i < files.gl_pathc; i++)
        search_text(s, read_text(s->arena, files.gl_pathv[i]), depth + 1);
    globfree(&files);
}

static void take_directive(struct search *s, const struct lexer *x,
                           unsigned depth)
{
    if (x->count != 2)
        return;
    if (str_equals(x->words[0], STR("pid")))
        s->found = arena_copy(s->arena, x->words[1]);
    else if (str_equals(x->words[0], STR("include")))
        search_included(s, x->words[1], depth);
}

/* Only the outermost level counts, and what is no directive ends the search. */
static void search_text(struct search *s, struct str text, unsigned depth)
{
    struct lexer x;
    unsigned level = 0;

    if (text.len == 0)
        return;
    lexer_open(&x, text, s->arena);
    for (;;) {
        switch (lexer_next(&x)) {
        case LEXER_DIRECTIVE:
            if (level == 0)
                take_directive(s, &x, depth);
            break;
        case LEXER_BLOCK_OPEN:
            level++;
            break;
        case LEXER_BLOCK_CLOSE:
            if (level > 0)
                level--;
            break;
        case LEXER_EOF:
        case LEXER_ERROR:
        case LEXER_NO_MEMORY:
            return;
        }
    }
}

struct str pidpath_find(const struct conf_request *request, struct arena *arena)
{
    struct str prefix =
        with_slash(arena, request->prefix ? request->prefix : PRONG_PREFIX);
    struct str file = join(
        arena, prefix, str_of(request->file ? request->file : PRONG_CONF_PATH));
    struct search s = {.arena = arena};

    if (!prefix.at || !file.at)
        return (struct str){0};
    s.base = str_between(file.at, str_find_last(file, '/') + 1);
    search_text(&s, read_text(arena, file.at), 0);
    if (request->directives)
        search_text(&s, str_of(request->directives), 0);
    if (!s.found.at)
        s.found = STR(PRONG_PID_PATH);
    return join(arena, prefix, s.found);
}
