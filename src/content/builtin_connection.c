/* builtin_connection.c - variables of the connection, of this server, and of
 * the time */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <time.h>
#include <unistd.h>

#include "conf/conf.h"
#include "content/builtin.h"
#include "content/connections.h"
#include "http/basic.h"
#include "net/proxyproto.h"

/* ---- addresses ---- */

static bool put_port(struct buf *into, const struct address *a)
{
    if (address_port(a) != 0)
        buf_put_number(into, address_port(a));
    return true;
}

bool builtin_remote_addr(struct buf *into, struct exchange *x)
{
    address_print_host(into, &x->peer->client);
    return true;
}

bool builtin_remote_port(struct buf *into, struct exchange *x)
{
    return put_port(into, &x->peer->client);
}

/* Four or sixteen bytes: short keys for limits. */
bool builtin_binary_remote_addr(struct buf *into, struct exchange *x)
{
    const struct sockaddr_storage *name = &x->peer->client.name;
    const struct sockaddr_in *v4 =
        (const struct sockaddr_in *)(const void *)name;
    const struct sockaddr_in6 *v6 =
        (const struct sockaddr_in6 *)(const void *)name;

    switch (name->ss_family) {
    case AF_INET:
        buf_put(into, (struct str){(const char *)&v4->sin_addr, 4});
        return true;
    case AF_INET6:
        buf_put(into, (struct str){(const char *)&v6->sin6_addr, 16});
        return true;
    default:
        return builtin_remote_addr(into, x);
    }
}

bool builtin_server_addr(struct buf *into, struct exchange *x)
{
    address_print_host(into, &x->peer->local);
    return true;
}

bool builtin_server_port(struct buf *into, struct exchange *x)
{
    return put_port(into, &x->peer->local);
}

/* Who connected, whoever a trusted proxy says it is. */
static const struct address *connected(const struct exchange *x)
{
    const struct peer *peer = x->peer;

    return peer->connection ? &peer->connection->client : &peer->client;
}

bool builtin_realip_remote_addr(struct buf *into, struct exchange *x)
{
    address_print_host(into, connected(x));
    return true;
}

bool builtin_realip_remote_port(struct buf *into, struct exchange *x)
{
    return put_port(into, connected(x));
}

/* ---- the PROXY protocol ---- */

static const struct proxyproto *proxy_of(const struct exchange *x)
{
    const struct proxyproto *p = x->peer->proxy;

    return p && p->has_addresses ? p : NULL;
}

bool builtin_proxy_protocol_addr(struct buf *into, struct exchange *x)
{
    if (proxy_of(x))
        address_print_host(into, &proxy_of(x)->source);
    return proxy_of(x) != NULL;
}

bool builtin_proxy_protocol_port(struct buf *into, struct exchange *x)
{
    return proxy_of(x) && put_port(into, &proxy_of(x)->source);
}

bool builtin_proxy_protocol_server_addr(struct buf *into, struct exchange *x)
{
    if (proxy_of(x))
        address_print_host(into, &proxy_of(x)->destination);
    return proxy_of(x) != NULL;
}

bool builtin_proxy_protocol_server_port(struct buf *into, struct exchange *x)
{
    return proxy_of(x) && put_port(into, &proxy_of(x)->destination);
}

bool builtin_any_proxy_protocol_tlv(struct buf *into, struct exchange *x,
                                    struct str rest)
{
    uint32_t result;

    if (!proxy_of(x))
        return false;
    if (str_equals(rest, STR("ssl_verify")))
        return proxyproto_verify(proxy_of(x), &result) &&
               builtin_put_number(into, result);
    return builtin_put(into, proxyproto_extra(proxy_of(x), rest));
}

/* Whoever it says it is, checked or not. */
bool builtin_remote_user(struct buf *into, struct exchange *x)
{
    struct basic who;

    return basic_parse(x->request.fields[FIELD_AUTHORIZATION], &x->arena,
                       &who) &&
           builtin_put(into, who.user);
}

/* ---- the connection ---- */

bool builtin_connection(struct buf *into, struct exchange *x)
{
    return builtin_put_number(into, x->peer->number);
}

bool builtin_connection_requests(struct buf *into, struct exchange *x)
{
    return builtin_put_number(into, x->peer->requests);
}

bool builtin_connection_time(struct buf *into, struct exchange *x)
{
    uint64_t now = x->env->now_ms;
    uint64_t ms = now > x->peer->opened_ms ? now - x->peer->opened_ms : 0;

    buf_printf(into, "%llu.%03u", (unsigned long long)(ms / 1000),
               (unsigned)(ms % 1000));
    return true;
}

bool builtin_pipe(struct buf *into, struct exchange *x)
{
    return builtin_put(into, x->pipelined ? STR("p") : STR("."));
}

bool builtin_https(struct buf *into, struct exchange *x)
{
    (void)into;
    (void)x;
    return true; /* "on" under TLS, else the empty text */
}

bool builtin_scheme(struct buf *into, struct exchange *x)
{
    (void)x;
    return builtin_put(into, STR("http"));
}

static bool ask_tcp(const struct exchange *x, struct tcp_info *info)
{
    socklen_t len = sizeof(*info);

    *info = (struct tcp_info){0};
    return connected(x)->name.ss_family != AF_UNIX && x->peer->socket > 0 &&
           getsockopt(x->peer->socket, IPPROTO_TCP, TCP_INFO, info, &len) == 0;
}

bool builtin_tcpinfo_rtt(struct buf *into, struct exchange *x)
{
    struct tcp_info info;

    return ask_tcp(x, &info) && builtin_put_number(into, info.tcpi_rtt);
}

bool builtin_tcpinfo_rttvar(struct buf *into, struct exchange *x)
{
    struct tcp_info info;

    return ask_tcp(x, &info) && builtin_put_number(into, info.tcpi_rttvar);
}

bool builtin_tcpinfo_snd_cwnd(struct buf *into, struct exchange *x)
{
    struct tcp_info info;

    return ask_tcp(x, &info) && builtin_put_number(into, info.tcpi_snd_cwnd);
}

bool builtin_tcpinfo_rcv_space(struct buf *into, struct exchange *x)
{
    struct tcp_info info;

    return ask_tcp(x, &info) && builtin_put_number(into, info.tcpi_rcv_space);
}

/* ---- all connections ---- */

bool builtin_connections_active(struct buf *into, struct exchange *x)
{
    return builtin_put_number(into,
                              connections_sum(x->env, COUNTER_reading) +
                                  connections_sum(x->env, COUNTER_writing) +
                                  connections_sum(x->env, COUNTER_idle));
}

bool builtin_connections_reading(struct buf *into, struct exchange *x)
{
    return builtin_put_number(into, connections_sum(x->env, COUNTER_reading));
}

bool builtin_connections_writing(struct buf *into, struct exchange *x)
{
    return builtin_put_number(into, connections_sum(x->env, COUNTER_writing));
}

bool builtin_connections_waiting(struct buf *into, struct exchange *x)
{
    return builtin_put_number(into, connections_sum(x->env, COUNTER_idle));
}

/* ---- this server ---- */

bool builtin_hostname(struct buf *into, struct exchange *x)
{
    return builtin_put(into, x->env->conf->resolved.hostname);
}

/* The grammar of this version is what the configuration was written in. */
bool builtin_nginx_version(struct buf *into, struct exchange *x)
{
    (void)x;
    return builtin_put(into, STR("1.31.5"));
}

bool builtin_pid(struct buf *into, struct exchange *x)
{
    (void)x;
    return builtin_put_number(into, (uint64_t)getpid());
}

/* ---- the time ---- */

bool builtin_msec(struct buf *into, struct exchange *x)
{
    buf_printf(into, "%lld.%03ld", (long long)x->env->wall.tv_sec,
               x->env->wall.tv_nsec / 1000000);
    return true;
}

bool builtin_time_iso8601(struct buf *into, struct exchange *x)
{
    return builtin_put(
        into, dates_text(&x->env->dates, DATES_ISO8601, x->env->wall.tv_sec));
}

bool builtin_time_local(struct buf *into, struct exchange *x)
{
    return builtin_put(
        into, dates_text(&x->env->dates, DATES_LOG, x->env->wall.tv_sec));
}

static bool put_day(struct buf *into, const struct tm *when)
{
    char text[64];
    size_t len = strftime(text, sizeof(text), "%A, %d-%b-%Y %H:%M:%S %Z", when);

    return builtin_put(into, (struct str){text, len});
}

bool builtin_date_gmt(struct buf *into, struct exchange *x)
{
    struct tm when;

    gmtime_r(&x->env->wall.tv_sec, &when);
    return put_day(into, &when);
}

bool builtin_date_local(struct buf *into, struct exchange *x)
{
    struct tm when;

    localtime_r(&x->env->wall.tv_sec, &when);
    return put_day(into, &when);
}
