/* startline.c - which method, which version, and if none, why */
#include "http/startline.h"

static enum http_status read_version(struct request *r, struct str version)
{
    if (version.len != 8 || memcmp(version.at, "HTTP/", 5) != 0 ||
        !str_is_digit(version.at[5]) || version.at[6] != '.' ||
        !str_is_digit(version.at[7]) || version.at[5] == '0')
        return HTTP_BAD_REQUEST;
    if (version.at[5] != '1' || version.at[7] > '1')
        return HTTP_VERSION_NOT_SUPPORTED;
    r->minor = (uint8_t)(version.at[7] - '0');
    return HTTP_NONE;
}

enum http_status startline_read(struct request *r, struct str line)
{
    const char *space = str_find_last(line, ' ');
    struct str rest = line;
    enum http_status status;

    r->line = line;
    r->method_text = str_cut(&rest, ' ');
    r->method = method_find(r->method_text);
    if (!space ||
        (r->method == METHOD_UNKNOWN && !method_is_token(r->method_text)))
        return HTTP_BAD_REQUEST;
    status = read_version(r, str_between(space + 1, line.at + line.len));
    if (status == HTTP_NONE && r->method == METHOD_UNKNOWN)
        return HTTP_NOT_IMPLEMENTED;
    return status;
}

bool startline_is_open(struct str line, size_t refused_at)
{
    struct str fine = {line.at, refused_at < line.len ? refused_at : line.len};
    const char *space = str_find_last(fine, ' ');
    struct str rest = line;
    struct str token = str_cut(&rest, ' ');

    if (space)
        return str_starts_with(str_between(space + 1, fine.at + fine.len),
                               STR("HTTP/"));
    return method_is_token(token) &&
           (!rest.at || method_find(token) == METHOD_UNKNOWN);
}

const char *startline_fault(enum http_status status)
{
    if (status == HTTP_NOT_IMPLEMENTED)
        return "client sent unknown method";
    if (status == HTTP_VERSION_NOT_SUPPORTED)
        return "client sent unsupported version";
    return "client sent invalid request line";
}
