/* auth.c - an Authorization field in the first line, a user file behind it */
#include <stdlib.h>

#include "content/password.h"
#include "content/userfile.h"
#include "http/basic.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool claim)
{
    if (!claim)
        abort();
}

static bool is_inside(struct str part, struct str whole)
{
    return part.len == 0 ||
           (part.at >= whole.at && part.at + part.len <= whole.at + whole.len);
}

static void check(const struct basic *who, struct str file, struct arena *arena)
{
    struct userfile_entry entry = userfile_find(file, who->user);
    struct str hash = arena_copy(arena, entry.hash);

    expect(who->user.len > 0 && !str_find(who->user, ':'));
    expect(who->user.at[who->user.len] == '\0');
    expect(who->password.at[who->password.len] == '\0');
    expect(is_inside(entry.hash, file) && is_inside(entry.first, file));
    expect(!str_find(entry.hash, ':') && !str_find(entry.hash, '\n'));
    expect(!entry.found || entry.first.at);
    /* The costly ones are the libraries', but for $apr1$. */
    if (!password_is_costly(hash) || str_starts_with(hash, STR("$apr1$")))
        expect(!password_matches(who->password, hash) || entry.found);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str file = {(const char *)data, size};
    struct str value = str_cut(&file, '\n');
    struct arena arena = {0};
    struct basic who;

    if (basic_parse(value, &arena, &who))
        check(&who, file, &arena);
    arena_close(&arena);
    return 0;
}
