/* basic.c - who a client says it is: Authorization: Basic (RFC 7617) */
#include "http/basic.h"

#include "base/base64.h"

static bool decode(struct str text, struct arena *arena, struct str *into)
{
    char *memory = arena_alloc(arena, text.len + 1);
    struct buf decoded;

    if (!memory)
        return false;
    decoded = buf_over(memory, text.len);
    if (!base64_decode(&decoded, text))
        return false;
    *into = (struct str){memory, decoded.len};
    return true;
}

bool basic_parse(struct str value, struct arena *arena, struct basic *into)
{
    struct str pair;
    char *colon;

    if (!str_starts_with_nocase(value, STR("Basic ")) ||
        !decode(str_trim(str_from(value, 6)), arena, &pair))
        return false;
    colon = memchr((char *)(uintptr_t)pair.at, ':', pair.len);
    if (!colon || colon == pair.at)
        return false;
    *colon = '\0'; /* its own memory, behind which stands a NUL too */
    into->user = str_between(pair.at, colon);
    into->password = str_between(colon + 1, pair.at + pair.len);
    return true;
}
