/* cookie.c - the first line is a cookie's name, the rest the Cookie field */
#include <stdlib.h>

#include "http/cookie.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool claim)
{
    if (!claim)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str field = {(const char *)data, size};
    struct str name = str_cut(&field, '\n');
    struct str value;

    if (!field.at || !cookie_find(field, name, &value))
        return 0;
    expect(value.at >= field.at);
    expect(value.at + value.len <= field.at + field.len);
    expect(!str_find(value, ';') && !str_starts_with(value, STR(" ")));
    expect(value.at[-1] == '=' || value.at[-1] == ' ');
    return 0;
}
