/* conn.c - the life of one connection */
#include "worker/conn.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/buf.h"
#include "conf/conf.h"
#include "worker/h1.h"
#include "worker/proxied.h"
#include "worker/worker.h"

enum {
    /* One that has not had this long to send its first byte is not idle. */
    FRESH_MS = 100,
    /* How many are looked at to find one that may go. */
    RECYCLE_LOOKS = 64,
    LUCK_LASTS = 4,
    LUCK_TRIES = 16,
};

static struct conn *conn_of(struct list *link)
{
    return CONTAINER_OF(link, struct conn, link);
}

static void ready(struct watcher *watcher, uint32_t events)
{
    struct conn *c = CONTAINER_OF(watcher, struct conn, watcher);

    if (events & LOOP_READ)
        c->readable = true;
    if (events & LOOP_HANGUP)
        c->hung_up = true;
    if (c->blocked) {
        if (events & LOOP_WRITE)
            c->session->writable(c);
    } else if (c->readable) {
        c->session->readable(c);
    }
}

static void expired(struct timer *timer)
{
    struct conn *c = CONTAINER_OF(timer, struct conn, timer);

    c->session->expired(c);
}

static void set_address(union conn_address *into, const struct address *from)
{
    if (from->name.ss_family == AF_INET || from->name.ss_family == AF_INET6)
        memcpy(into, &from->name, sizeof(*into));
    else
        into->any.sa_family = from->name.ss_family;
}

static struct address full_address(const union conn_address *from)
{
    struct address a = {.len = sizeof(sa_family_t)};

    memcpy(&a.name, from, sizeof(*from));
    if (from->any.sa_family == AF_INET)
        a.len = sizeof(from->v4);
    else if (from->any.sa_family == AF_INET6)
        a.len = sizeof(from->v6);
    return a;
}

struct address conn_client(const struct conn *c)
{
    return full_address(&c->client);
}

struct address conn_local(const struct conn *c)
{
    return c->local.any.sa_family == AF_UNSPEC ? c->listener->address
                                               : full_address(&c->local);
}

/* Which of the listener's endpoints the client connected to: beside a wildcard
 * the specific ones are told apart by the address on our side. */
static void find_endpoint(struct conn *c)
{
    const struct conf_listener *listener = c->listener;
    struct address local = {.len = sizeof(local.name)};

    c->endpoint = &listener->endpoints[0];
    if (!address_is_any(&listener->address) ||
        getsockname(c->transport.fd, (struct sockaddr *)&local.name,
                    &local.len) < 0)
        return;
    set_address(&c->local, &local);
    for (unsigned i = 1; i < listener->endpoint_count; i++)
        if (address_equals(&listener->endpoints[i].address, &local))
            c->endpoint = &listener->endpoints[i];
}

static void name_client(struct conn *c, const struct address *client)
{
    struct buf text = buf_over(c->text, sizeof(c->text));

    set_address(&c->client, client);
    address_print_host(&text, client);
    c->text_len = (uint8_t)text.len;
}

/* A client that sends together with its handshake, or that had to wait in the
 * listen queue, has its request here already: then it is answered without
 * asking epoll. Whether that is so is guessed from those before it. */
static void serve_at_once(struct conn *c)
{
    struct worker *w = c->worker;
    uint64_t before = slot_get(w->slot, COUNTER_bytes_received);
    bool guess = w->luck > 0 || c->number % LUCK_TRIES == 0;

    c->readable = guess;
    c->session->readable(c); /* may close it */
    if (slot_get(w->slot, COUNTER_bytes_received) != before)
        w->luck = LUCK_LASTS;
    else if (guess && w->luck > 0)
        w->luck--;
}

void conn_open(struct worker *w, const struct conf_listener *listener, int fd,
               const struct address *client)
{
    struct conn *c = calloc(1, sizeof(*c));

    slot_add(w->slot, COUNTER_connections, 1);
    if (!c) {
        slot_add(w->slot, COUNTER_connections_dropped, 1);
        close(fd);
        return;
    }
    c->watcher = (struct watcher){.fd = fd, .ready = ready};
    c->timer.expired = expired;
    c->worker = w;
    c->transport = (struct transport){.ops = &transport_plain, .fd = fd};
    c->session = &session_h1;
    c->listener = listener;
    c->number = ++w->next_number;
    c->opened_ms = w->loop.now_ms;
    name_client(c, client);
    find_endpoint(c);
    if (c->endpoint->proxy_protocol)
        c->session = &session_proxied;
    w->connections++;
    conn_stands(c, SLOT_CONNECTION_IDLE);

    serve_at_once(c);
}

void conn_close(struct conn *c)
{
    struct worker *w = c->worker;

    loop_timer_cancel(&w->loop, &c->timer);
    c->session->close(c);
    conn_stands(c, SLOT_CONNECTION_NONE);
    list_remove(&c->link);
    loop_drop(&w->loop, &c->watcher);
    transport_close(&c->transport);
    free(c->proxy);
    free(c);
    w->connections--;
    acceptors_room(w);
}

void conn_stands(struct conn *c, enum slot_connection where)
{
    struct worker *w = c->worker;

    if (where == c->where)
        return;
    slot_connection(w->slot, c->where, where);
    if (where == SLOT_CONNECTION_IDLE || c->where == SLOT_CONNECTION_IDLE ||
        c->where == SLOT_CONNECTION_NONE) {
        list_remove(&c->link);
        list_append(where == SLOT_CONNECTION_IDLE ? &w->idle : &w->busy,
                    &c->link);
    }
    c->where = (uint8_t)where;
}

static int watch(struct conn *c, uint16_t interest)
{
    struct loop *loop = &c->worker->loop;

    if (!c->watcher.interest)
        return loop_watch(loop, &c->watcher, interest);
    /* Told by edges, so being interested in more costs nothing: whoever had to
     * wait for room once stays interested. */
    return loop_change(loop, &c->watcher, interest | c->watcher.interest);
}

int conn_await(struct conn *c)
{
    c->blocked = false;
    return watch(c, LOOP_READ | LOOP_EDGE);
}

int conn_await_room(struct conn *c)
{
    c->blocked = true;
    return watch(c, LOOP_READ | LOOP_WRITE | LOOP_EDGE);
}

void conn_again(struct conn *c)
{
    loop_again(&c->worker->loop, &c->watcher,
               c->blocked ? LOOP_WRITE : LOOP_READ);
}

/* Closing one that has sent something would lose a request: it is served, and
 * its turn comes later. */
static bool may_go(struct conn *c)
{
    char byte;
    bool is_fresh =
        c->requests == 0 && c->worker->loop.now_ms - c->opened_ms < FRESH_MS;

    return !is_fresh && !c->watcher.pending &&
           c->until_ms <= c->worker->loop.now_ms &&
           recv(c->transport.fd, &byte, 1, MSG_PEEK) < 0;
}

unsigned conn_recycle(struct worker *w, unsigned count)
{
    struct list *link = list_first(&w->idle);
    unsigned closed = 0;

    for (int i = 0; i < RECYCLE_LOOKS && link && closed < count; i++) {
        struct conn *c = conn_of(link);

        link = link->next == &w->idle ? NULL : link->next;
        if (!may_go(c))
            continue;
        conn_close(c);
        closed++;
    }
    slot_add(w->slot, COUNTER_connections_recycled, closed);
    if (closed > 0 && worker_may_complain(w))
        log_at(LOG_WARN,
               "%u worker_connections are not enough, reusing "
               "connections",
               w->connections_max);
    return closed;
}

static void drain_list(struct list *list)
{
    struct list *link = list_first(list);

    while (link) {
        struct conn *c = conn_of(link);

        link = link->next == list ? NULL : link->next;
        c->session->drain(c);
    }
}

void conn_drain_all(struct worker *w)
{
    drain_list(&w->idle);
    drain_list(&w->busy);
}

static unsigned close_list(struct list *list)
{
    struct list *link;
    unsigned count = 0;

    for (; (link = list_first(list)); count++)
        conn_close(conn_of(link));
    return count;
}

unsigned conn_close_all(struct worker *w)
{
    return close_list(&w->idle) + close_list(&w->busy);
}
