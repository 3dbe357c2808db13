/* cookie.c - finds a cookie in the Cookie field */
#include "http/cookie.h"

static struct str skip_spaces(struct str text)
{
    while (text.len > 0 && text.at[0] == ' ')
        text = str_from(text, 1);
    return text;
}

/* Behind the next ';' or ','. */
static struct str skip_pair(struct str text)
{
    size_t i = 0;

    while (i < text.len && text.at[i] != ';' && text.at[i] != ',')
        i++;
    return skip_spaces(str_from(text, i + 1));
}

/* Does the text begin with the name and a "="? Then `rest` is what follows. */
static bool take_name(struct str text, struct str name, struct str *rest)
{
    struct str behind;

    if (!str_starts_with_nocase(text, name))
        return false;
    behind = skip_spaces(str_from(text, name.len));
    if (behind.len == 0 || behind.at[0] != '=')
        return false;
    *rest = skip_spaces(str_from(behind, 1));
    return true;
}

bool cookie_find(struct str field, struct str name, struct str *value)
{
    struct str rest = field;

    while (rest.len > 0) {
        struct str found;

        if (take_name(rest, name, &found)) {
            const char *end = str_find(found, ';');

            *value = end ? str_between(found.at, end) : found;
            return true;
        }
        rest = skip_pair(rest);
    }
    return false;
}
