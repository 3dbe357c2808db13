/* head.h - the head of an answer as it goes to the client */
#ifndef PRONG_HTTP_HEAD_H
#define PRONG_HTTP_HEAD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/str.h"
#include "http/status.h"

struct head_field {
    struct str name;
    struct str value;
};

/* What the head says; an empty text or false leaves its line out. Texts stay
 * the caller's. Zero is a head with a status line and Connection alone. */
struct head {
    unsigned status;
    bool keep_alive;       /* Connection: keep-alive, else close */
    uint64_t keep_alive_s; /* Keep-Alive: timeout=N, when it is kept alive */
    bool has_length;       /* write `length`, even if it is 0 */
    bool is_chunked;       /* Transfer-Encoding: chunked */
    bool has_modified;     /* write `modified` */
    bool accept_ranges;    /* Accept-Ranges: bytes */
    struct str server;     /* "prong/0.1.0" or "prong" */
    struct str date;       /* as date_write makes it, once a second */
    struct str type;       /* Content-Type */
    uint64_t length;       /* Content-Length */
    int64_t modified;      /* Last-Modified, seconds */
    struct str location;   /* already escaped */
    struct str etag;
    struct str range; /* Content-Range */
    struct str allow;
    struct str challenge; /* WWW-Authenticate */
    struct str prepared;  /* lines of head_put_entity made before, sent as they
                             are in place of type, length, modified, etag and
                             accept_ranges */
    const struct head_field *extra;
    unsigned extra_count;
};

/* Writes all of it with the blank line, in nginx's order. Control bytes of a
 * value become blanks, so none can begin a line of its own; server, date, etag,
 * range and allow are prong's own texts and are taken as they are. */
void head_write(struct buf *into, const struct head *h);

/* The lines that depend on the file alone: Content-Type, Content-Length,
 * Last-Modified, ETag, Accept-Ranges. To be kept beside the file. */
void head_put_entity(struct buf *into, const struct head *h);

/* One line; safe whatever the value holds. */
void head_put_field(struct buf *into, struct str name, struct str value);

#endif
