/* host.c - is this a host, and which one */
#include "http/host.h"

#include <stdbool.h>

/* unreserved and sub-delims of RFC 3986; '%' may begin an encoded byte. */
static bool is_name_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           str_is_digit(c) || (c != '\0' && strchr("-._~!$&'()*+,;=", c));
}

static bool is_name(struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] == '%') {
            if (text.len - i < 3 || str_hex_value(text.at[i + 1]) < 0 ||
                str_hex_value(text.at[i + 2]) < 0)
                return false;
            i += 2;
        } else if (!is_name_char(text.at[i])) {
            return false;
        }
    }
    /* An empty label ("a..b", ".a") is no name, and nothing to look up. */
    return text.len > 0 && text.at[0] != '.' &&
           !memmem(text.at, text.len, "..", 2);
}

/* Digits, colons and dots in brackets: enough to be harmless. */
static bool is_literal(struct str text)
{
    if (text.len < 4 || text.at[0] != '[' || text.at[text.len - 1] != ']')
        return false;
    for (size_t i = 1; i < text.len - 1; i++) {
        char c = text.at[i];

        if (str_hex_value(c) < 0 && c != ':' && c != '.')
            return false;
    }
    return memchr(text.at, ':', text.len) != NULL;
}

/* Cuts ":port" off the end; an empty port is allowed (RFC 3986 3.2.3). */
static bool cut_port(struct str *text, uint16_t *port)
{
    const char *colon = str_find_last(*text, ':');
    struct str digits;
    uint64_t n = 0;

    *port = 0;
    if (!colon || text->at[text->len - 1] == ']')
        return true;
    digits = str_between(colon + 1, text->at + text->len);
    if (digits.len > 0 && (!str_number(digits, &n) || n > UINT16_MAX))
        return false;
    *text = str_between(text->at, colon);
    *port = (uint16_t)n;
    return true;
}

static bool has_upper(struct str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.at[i] >= 'A' && text.at[i] <= 'Z')
            return true;
    return false;
}

static struct str copy_lower(struct arena *arena, struct str text)
{
    char *copy = arena_alloc(arena, text.len);

    if (!copy)
        return (struct str){NULL, 0};
    for (size_t i = 0; i < text.len; i++)
        copy[i] = str_lower(text.at[i]);
    return (struct str){copy, text.len};
}

enum http_status host_parse(struct str authority, struct arena *arena,
                            struct str *host, uint16_t *port)
{
    struct str name = authority;
    uint16_t number;

    if (name.len == 0 || !cut_port(&name, &number) ||
        !(is_name(name) || is_literal(name)))
        return HTTP_BAD_REQUEST;
    if (name.len > 1 && name.at[name.len - 1] == '.')
        name.len--;
    if (has_upper(name))
        name = copy_lower(arena, name);
    if (!name.at)
        return HTTP_UNAVAILABLE;
    *host = name;
    *port = number;
    return HTTP_NONE;
}
