/* conn.h - one connection of a client: its life, and who speaks on it
 *
 * A connection that waits holds nothing but this struct: what a request needs
 * hangs on `state` and is given back in between. It dies in conn_close only. */
#ifndef PRONG_WORKER_CONN_H
#define PRONG_WORKER_CONN_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/address.h"
#include "base/list.h"
#include "event/loop.h"
#include "ipc/slot.h"
#include "net/transport.h"

struct conf_listener;
struct conn;
struct endpoint;
struct proxyproto;
struct worker;

/* A protocol on a connection. Each may close the connection. */
struct session_ops {
    const char *name;
    void (*readable)(struct conn *c); /* conn->readable is set */
    void (*writable)(struct conn *c); /* only after conn_await_room */
    void (*expired)(struct conn *c);  /* conn->timer */
    void (*drain)(struct conn *c);    /* the worker began to */
    void (*close)(struct conn *c);    /* gives `state` back; the end */
};

/* What clients have; a quarter of what a struct address takes. */
union conn_address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

struct conn {
    struct watcher watcher;
    struct timer timer;
    struct list link; /* worker's idle or busy */
    struct worker *worker;
    struct transport transport;
    const struct session_ops *session;
    void *state; /* the session's; NULL while it waits */
    const struct conf_listener *listener;
    const struct endpoint *endpoint;
    struct proxyproto *proxy; /* begins what malloc gave; NULL: none */
    uint64_t number;
    uint64_t opened_ms;
    uint64_t until_ms;   /* linger: the end of it; idle: kept until then */
    uint32_t silence_ms; /* linger: how long without a byte */
    uint32_t requests;   /* so far */
    uint8_t where;       /* enum slot_connection */
    bool readable;       /* there may be something to read */
    bool hung_up;        /* the peer has said its last */
    bool blocked;        /* waits for room to write */
    bool ending;         /* its idle time is over: looks once more */
    bool delays;         /* Nagle's algorithm is on (tcp_nodelay off) */
    uint8_t text_len;
    char text[46]; /* the client, as logs call it */
    union conn_address client;
    union conn_address local; /* only of a wildcard listener; else AF_UNSPEC */
};

/* Takes over an accepted socket and serves what it may have brought already.
 * When there is no memory the socket is closed and counted. */
void conn_open(struct worker *w, const struct conf_listener *listener, int fd,
               const struct address *client);

void conn_close(struct conn *c);

/* Says where it stands, for the gauges; keeps it on the list that fits. */
void conn_stands(struct conn *c, enum slot_connection where);

/* Waits for input (or its end), or for the timer alone. 0 or -errno. */
int conn_await(struct conn *c);

/* Waits until something can be written again: `writable` is called. */
int conn_await_room(struct conn *c);

/* Lets the others have their turn, then goes on as if it were readable (or
 * writable, when it is blocked). */
void conn_again(struct conn *c);

/* Closes up to `count` of the longest-idle connections that have sent nothing.
 * Returns how many there were. */
unsigned conn_recycle(struct worker *w, unsigned count);

/* Calls the session's drain of every connection. */
void conn_drain_all(struct worker *w);

/* Closes every connection; returns how many there were. */
unsigned conn_close_all(struct worker *w);

/* The addresses, in full. */
struct address conn_client(const struct conn *c);
struct address conn_local(const struct conn *c);

#endif
