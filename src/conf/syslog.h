/* syslog.h - a log that is a syslog server: "syslog:server=..,tag=.." as text,
 * and the head of its messages (RFC 3164, as nginx writes them) */
#ifndef PRONG_CONF_SYSLOG_H
#define PRONG_CONF_SYSLOG_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/str.h"

enum { SYSLOG_TAG_MAX = 32 };

/* Texts point into what was parsed. */
struct syslog {
    struct str server;    /* as written */
    struct str unix_path; /* of "unix:"; else empty */
    struct str host;      /* without brackets */
    uint16_t port;
    unsigned facility;
    unsigned severity; /* of an access log's lines */
    struct str tag;
    bool nohostname;
};

/* Is it the destination of a log that is to be parsed by this? */
bool syslog_is(struct str text);

/* 0, or -EINVAL with nginx's words in `why` (a text of at most `room`). */
int syslog_parse(struct syslog *into, struct str text, struct buf *why);

/* "<190>Nov 20 07:06:11 host tag: ", in local time. `level` is LOG_STDERR for a
 * line of an access log. */
void syslog_head(struct buf *into, const struct syslog *s, enum log_level level,
                 const struct tm *local, struct str hostname);

#endif
