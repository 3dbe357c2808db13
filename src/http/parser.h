/* parser.h - bytes in, requests out
 *
 * How a connection uses it, for each message:
 *
 *     parser_open(&p, &request, &arena, &limits);
 *     head: feed ALL unconsumed bytes from the first of the message on, each
 *     time more have come (the buffer may grow and move between the calls),
 *     until the verdict is HEAD or REFUSED.
 *     HEAD: `request` is complete; drop nothing of the `taken` bytes until the
 *     exchange ends, for its texts are spans of them.
 *     parser_limit_body() once the location is known, then feed what stands
 *     behind the `taken` bytes, from any memory, until END or REFUSED. A
 *     message without a body gives END at once and takes nothing.
 *     END: the next byte not taken begins the next message. */
#ifndef PRONG_HTTP_PARSER_H
#define PRONG_HTTP_PARSER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"
#include "http/lines.h"
#include "http/message.h"
#include "http/status.h"

/* large_client_header_buffers NUMBER SIZE: no line is longer than `line` (the
 * request line: 414, a field: 431), the head no longer than `head` (431). */
struct parser_limits {
    size_t line; /* the larger of SIZE and client_header_buffer_size */
    size_t head; /* NUMBER * SIZE, at least `line` */
};

enum parser_verdict {
    PARSER_MORE,    /* no decision yet: bring more bytes */
    PARSER_HEAD,    /* the head is complete */
    PARSER_END,     /* the message is complete, its body has been passed over */
    PARSER_REFUSED, /* `status` says why: answer it and close */
};

enum parser_phase { PARSER_IN_HEAD, PARSER_IN_BODY, PARSER_AT_END };

struct parser {
    const struct parser_limits *limits;
    struct request *request;
    struct arena *arena;
    enum parser_phase phase;
    enum http_status status; /* why it was refused */
    const char *reason;      /* the same for the log; a constant, or NULL */
    struct lines lines;      /* head: how far its lines have been looked at */
    bool tried;              /* head: what had come was parsed once */
    bool line_tried;         /* head: so was the whole request line */
    size_t refused_at;       /* head: llhttp took what stands before here */
    char last;               /* chunked: the last byte of the input before */
    uint64_t body;           /* bytes of content passed over so far */
    uint64_t body_max;       /* UINT64_MAX: unlimited */
    size_t framing;          /* chunked: bytes of framing since the last data */
    uint64_t machine[16];    /* llhttp's state */
};

/* Begins a message. `request` is zeroed; arena and limits stay the caller's. */
void parser_open(struct parser *p, struct request *request, struct arena *arena,
                 const struct parser_limits *limits);

/* See above. `taken` is how many bytes of the input were consumed: for MORE in
 * the head only the empty lines before it (RFC 9112 section 2.2), in the body
 * all of the input. After MORE in the head the request is empty. When it is
 * REFUSED the request's `line` is what is known of it. */
enum parser_verdict parser_feed(struct parser *p, struct str input,
                                size_t *taken);

/* For a head that is given up unfinished: notes in the request what there is of
 * its first line, for the log. `input` is all that has come of it. */
void parser_give_up(struct parser *p, struct str input);

/* client_max_body_size, 0 for unlimited: false when the Content-Length is
 * already more (413). Chunks that add up to more are REFUSED with 413. */
bool parser_limit_body(struct parser *p, uint64_t max);

#endif
