#include "conf/listen.h"

#include <errno.h>

#include "conf/value.h"

#define LISTEN_OPTIONS                                                         \
    (struct listen_options)                                                    \
    {                                                                          \
        .backlog = 511, .fastopen = -1, .ipv6only = true                       \
    }

struct conf_listen listen_default(uint16_t port)
{
    return (struct conf_listen){
        .first_port = port,
        .last_port = port,
        .options = LISTEN_OPTIONS,
    };
}

/* ---- where ---- */

static int refuse_where(struct reader *r, const char *why)
{
    return reader_error(r, "%s in \"%.*s\" of the \"listen\" directive", why,
                        STR_ARG(r->words[1]));
}

static bool parse_port(struct str text, uint16_t *port)
{
    uint64_t n;

    if (!str_number(text, &n) || n < 1 || n > 65535)
        return false;
    *port = (uint16_t)n;
    return true;
}

/* "80" or "8000-8010". */
static bool parse_ports(struct conf_listen *l, struct str text)
{
    struct str last = text;
    struct str first = str_cut(&last, '-');

    if (!parse_port(first, &l->first_port))
        return false;
    if (!last.at) {
        l->last_port = l->first_port;
        return true;
    }
    return parse_port(last, &l->last_port) && l->first_port <= l->last_port;
}

/* Only digits around one dash: no host is called so. */
static bool is_range(struct str text)
{
    uint64_t n;
    struct str last = text;
    struct str first = str_cut(&last, '-');

    return str_number(first, &n) && str_number(last, &n);
}

static int parse_unix(struct reader *r, struct conf_listen *l)
{
    struct str path = str_from(l->text, 5);

    if (path.len == 0)
        return refuse_where(r, "no path in the unix domain socket");
    if (path.at[0] != '/')
        l->unix_path = reader_path(r, r->conf->prefix, path);
    else
        l->unix_path = path;
    return l->unix_path.at ? 0 : -ENOMEM;
}

/* What stands behind the host: nothing or ":PORT". */
static int parse_behind(struct reader *r, struct conf_listen *l,
                        struct str behind)
{
    if (behind.len == 0)
        return 0;
    if (behind.at[0] != ':')
        return refuse_where(r, "invalid host");
    if (!parse_ports(l, str_from(behind, 1)))
        return refuse_where(r, "invalid port");
    return 0;
}

static int parse_ipv6(struct reader *r, struct conf_listen *l)
{
    const char *bracket = str_find(l->text, ']');
    struct address address;

    if (!bracket)
        return refuse_where(r, "invalid host");
    l->host = str_between(l->text.at, bracket + 1);
    if (address_parse(&address, l->host, 0) < 0)
        return refuse_where(r, "invalid IPv6 address");
    return parse_behind(r, l, str_from(l->text, l->host.len));
}

static int parse_where(struct reader *r, struct conf_listen *l)
{
    const char *colon;

    l->text = r->words[1];
    if (l->text.len == 0)
        return refuse_where(r, "no host");
    if (str_starts_with(l->text, STR("unix:")))
        return parse_unix(r, l);
    if (l->text.at[0] == '[')
        return parse_ipv6(r, l);
    colon = str_find(l->text, ':');
    if (!colon && parse_ports(l, l->text))
        return 0;
    if (!colon && str_number(l->text, &(uint64_t){0}))
        return refuse_where(r, "invalid port");
    if (!colon && is_range(l->text))
        return refuse_where(r, "invalid port range");
    l->host = colon ? str_between(l->text.at, colon) : l->text;
    if (l->host.len == 0)
        return refuse_where(r, "no host");
    if (str_equals(l->host, STR("*")))
        l->host = STR("");
    return parse_behind(r, l,
                        colon ? str_from(l->text, (size_t)(colon - l->text.at))
                              : STR(""));
}

/* ---- options ---- */

static int refuse_option(struct reader *r, struct str word)
{
    return reader_error(r, "invalid parameter \"%.*s\"", STR_ARG(word));
}

/* `value` stands behind "name=" in one word. */
static int refuse_value(struct reader *r, const char *name, struct str value)
{
    return reader_error(r, "invalid %s \"%s=%.*s\"", name, name,
                        STR_ARG(value));
}

static int take_count(struct reader *r, const char *name, struct str value,
                      int *into)
{
    uint64_t n;

    if (!str_number(value, &n) || n == 0 || n > INT32_MAX)
        return refuse_value(r, name, value);
    *into = (int)n;
    return 0;
}

static int take_bytes(struct reader *r, const char *name, struct str value,
                      int *into)
{
    uint64_t n;

    if (!value_size(value, &n) || n == 0 || n > INT32_MAX)
        return refuse_value(r, name, value);
    *into = (int)n;
    return 0;
}

static int take_backlog(struct reader *r, struct conf_listen *l,
                        struct str value)
{
    return take_count(r, "backlog", value, &l->options.backlog);
}

static int take_rcvbuf(struct reader *r, struct conf_listen *l,
                       struct str value)
{
    return take_bytes(r, "rcvbuf", value, &l->options.rcvbuf);
}

static int take_sndbuf(struct reader *r, struct conf_listen *l,
                       struct str value)
{
    return take_bytes(r, "sndbuf", value, &l->options.sndbuf);
}

static int take_fastopen(struct reader *r, struct conf_listen *l,
                         struct str value)
{
    return take_count(r, "fastopen", value, &l->options.fastopen);
}

static int take_ipv6only(struct reader *r, struct conf_listen *l,
                         struct str value)
{
    if (value_flag(value, &l->options.ipv6only))
        return 0;
    return reader_error(r, "invalid parameter \"ipv6only=%.*s\"",
                        STR_ARG(value));
}

/* so_keepalive=30m:30s:10, each of them may be left out. */
static int take_keepalive(struct reader *r, struct conf_listen *l,
                          struct str value)
{
    struct listen_options *o = &l->options;
    struct str rest = value;
    struct str idle = str_cut(&rest, ':');
    struct str interval = rest.at ? str_cut(&rest, ':') : STR("");
    uint64_t idle_ms = 0, interval_ms = 0, count = 0;

    o->keepalive_is_set = true;
    if (value_flag(value, &o->keepalive))
        return 0;
    o->keepalive = true;
    if ((idle.len && !value_time(idle, &idle_ms)) ||
        (interval.len && !value_time(interval, &interval_ms)) ||
        (rest.len && !str_number(rest, &count)) ||
        idle_ms + interval_ms + count == 0 || idle_ms > INT32_MAX ||
        interval_ms > INT32_MAX || count > 127)
        return reader_error(r, "invalid so_keepalive value: \"%.*s\"",
                            STR_ARG(value));
    o->keepalive_idle_s = (int)(idle_ms / 1000);
    o->keepalive_interval_s = (int)(interval_ms / 1000);
    o->keepalive_count = (int)count;
    return 0;
}

static int skip_value(struct reader *r, struct conf_listen *l, struct str value)
{
    (void)l;
    (void)value;
    reader_warn(r,
                "a parameter of \"listen %.*s\" is ignored: Linux has no "
                "setfib and no accept_filter,",
                STR_ARG(r->words[1]));
    return 0;
}

struct valued {
    struct str name;
    int (*take)(struct reader *r, struct conf_listen *l, struct str value);
};

static const struct valued valued[] = {
    {STR("backlog="), take_backlog},   {STR("rcvbuf="), take_rcvbuf},
    {STR("sndbuf="), take_sndbuf},     {STR("fastopen="), take_fastopen},
    {STR("ipv6only="), take_ipv6only}, {STR("so_keepalive="), take_keepalive},
    {STR("setfib="), skip_value},      {STR("accept_filter="), skip_value},
};

static int take_valued(struct reader *r, struct conf_listen *l, struct str word)
{
    for (size_t i = 0; i < ARRAY_LEN(valued); i++) {
        if (!str_starts_with(word, valued[i].name))
            continue;
        if (valued[i].take != skip_value)
            l->has_options = l->options.bind = true;
        return valued[i].take(r, l, str_from(word, valued[i].name.len));
    }
    return refuse_option(r, word);
}

static int warn_word(struct reader *r, struct str word, const char *why)
{
    reader_warn(r, "\"%.*s\" of \"listen %.*s\" is ignored: %s,", STR_ARG(word),
                STR_ARG(r->words[1]), why);
    return 0;
}

static int take_option(struct reader *r, struct conf_listen *l, struct str word)
{
    if (str_equals(word, STR("default_server")) ||
        str_equals(word, STR("default"))) {
        l->is_default = true;
        return 0;
    }
    if (str_equals(word, STR("bind")))
        l->has_options = l->options.bind = true;
    else if (str_equals(word, STR("deferred")))
        l->has_options = l->options.bind = l->options.deferred = true;
    else if (str_equals(word, STR("reuseport")))
        l->has_options = l->options.bind = l->options.reuseport = true;
    else if (str_equals(word, STR("http2")))
        return warn_word(r, word, "this version answers with HTTP/1.1");
    else if (str_equals(word, STR("multipath")))
        return warn_word(r, word, "it is not supported");
    else if (str_equals(word, STR("ssl")))
        return reader_error(r,
                            "\"listen %.*s ssl\" is not supported by this "
                            "version of prong: put a TLS proxy in front",
                            STR_ARG(r->words[1]));
    else if (str_equals(word, STR("proxy_protocol")))
        l->proxy_protocol = true;
    else
        return take_valued(r, l, word);
    return 0;
}

static bool has_word(const struct reader *r, struct str word)
{
    for (unsigned i = 2; i < r->count; i++) {
        if (str_equals(r->words[i], word))
            return true;
    }
    return false;
}

static int keep(struct reader *r, const struct conf_listen *l)
{
    struct server *server = r->level->server;
    struct conf_listen *all =
        reader_grow(r, server->listens, server->listen_count, sizeof(*all));

    if (!all)
        return -ENOMEM;
    server->listens = all;
    all[server->listen_count++] = *l;
    return 0;
}

int listen_set(struct reader *r, void *field)
{
    struct conf_listen l = listen_default(80);
    int err = parse_where(r, &l);

    (void)field;
    if (err < 0)
        return err;
    r->level->server->has_listen = true;
    if (has_word(r, STR("quic"))) {
        reader_warn(r,
                    "\"listen %.*s quic\" is ignored: prong does not speak "
                    "HTTP/3, and should announce it in no Alt-Svc header,",
                    STR_ARG(r->words[1]));
        return 0;
    }
    l.place = r->place;
    for (unsigned i = 2; i < r->count && err == 0; i++)
        err = take_option(r, &l, r->words[i]);
    return err < 0 ? err : keep(r, &l);
}
