/* exchange.h - one request and its answer: what a session brings, what respond
 * settles, what accounting reads afterwards */
#ifndef PRONG_CONTENT_EXCHANGE_H
#define PRONG_CONTENT_EXCHANGE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#include "base/address.h"
#include "base/arena.h"
#include "base/log.h"
#include "base/str.h"
#include "content/body.h"
#include "content/dates.h"
#include "content/file.h"
#include "content/rate.h"
#include "http/head.h"
#include "http/message.h"
#include "os/entropy.h"

struct auth_job;
struct conf;
struct conf_log;
struct endpoint;
struct location;
struct offload;
struct remember;
struct scoreboard;
struct proxyproto;
struct server;
struct slot;
struct tally;
struct tally_hold;
struct trace;
struct zone;

enum { EXCHANGE_GROUPS = 9 }; /* $1 to $9 */

/* One of the configuration's own variables (conf/uservar.h). */
struct uservalue {
    struct str text; /* `at` NULL: it has no value */
    bool known;
    bool sought; /* is being found out just now */
};

/* One per worker, zeroed but for log_level; a program that explains makes its
 * own. Time is brought by whoever turns the loop. */
struct env {
    const struct conf *conf;
    struct slot *slot;              /* counters; NULL: nobody counts */
    const struct scoreboard *board; /* everybody's; NULL: there is none */
    uint64_t now_ms;                /* CLOCK_MONOTONIC of this turn */
    struct timespec wall;           /* CLOCK_REALTIME of this turn */
    bool has_openat2;   /* file_has_openat2, asked once at the start */
    struct dates dates; /* texts of `wall`, made once a second */
    struct entropy entropy;
    /* What the control FIFO's "log LEVEL" asks for in place of the levels of
     * the error logs; -1: nothing. */
    int log_level;
    struct tally *tally;       /* counts connections; NULL: nobody does */
    struct zone *const *zones; /* by the numbers of conf->zones */
    struct offload *offload;   /* for costly work; NULL: it is done at once */
    struct remember *remember; /* of passwords; NULL: nothing is */
    /* Takes one line with its newline for a log; NULL: nobody logs. Never
     * blocks. */
    void (*log_line)(struct env *env, const struct conf_log *log,
                     enum log_level level, struct str line);
};

/* What an exchange needs to know of the connection that it came on. */
struct peer {
    struct address client; /* or who a trusted proxy says it is */
    struct address local;
    const struct endpoint *endpoint; /* by listener and local address */
    uint64_t number;                 /* $connection */
    unsigned requests;               /* on this connection, this one too */
    uint64_t opened_ms;              /* for keepalive_time, as env's now_ms */
    int socket;                      /* to ask the system about; 0: none */
    struct tally_hold *hold; /* what limit_conn counted; NULL: it does not */
    const struct proxyproto *proxy; /* what a proxy said first; NULL: none */
    /* Who really connected, where `client` is another; NULL: this one. */
    const struct peer *connection;
    /* A wait without a time is over: call respond again. */
    void (*wake)(void *whom);
    void *whom;
};

enum respond_verdict {
    RESPOND_DONE, /* the answer is settled: send it */
    RESPOND_WAIT, /* not yet: call respond again when x->wait is over */
};

struct wait {
    bool is_on;        /* respond said RESPOND_WAIT */
    uint64_t until_ms; /* 0: waits for a job, not for a time */
};

/* What became of the limits that were asked. */
enum limit_status {
    LIMIT_NONE, /* none was */
    LIMIT_PASSED,
    LIMIT_DELAYED,
    LIMIT_REJECTED,
    LIMIT_DELAYED_DRY_RUN,
    LIMIT_REJECTED_DRY_RUN,
};

struct response {
    /* 444: not a byte is answered, the connection is closed. */
    unsigned status;
    struct str content_type;  /* empty: no field */
    struct str location;      /* empty: no field */
    struct str allow;         /* empty: no field */
    struct str content_range; /* empty: no field */
    struct str challenge;     /* WWW-Authenticate; empty: no field */
    time_t last_modified;     /* -1: no field */
    struct str etag;          /* empty: no field */
    bool accept_ranges;
    struct str content_encoding; /* empty: no field */
    bool is_chunked;             /* Transfer-Encoding: chunked */
    int64_t content_length;      /* -1: none (204, 304), or not known */
    struct head_field *fields;   /* the others; arena */
    unsigned field_count;
    /* Settled by the request, the location and the status. The session may
     * clear it before the head is written (when it drains), never set it. */
    bool keep_alive;
};

/* auth_delay comes once a request, before its 401. */
enum auth_delay { AUTH_DELAY_AHEAD, AUTH_DELAY_NOW, AUTH_DELAY_OVER };

/* The steps of respond that are still ahead begin here. */
enum exchange_phase {
    PHASE_REQUEST,        /* the request itself, before the site is asked */
    PHASE_SERVER_REWRITE, /* internal redirects come back here */
    PHASE_ROUTE,          /* which location; rewrites come back here */
    PHASE_REWRITE,        /* named locations begin here */
    PHASE_LIMIT,          /* not too fast, not too many at once */
    PHASE_ACCESS,         /* who may come in */
    PHASE_RULES,          /* what the configuration says of the location */
    PHASE_TRY,            /* try_files */
    PHASE_CONTENT,        /* what the path names */
    PHASE_SETTLED,
};

/* Resetting the arena (exchange_reset) ends all that one request took. A
 * session sets env and peer, then fills request and calls respond. */
struct exchange {
    struct env *env;
    const struct peer *peer;
    struct trace *trace; /* who listens (content/trace.h); NULL: nobody */
    struct arena arena;

    struct request request; /* spans into the connection's input */
    bool pipelined;         /* it had come before the last answer left */
    enum method method;     /* the request's; GET once an error_page answers */
    struct str path;        /* decoded, clean, ended by NUL; changes with
                             * internal redirects */
    struct str args;
    /* Never NULL once respond or respond_refusal has returned. */
    const struct server *server;
    const struct location *location;
    struct str filename;  /* what the path names, ended by NUL; or empty */
    unsigned redirects;   /* internal ones so far; ten at most */
    unsigned refused;     /* the status to answer with in place of 200, for an
                           * error_page is on its way; 0: none */
    bool on_error_page;   /* one was taken: no other, unless recursive */
    bool internal;        /* the path is no longer what the client asked for */
    bool led;             /* to a page that the configuration names */
    bool is_last;         /* refused so that the connection cannot go on */
    bool body_refused;    /* it was too large, and nobody asks again */
    bool alias_lost;      /* "rewrite ... break": no alias fits the path now */
    bool alias_adds_path; /* try_files found the path under a regex's alias */
    struct uservalue *user; /* by uservar's index; NULL: none was needed */
    unsigned user_depth;    /* how many are being found out just now */
    /* What the last match captured; until the next one. */
    struct str groups[EXCHANGE_GROUPS];
    struct str request_id; /* once it was asked for */
    bool trailers_sought;  /* $sent_trailer_... is being found out just now */

    bool varies; /* another Accept-Encoding would get another answer */

    struct rate rate;
    struct response response;
    struct file file;
    struct body body;
    struct wait wait;
    enum exchange_phase phase;
    enum limit_status limit_req_status;
    enum limit_status limit_conn_status;
    enum auth_delay auth_delay;
    struct auth_job *auth_job; /* a check off the loop; NULL: none */

    /* accounting, filled by the session */
    uint64_t started_us;    /* the head was complete */
    uint64_t first_byte_us; /* handed to the kernel */
    uint64_t ended_us;      /* last byte handed to the kernel */
    uint64_t request_bytes; /* head and body as read */
    uint64_t sent_bytes;    /* head and body */
    uint64_t body_sent_bytes;
    uint64_t coded_from; /* gzip: bytes before and behind it; 0: not coded */
    uint64_t coded_to;
    bool completed; /* the whole answer was sent */
};

/* Forgets what was answered so far; file and body are closed. */
void exchange_clear_answer(struct exchange *x);

/* The answer is settled with this status, unless an error_page's goes before;
 * its "=200" lets the content's own be what it is. */
void exchange_settle(struct exchange *x, unsigned status);

/* Closes the file, which was counted as open when it was opened. */
void exchange_close_file(struct exchange *x);

/* Closes file and body; what the head says stays. */
void exchange_drop_content(struct exchange *x);

/* The session moved the head's bytes: see message_moved. What an exchange keeps
 * of a request is either in its arena or known here. */
void exchange_moved(struct exchange *x, const char *from, size_t len,
                    const char *to);

/* Ready for the next request of the same connection; closes file and body. */
void exchange_reset(struct exchange *x);

/* Ends it for good. */
void exchange_close(struct exchange *x);

#endif
