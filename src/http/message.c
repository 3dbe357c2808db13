/* message.c - what a head means, and which heads no request may have */
#include "http/message.h"

#include "base/attr.h"
#include "http/host.h"
#include "http/path.h"

static enum http_status bad(struct request *r, const char *fault)
{
    r->fault = fault;
    return HTTP_BAD_REQUEST;
}

enum repeats { ONCE, LIST, FIRST };

/* clang-format off */
#define ROW(name, text, repeats) {{text, sizeof(text) - 1}, repeats},
static const struct {
    struct str name;
    enum repeats repeats;
} rows[] = {MESSAGE_FIELDS(ROW)};
#undef ROW

/* The lengths of the names alone: most field lines are none of ours, and few
 * names share a length, so one memchr over these bytes settles it. */
#define ROW(name, text, repeats) sizeof(text) - 1,
static const uint8_t lengths[] = {MESSAGE_FIELDS(ROW)};
#undef ROW
/* clang-format on */

_Static_assert(FIELD_COUNT <= 32, "`repeated` has a bit for each");

/* Of the same length, and not empty: most differ in their first letter, most
 * others not even in case. */
static bool is_named(struct str name, struct str ours)
{
    return str_lower(name.at[0]) == str_lower(ours.at[0]) &&
           (memcmp(name.at, ours.at, ours.len) == 0 ||
            str_equals_nocase(name, ours));
}

/* FIELD_COUNT when it is none of ours. */
static unsigned find_row(struct str name)
{
    const uint8_t *at = lengths;
    const uint8_t *end = lengths + FIELD_COUNT;

    if (name.len > UINT8_MAX)
        return FIELD_COUNT;
    while ((at = memchr(at, (int)name.len, (size_t)(end - at)))) {
        if (is_named(name, rows[at - lengths].name))
            return (unsigned)(at - lengths);
        at++;
    }
    return FIELD_COUNT;
}

void message_field(struct request *r, struct str name, struct str value)
{
    unsigned which = find_row(name);

    r->field_lines++;
    if (name.len == 0)
        r->fault = "client sent a header line without a name";
    if (which == FIELD_COUNT)
        return;
    if (!r->fields[which].at) {
        r->fields[which] = str_trim(value);
    } else {
        r->repeated |= 1U << which;
        if (rows[which].repeats == ONCE)
            r->fault = "client sent duplicate header line";
    }
}

/* The schemes a request can come by; `rest` is then what follows "://". */
static bool cut_scheme(struct str target, struct str *rest)
{
    static const char *const schemes[] = {"http://", "https://"};

    for (size_t i = 0; i < ARRAY_LEN(schemes); i++) {
        if (str_starts_with_nocase(target, str_of(schemes[i]))) {
            *rest = str_from(target, strlen(schemes[i]));
            return true;
        }
    }
    return false;
}

/* An absolute URI's authority; what follows it becomes the target's path. */
static struct str cut_authority(struct str *rest)
{
    struct str all = *rest;
    size_t len = 0;

    while (len < all.len && !memchr("/?#", all.at[len], 3))
        len++;
    *rest = str_from(all, len);
    return (struct str){all.at, len};
}

/* RFC 9112 section 3.2: the four forms of a target. */
static enum http_status split_target(struct request *r, struct str *authority)
{
    struct str rest = r->target;

    if (str_equals(r->method_text, STR("CONNECT"))) {
        *authority = rest;
        return HTTP_NONE;
    }
    if (str_equals(rest, STR("*"))) {
        r->path = rest;
        return r->method == METHOD_OPTIONS
                   ? HTTP_NONE
                   : bad(r,
                         "client sent \"*\" with another method than OPTIONS");
    }
    if (rest.len > 0 && rest.at[0] == '/') {
        path_split(rest, &r->path, &r->args);
        return HTTP_NONE;
    }
    if (!cut_scheme(r->target, &rest))
        return bad(r, "client sent invalid target");
    r->absolute = true;
    *authority = cut_authority(&rest);
    path_split(rest, &r->path, &r->args);
    if (r->path.len == 0) /* "http://host?args" */
        r->path = STR("/");
    return HTTP_NONE;
}

/* RFC 9112 section 3.2.2: Host must be there and valid even where the target
 * decides. An empty one names no host that http could have (RFC 9110 4.2.1). */
static enum http_status find_host(struct request *r, struct str authority,
                                  struct arena *arena)
{
    struct str field = r->fields[FIELD_HOST];
    enum http_status status = HTTP_NONE;

    if (!field.at && r->minor > 0)
        return bad(r, "client sent HTTP/1.1 request without \"Host\" header");
    if (field.at)
        status = host_parse(field, arena, &r->host, &r->host_port);
    if (status == HTTP_NONE && authority.at)
        status = host_parse(authority, arena, &r->host, &r->host_port);
    if (status == HTTP_BAD_REQUEST)
        r->fault = "client sent invalid host";
    return status;
}

/* RFC 9112 section 6: where does the message end? In doubt: refused, for the
 * next hop may have understood it otherwise. */
static enum http_status find_framing(struct request *r)
{
    struct str coding = r->fields[FIELD_TRANSFER_ENCODING];
    struct str length = r->fields[FIELD_CONTENT_LENGTH];

    if (coding.at && (length.at || r->minor == 0))
        return bad(r, "client sent \"Transfer-Encoding\" with "
                      "\"Content-Length\" or HTTP/1.0");
    if (coding.at && !str_equals_nocase(coding, STR("chunked")))
        return bad(r, "client sent unknown \"Transfer-Encoding\"");
    if (length.at && !str_number(length, &r->content_length))
        return bad(r, "client sent invalid \"Content-Length\" header");
    r->chunked = coding.at != NULL;
    return HTTP_NONE;
}

/* RFC 9110 section 7.6.1: tokens in any number of lines. */
static void find_persistence(struct request *r)
{
    struct message_cursor cursor = {0};
    bool close = r->minor == 0;

    while (message_next_of(r, FIELD_CONNECTION, &cursor)) {
        struct str rest = cursor.value;

        while (rest.at) {
            struct str token = str_trim(str_cut(&rest, ','));

            if (str_equals_nocase(token, STR("close"))) {
                r->keep_alive = false;
                return;
            }
            if (str_equals_nocase(token, STR("keep-alive")))
                close = false;
        }
    }
    r->keep_alive = !close;
}

/* RFC 9110 section 10.1.1: HTTP/1.0 knows no expectations. */
static enum expectation find_expectation(const struct request *r)
{
    struct str value = r->fields[FIELD_EXPECT];

    if (!value.at || r->minor == 0)
        return EXPECT_NOTHING;
    if (str_equals_nocase(value, STR("100-continue")))
        return EXPECT_CONTINUE;
    return EXPECT_UNKNOWN;
}

enum http_status message_check(struct request *r, struct arena *arena)
{
    struct str authority = {0};
    enum http_status status;

    if (r->fault)
        return HTTP_BAD_REQUEST;
    status = split_target(r, &authority);
    if (status == HTTP_NONE)
        status = find_host(r, authority, arena);
    if (status == HTTP_NONE)
        status = find_framing(r);
    if (status != HTTP_NONE)
        return status;
    find_persistence(r);
    r->expect = find_expectation(r);
    /* What follows CONNECT's head is not HTTP in the eyes of whoever sent it:
     * it is refused, and nothing behind it is read as a request. */
    if (str_equals(r->method_text, STR("CONNECT")))
        r->keep_alive = false;
    return HTTP_NONE;
}

/* The line from `at` on without its end; moves `at` behind it. */
static struct str next_line(struct str head, size_t *at)
{
    struct str rest = str_from(head, *at);
    const char *end = str_find(rest, '\n');
    struct str line = end ? str_between(rest.at, end) : rest;

    *at += line.len + (end != NULL);
    if (line.len > 0 && line.at[line.len - 1] == '\r')
        line.len--;
    return line;
}

bool message_next(const struct request *r, struct message_cursor *cursor)
{
    struct str line;

    if (cursor->at == 0)
        (void)next_line(r->head, &cursor->at);
    line = next_line(r->head, &cursor->at);
    if (line.len == 0)
        return false;
    cursor->name = str_cut(&line, ':');
    cursor->value = str_trim(line);
    return true;
}

bool message_next_of(const struct request *r, enum request_field which,
                     struct message_cursor *cursor)
{
    if (!(r->repeated & 1U << which)) {
        if (cursor->at > 0 || !r->fields[which].at)
            return false;
        cursor->at = r->head.len;
        cursor->name = rows[which].name;
        cursor->value = r->fields[which];
        return true;
    }
    while (message_next(r, cursor))
        if (str_equals_nocase(cursor->name, rows[which].name))
            return true;
    return false;
}

bool message_is_usual_name(struct str name, bool underscores)
{
    for (size_t i = 0; i < name.len; i++) {
        char c = str_lower(name.at[i]);

        if (!(c >= 'a' && c <= 'z') && !str_is_digit(c) && c != '-' &&
            !(c == '_' && underscores))
            return false;
    }
    return true;
}

struct str message_find(const struct request *r, struct str name)
{
    struct message_cursor cursor = {0};

    while (message_next(r, &cursor))
        if (str_equals_nocase(cursor.name, name))
            return cursor.value;
    return (struct str){NULL, 0};
}

void message_moved_text(struct str *text, const char *from, size_t len,
                        const char *to)
{
    uintptr_t at = (uintptr_t)text->at;
    uintptr_t begin = (uintptr_t)from;

    if (text->at && at >= begin && at <= begin + len)
        text->at = to + (at - begin);
}

void message_moved(struct request *r, const char *from, size_t len,
                   const char *to)
{
    struct str *const texts[] = {&r->method_text, &r->line, &r->target,
                                 &r->path,        &r->args, &r->host,
                                 &r->head};

    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        message_moved_text(texts[i], from, len, to);
    for (size_t i = 0; i < FIELD_COUNT; i++)
        message_moved_text(&r->fields[i], from, len, to);
}
