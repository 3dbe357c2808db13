/* proxied.c - the header of the PROXY protocol, read before HTTP is spoken
 *
 * It is looked at where it lies in the socket and taken out once it is whole,
 * so the session behind it finds the connection as if nothing had been. */
#include "worker/proxied.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "conf/conf.h"
#include "content/errorlog.h"
#include "net/proxyproto.h"
#include "worker/h1.h"
#include "worker/worker.h"

enum { LINE_MAX_LEN = 120, QUOTED_MAX = 256 };

/* What was read, and the bytes that its extras are in. */
struct kept {
    struct proxyproto header;
    char bytes[];
};

static const struct server *server_of(const struct conn *c)
{
    return c->endpoint->default_server;
}

/* One line about the connection, as nginx tells it. */
static void complain(struct conn *c, enum log_level level, struct str text,
                     int err)
{
    struct peer peer = {
        .client = conn_client(c),
        .local = conn_local(c),
        .endpoint = c->endpoint,
        .number = c->number,
    };

    errorlog_connection(&c->worker->env, &peer, level, err, text);
}

/* What stands before the end of its first line. */
static struct str first_line(struct str bytes)
{
    size_t len = 0;

    while (len < bytes.len && len < LINE_MAX_LEN && bytes.at[len] != '\r' &&
           bytes.at[len] != '\n')
        len++;
    return (struct str){bytes.at, len};
}

/* What is there is read, so that the end of the connection is no reset. */
static void end(struct conn *c)
{
    char gone[PROXYPROTO_MAX];

    (void)recv(c->transport.fd, gone, sizeof(gone), 0);
    conn_close(c);
}

static void refuse(struct conn *c, const char *why, struct str bytes)
{
    char memory[QUOTED_MAX];
    struct buf text = buf_over(memory, sizeof(memory));
    struct str line = first_line(bytes);

    slot_add(c->worker->slot, COUNTER_parse_errors, 1);
    buf_put(&text, str_of(why));
    if (strcmp(why, "broken header") == 0)
        buf_printf(&text, ": \"%.*s\"", STR_ARG(line));
    complain(c, LOG_ERROR, buf_str(&text), 0);
    end(c);
}

/* Its extras point into what is kept. */
static int keep(struct conn *c, const struct proxyproto *header,
                struct str bytes)
{
    struct kept *kept = malloc(sizeof(*kept) + header->length);

    if (!kept)
        return -ENOMEM;
    memcpy(kept->bytes, bytes.at, header->length);
    kept->header = *header;
    if (header->extras.at)
        kept->header.extras.at = kept->bytes + (header->extras.at - bytes.at);
    c->proxy = &kept->header;
    return 0;
}

/* Takes the header out of the socket; from here on HTTP has the word. */
static void pass_on(struct conn *c, const struct proxyproto *header,
                    struct str bytes)
{
    char gone[PROXYPROTO_MAX];

    if (keep(c, header, bytes) < 0 ||
        recv(c->transport.fd, gone, header->length, 0) !=
            (ssize_t)header->length) {
        slot_add(c->worker->slot, COUNTER_connections_dropped, 1);
        conn_close(c);
        return;
    }
    slot_add(c->worker->slot, COUNTER_bytes_received, header->length);
    c->session = &session_h1;
    c->readable = true;
    c->session->readable(c);
}

/* For the whole header, however its bytes trickle in. */
static void wait_for_more(struct conn *c)
{
    uint64_t length = server_of(c)->settings.client_header_timeout.value;

    c->readable = false;
    if (c->worker->draining && length > WORKER_DRAIN_GRACE_MS)
        length = WORKER_DRAIN_GRACE_MS;
    if (!timer_is_set(&c->timer))
        loop_timer_set(&c->worker->loop, &c->timer, length);
    if (conn_await(c) < 0)
        conn_close(c);
}

static void readable(struct conn *c)
{
    char memory[PROXYPROTO_MAX];
    struct proxyproto header;
    const char *why = "";
    struct str bytes;
    ssize_t n;

    worker_time(c->worker);
    do
        n = recv(c->transport.fd, memory, sizeof(memory), MSG_PEEK);
    while (n < 0 && errno == EINTR);
    if (n < 0 && errno == EAGAIN) {
        wait_for_more(c);
        return;
    }
    if (n <= 0) {
        conn_close(c); /* gone without a word */
        return;
    }
    bytes = (struct str){memory, (size_t)n};
    switch (proxyproto_parse(bytes, &header, &why)) {
    case PROXYPROTO_DONE:
        pass_on(c, &header, bytes);
        break;
    case PROXYPROTO_BROKEN:
        refuse(c, why, bytes);
        break;
    case PROXYPROTO_MORE:
        if (c->hung_up)
            refuse(c, "broken header", bytes);
        else
            wait_for_more(c);
        break;
    }
}

static void expired(struct conn *c)
{
    slot_add(c->worker->slot, COUNTER_timeouts_header, 1);
    complain(c, LOG_INFO, STR("client timed out"), ETIMEDOUT);
    if (server_of(c)->whole.settings.reset_timedout_connection.on)
        transport_reset(&c->transport);
    end(c);
}

static void drain(struct conn *c)
{
    uint64_t latest = c->worker->loop.now_ms + WORKER_DRAIN_GRACE_MS;

    if (timer_is_set(&c->timer) && c->timer.due_ms > latest)
        loop_timer_set(&c->worker->loop, &c->timer, WORKER_DRAIN_GRACE_MS);
}

static void close_proxied(struct conn *c)
{
    (void)c; /* conn_close gives back what it kept */
}

const struct session_ops session_proxied = {
    .name = "proxied",
    .readable = readable,
    .writable = readable, /* never waits for room */
    .expired = expired,
    .drain = drain,
    .close = close_proxied,
};
