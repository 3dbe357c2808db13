/* message.h - a request: its parts, the rules it must keep, its framing
 *
 * Every text of a request is a span of the head as it was received (or of the
 * copy that the parser had to make in the exchange's arena), so it is good as
 * long as the connection keeps the head's bytes where they are. */
#ifndef PRONG_HTTP_MESSAGE_H
#define PRONG_HTTP_MESSAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"
#include "http/method.h"
#include "http/status.h"

/* The fields that prong looks at. One row is all a further one takes. Names are
 * spelled as most clients do, which is what they are found fastest by. The last
 * column: what a second line of the same name means. LIST: the lines are one
 * list (RFC 9110 section 5.3); ONCE: 400, as nginx; FIRST: the first counts. */
#define MESSAGE_FIELDS(ROW)                                                    \
    ROW(HOST, "Host", ONCE)                                                    \
    ROW(CONNECTION, "Connection", LIST)                                        \
    ROW(CONTENT_LENGTH, "Content-Length", ONCE)                                \
    ROW(TRANSFER_ENCODING, "Transfer-Encoding", ONCE)                          \
    ROW(EXPECT, "Expect", ONCE)                                                \
    ROW(RANGE, "Range", FIRST)                                                 \
    ROW(IF_RANGE, "If-Range", ONCE)                                            \
    ROW(IF_MATCH, "If-Match", LIST)                                            \
    ROW(IF_NONE_MATCH, "If-None-Match", LIST)                                  \
    ROW(IF_MODIFIED_SINCE, "If-Modified-Since", ONCE)                          \
    ROW(IF_UNMODIFIED_SINCE, "If-Unmodified-Since", ONCE)                      \
    ROW(USER_AGENT, "User-Agent", FIRST)                                       \
    ROW(REFERER, "Referer", FIRST)                                             \
    ROW(ACCEPT, "Accept", LIST)                                                \
    ROW(ACCEPT_ENCODING, "Accept-Encoding", LIST)                              \
    ROW(ACCEPT_LANGUAGE, "Accept-Language", LIST)                              \
    ROW(AUTHORIZATION, "Authorization", ONCE)                                  \
    ROW(COOKIE, "Cookie", LIST)                                                \
    ROW(X_FORWARDED_FOR, "X-Forwarded-For", LIST)

#define MESSAGE_FIELD_ENUM(name, text, repeats) FIELD_##name,
enum request_field { MESSAGE_FIELDS(MESSAGE_FIELD_ENUM) FIELD_COUNT };
#undef MESSAGE_FIELD_ENUM

enum expectation {
    EXPECT_NOTHING,
    EXPECT_CONTINUE, /* send 100 before the body is read */
    EXPECT_UNKNOWN,  /* 417 */
};

struct request {
    enum method method;
    struct str method_text;
    struct str line;   /* the request line without its end, for the log */
    struct str target; /* as sent */
    struct str path;   /* of the target: raw, begins with '/'; "*"; or empty
                          (CONNECT) */
    struct str args;   /* behind the first '?'; `at` is NULL without one */
    struct str host;   /* lower case, no port, no final dot; valid; empty when
                          there is none (HTTP/1.0). "[::1]" keeps brackets */
    struct str head;   /* all of it with the blank line, lines end in CRLF */
    struct str fields[FIELD_COUNT]; /* value of the first line of that name;
                                       `at` is NULL when there is none */
    uint32_t repeated;              /* bit (1 << field): there are more lines */
    uint32_t field_lines;           /* of any name */
    uint16_t host_port;             /* as sent beside the host, 0: none */
    uint8_t minor;                  /* 1 or 0: HTTP/1.1 or HTTP/1.0 */
    bool keep_alive;                /* the client's version and tokens allow */
    bool chunked;                   /* a body follows, chunked */
    bool absolute;                  /* the target was an absolute URI */
    const char *fault; /* why it is refused, for the log; or NULL */
    enum expectation expect;
    uint64_t content_length; /* 0 too when there is no such field */
};

/* Does a body follow the head? */
static inline bool request_has_body(const struct request *r)
{
    return r->chunked || r->content_length > 0;
}

/* Notes one field line as the parser meets it; the spaces around the value do
 * not matter. */
void message_field(struct request *r, struct str name, struct str value);

/* Completes a request whose line and fields are known: splits the target, finds
 * the host, framing, keep_alive and expect. Holds the rules of RFC 9112 that a
 * lenient parser lets through: 3.2 (Host; an absolute URI's wins), 5.1, 5.2
 * (no folding), 6.1, 6.3. HTTP_NONE, or the status to refuse with and then
 * close: 400, 501, 505, 503 when memory ran out. */
enum http_status message_check(struct request *r, struct arena *arena);

/* The head's bytes, `len` of them, were copied from `from` to `to`: every text
 * that is a span of them now is one of the copy. */
void message_moved(struct request *r, const char *from, size_t len,
                   const char *to);

/* One text of which the same is true. */
void message_moved_text(struct str *text, const char *from, size_t len,
                        const char *to);

/* Walks all field lines of a complete head in their order; set `at` to zero
 * before the first call. False at the end. */
struct message_cursor {
    size_t at;
    struct str name; /* as sent */
    struct str value;
};
bool message_next(const struct request *r, struct message_cursor *cursor);

/* The same for the lines of one of our fields. A field with one line costs no
 * walk. */
bool message_next_of(const struct request *r, enum request_field which,
                     struct message_cursor *cursor);

/* Is it of letters, digits and dashes, and of underscores where these are usual
 * (the directive underscores_in_headers)? nginx calls all others invalid. */
bool message_is_usual_name(struct str name, bool underscores);

/* The value of the first line of that name, whatever its case, found by a walk;
 * `at` is NULL when there is none. */
struct str message_find(const struct request *r, struct str name);

#endif
