/* question.h - a request that somebody describes on a command line */
#ifndef PRONG_CONTENT_QUESTION_H
#define PRONG_CONTENT_QUESTION_H

#include "base/buf.h"
#include "conf/conf.h"
#include "content/exchange.h"

enum { QUESTION_FIELDS_MAX = 100 };

struct question {
    struct str method; /* empty: GET */
    struct str url;    /* "http://host[:port]/path" or "/path" */
    struct str fields[QUESTION_FIELDS_MAX]; /* "Name: value" */
    unsigned field_count;
    struct str at;   /* "ADDRESS:PORT" that is connected to; empty: by URL */
    struct str from; /* ADDRESS[:PORT] of the client; empty: 127.0.0.1 */
};

/* What is wrong with it goes to `why` (a constant) and they return -EINVAL. */

/* Writes the request as a client would send it. */
int question_head(const struct question *q, struct buf *head, const char **why);

/* Finds out on which of the resolved listeners it would come. */
int question_peer(const struct question *q, const struct conf *conf,
                  struct peer *peer, const char **why);

#endif
