/* method.c - which method a token names */
#include "http/method.h"

#include "base/attr.h"

/* The registered methods that llhttp's oldest supported version knows, so that
 * the answer does not depend on its version; RTSP's are none of HTTP's. */
static const char *const others[] = {
    "POST",        "PUT",        "DELETE",   "TRACE",  "CONNECT",
    "PATCH",       "COPY",       "LOCK",     "MKCOL",  "MOVE",
    "PROPFIND",    "PROPPATCH",  "SEARCH",   "UNLOCK", "BIND",
    "REBIND",      "UNBIND",     "ACL",      "REPORT", "MKACTIVITY",
    "CHECKOUT",    "MERGE",      "M-SEARCH", "NOTIFY", "SUBSCRIBE",
    "PURGE",       "MKCALENDAR", "LINK",     "UNLINK", "SOURCE",
    "UNSUBSCRIBE",
};

enum method method_find(struct str token)
{
    if (str_equals(token, STR("GET")))
        return METHOD_GET;
    if (str_equals(token, STR("HEAD")))
        return METHOD_HEAD;
    if (str_equals(token, STR("OPTIONS")))
        return METHOD_OPTIONS;
    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        if (str_equals(token, str_of(others[i])))
            return METHOD_OTHER;
    return METHOD_UNKNOWN;
}

static bool is_token_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           str_is_digit(c) || (c != '\0' && strchr("!#$%&'*+-.^_`|~", c));
}

bool method_is_token(struct str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (!is_token_char(text.at[i]))
            return false;
    return text.len > 0;
}

unsigned method_bit(struct str name)
{
    static const char *const names[] = {
        "GET",  "HEAD",    "POST",     "PUT",  "DELETE", "MKCOL", "COPY",
        "MOVE", "OPTIONS", "PROPFIND", "LOCK", "UNLOCK", "PATCH", "PROPPATCH",
    };

    for (unsigned i = 0; i < sizeof(names) / sizeof(*names); i++)
        if (str_equals_nocase(name, str_of(names[i])))
            return 1U << i;
    return 0;
}
