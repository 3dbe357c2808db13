/* arena.c - memory that is given back all at once */
#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"

/* With the allocator's own head a chunk fills a page. An arena that has taken
 * many gets larger ones, of which less is lost at their ends. */
enum {
    HEADS = 16 + 2 * sizeof(void *) + sizeof(size_t),
    SMALL = 4096 - HEADS,
    LARGE = 16 * 4096 - HEADS,
    MANY = 16,
};

struct arena_chunk {
    struct arena_chunk *next;
    size_t room;
    size_t used;
    alignas(max_align_t) char data[];
};

static struct arena_chunk *chunk_new(size_t room)
{
    struct arena_chunk *c;
    size_t size;

    if (__builtin_add_overflow(sizeof(*c), room, &size))
        return NULL;
    c = malloc(size);
    if (c) {
        c->next = NULL;
        c->room = room;
        c->used = 0;
    }
    return c;
}

/* What is larger than a small chunk gets one of its own, behind the newest,
 * whose room is still good for others. */
static struct arena_chunk *add_chunk(struct arena *a, size_t size)
{
    size_t usual = a->count < MANY ? SMALL : LARGE;
    struct arena_chunk *c = chunk_new(size > usual ? size : usual);

    if (!c)
        return NULL;
    a->count++;
    if (size > usual && a->chunks) {
        c->next = a->chunks->next;
        a->chunks->next = c;
    } else {
        c->next = a->chunks;
        a->chunks = c;
    }
    return c;
}

void *arena_alloc(struct arena *a, size_t size)
{
    struct arena_chunk *c = a->chunks;
    size_t align = alignof(max_align_t);
    void *memory;

    if (__builtin_add_overflow(size ? size : 1, align - 1, &size))
        return NULL;
    size -= size % align;
    if (!c || c->room - c->used < size)
        c = add_chunk(a, size);
    if (!c)
        return NULL;
    memory = c->data + c->used;
    c->used += size;
    return memset(memory, 0, size);
}

void *arena_alloc_array(struct arena *a, size_t count, size_t size)
{
    size_t total;

    if (__builtin_mul_overflow(count, size, &total))
        return NULL;
    return arena_alloc(a, total);
}

struct str arena_copy(struct arena *a, struct str text)
{
    char *copy = text.len < SIZE_MAX ? arena_alloc(a, text.len + 1) : NULL;

    if (!copy)
        return (struct str){NULL, 0};
    if (text.len > 0)
        memcpy(copy, text.at, text.len);
    return (struct str){copy, text.len};
}

struct str arena_printf(struct arena *a, const char *format, ...)
{
    char *text = NULL;
    va_list args;
    int len;

    va_start(args, format);
    len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (len >= 0)
        text = arena_alloc(a, (size_t)len + 1);
    if (!text)
        return (struct str){NULL, 0};
    va_start(args, format);
    vsnprintf(text, (size_t)len + 1, format, args);
    va_end(args);
    return (struct str){text, (size_t)len};
}

void arena_reset(struct arena *a)
{
    struct arena_chunk *kept = NULL;
    struct arena_chunk *next;

    for (struct arena_chunk *c = a->chunks; c; c = next) {
        next = c->next;
        if (!kept && c->room == SMALL)
            kept = c;
        else
            free(c);
    }
    if (kept) {
        kept->next = NULL;
        kept->used = 0;
    }
    a->chunks = kept;
    a->count = kept != NULL;
}

void arena_close(struct arena *a)
{
    struct arena_chunk *next;

    if (!a)
        return;
    for (struct arena_chunk *c = a->chunks; c; c = next) {
        next = c->next;
        free(c);
    }
    *a = (struct arena){0};
}
