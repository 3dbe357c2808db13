/* proxyproto.c - the first bytes of a connection that comes through a proxy */
#include "net/proxyproto.h"

#include <netinet/in.h>
#include <string.h>

#include "base/attr.h"

/* ---- numbers on the wire ---- */

static unsigned byte_at(struct str bytes, size_t i)
{
    return (unsigned char)bytes.at[i];
}

static unsigned short_at(struct str bytes, size_t i)
{
    return byte_at(bytes, i) << 8 | byte_at(bytes, i + 1);
}

static uint32_t long_at(struct str bytes, size_t i)
{
    return (uint32_t)short_at(bytes, i) << 16 | short_at(bytes, i + 2);
}

/* ---- version 1: a line of text ---- */

enum { LINE_MAX_LEN = 107 }; /* with its CR and LF */

static const struct str PREFIX = {"PROXY ", 6};

static bool take_address(struct str *rest, int family, struct address *into)
{
    struct str word = str_cut(rest, ' ');

    /* In brackets it is no address of this grammar. */
    return rest->at && word.len > 0 && word.at[0] != '[' &&
           address_parse(into, word, 0) == 0 && into->name.ss_family == family;
}

static bool take_port(struct str word, struct address *into)
{
    uint64_t port;

    if (!str_number(word, &port) || port > 65535)
        return false;
    address_set_port(into, (uint16_t)port);
    return true;
}

/* "TCP4 SOURCE DESTINATION PORT PORT", or "UNKNOWN" and whatever follows. */
static bool read_line(struct str line, struct proxyproto *p)
{
    struct str rest = str_from(line, PREFIX.len);
    struct str kind = str_cut(&rest, ' ');
    int family = str_equals(kind, STR("TCP6")) ? AF_INET6 : AF_INET;

    if (str_starts_with(kind, STR("UNKNOWN")))
        return true;
    if (family == AF_INET && !str_equals(kind, STR("TCP4")))
        return false;
    p->has_addresses = true;
    return rest.at && take_address(&rest, family, &p->source) &&
           take_address(&rest, family, &p->destination) &&
           take_port(str_cut(&rest, ' '), &p->source) && rest.at &&
           take_port(rest, &p->destination);
}

static enum proxyproto_verdict broken(const char **why, const char *what)
{
    *why = what;
    return PROXYPROTO_BROKEN;
}

static enum proxyproto_verdict
parse_text(struct str bytes, struct proxyproto *into, const char **why)
{
    struct str seen = {bytes.at,
                       bytes.len < LINE_MAX_LEN ? bytes.len : LINE_MAX_LEN};
    const char *end = str_find(seen, '\n');
    struct proxyproto p = {0};

    if (!end)
        return bytes.len < LINE_MAX_LEN ? PROXYPROTO_MORE
                                        : broken(why, "broken header");
    if (end[-1] != '\r' || !read_line(str_between(bytes.at, end - 1), &p))
        return broken(why, "broken header");
    p.length = (size_t)(end + 1 - bytes.at);
    *into = p;
    return PROXYPROTO_DONE;
}

/* ---- version 2: binary ---- */

enum {
    FIXED_LEN = 16, /* signature, version and command, family, length */
    COMMAND_PROXY = 1,
    STREAM_IPV4 = 0x11,
    STREAM_IPV6 = 0x21,
};

static const struct str SIGNATURE = {"\r\n\r\n\0\r\nQUIT\n", 12};

static void read_ipv4(struct str block, struct proxyproto *p)
{
    struct sockaddr_in *source = (struct sockaddr_in *)&p->source.name;
    struct sockaddr_in *destination =
        (struct sockaddr_in *)&p->destination.name;

    p->source = p->destination = address_any(AF_INET, 0);
    memcpy(&source->sin_addr, block.at, 4);
    memcpy(&destination->sin_addr, block.at + 4, 4);
    address_set_port(&p->source, (uint16_t)short_at(block, 8));
    address_set_port(&p->destination, (uint16_t)short_at(block, 10));
    p->extras = str_from(block, 12);
}

static void read_ipv6(struct str block, struct proxyproto *p)
{
    struct sockaddr_in6 *source = (struct sockaddr_in6 *)&p->source.name;
    struct sockaddr_in6 *destination =
        (struct sockaddr_in6 *)&p->destination.name;

    p->source = p->destination = address_any(AF_INET6, 0);
    memcpy(&source->sin6_addr, block.at, 16);
    memcpy(&destination->sin6_addr, block.at + 16, 16);
    address_set_port(&p->source, (uint16_t)short_at(block, 32));
    address_set_port(&p->destination, (uint16_t)short_at(block, 34));
    p->extras = str_from(block, 36);
}

/* What is no stream over IP has no address that could be used: it is passed
 * over, as a command other than PROXY is. */
static bool read_block(unsigned command, unsigned family, struct str block,
                       struct proxyproto *p)
{
    size_t least = family == STREAM_IPV4 ? 12 : family == STREAM_IPV6 ? 36 : 0;

    if (command != COMMAND_PROXY || least == 0)
        return true;
    if (block.len < least)
        return false;
    p->has_addresses = true;
    if (family == STREAM_IPV4)
        read_ipv4(block, p);
    else
        read_ipv6(block, p);
    return true;
}

static enum proxyproto_verdict
parse_binary(struct str bytes, struct proxyproto *into, const char **why)
{
    struct proxyproto p = {0};
    size_t length;

    if (bytes.len < FIXED_LEN)
        return PROXYPROTO_MORE;
    if (byte_at(bytes, 12) >> 4 != 2)
        return broken(why, "unknown PROXY protocol version");
    length = FIXED_LEN + short_at(bytes, 14);
    if (length > PROXYPROTO_MAX)
        return broken(why, "header is too large");
    if (bytes.len < length)
        return PROXYPROTO_MORE;
    if (!read_block(byte_at(bytes, 12) & 15, byte_at(bytes, 13),
                    (struct str){bytes.at + FIXED_LEN, length - FIXED_LEN}, &p))
        return broken(why, "header is too short for its addresses");
    p.length = length;
    *into = p;
    return PROXYPROTO_DONE;
}

/* ---- the whole ---- */

/* Is what is here the beginning of `whole`, or begins with it? */
static bool begins(struct str bytes, struct str whole)
{
    size_t len = bytes.len < whole.len ? bytes.len : whole.len;

    return len == 0 || memcmp(bytes.at, whole.at, len) == 0;
}

enum proxyproto_verdict
proxyproto_parse(struct str bytes, struct proxyproto *into, const char **why)
{
    bool is_text = begins(bytes, PREFIX);

    if (!is_text && !begins(bytes, SIGNATURE))
        return broken(why, "broken header");
    if (bytes.len < (is_text ? PREFIX.len : SIGNATURE.len))
        return PROXYPROTO_MORE;
    return is_text ? parse_text(bytes, into, why)
                   : parse_binary(bytes, into, why);
}

/* ---- extras ---- */

enum { EXTRA_SSL = 0x20, SSL_FIXED_LEN = 5 };

static const struct {
    struct str name;
    unsigned type;
    bool in_ssl; /* stands inside of the extra "ssl" */
} NAMES[] = {
    {STR("alpn"), 0x01, false},       {STR("authority"), 0x02, false},
    {STR("unique_id"), 0x05, false},  {STR("ssl"), EXTRA_SSL, false},
    {STR("netns"), 0x30, false},      {STR("ssl_version"), 0x21, true},
    {STR("ssl_cn"), 0x22, true},      {STR("ssl_cipher"), 0x23, true},
    {STR("ssl_sig_alg"), 0x24, true}, {STR("ssl_key_alg"), 0x25, true},
};

static struct str find(struct str extras, unsigned type)
{
    while (extras.len >= 3) {
        size_t length = short_at(extras, 1);

        if (length > extras.len - 3)
            break;
        if (byte_at(extras, 0) == type)
            return (struct str){extras.at + 3, length};
        extras = str_from(extras, 3 + length);
    }
    return (struct str){NULL, 0};
}

/* "0x05"; -1 where it is no such number. */
static int type_of_number(struct str name)
{
    int high, low;

    if (name.len != 4 || name.at[0] != '0' || name.at[1] != 'x')
        return -1;
    high = str_hex_value(name.at[2]);
    low = str_hex_value(name.at[3]);
    return high < 0 || low < 0 ? -1 : high << 4 | low;
}

struct str proxyproto_extra(const struct proxyproto *p, struct str name)
{
    int type = type_of_number(name);
    struct str ssl;

    if (type >= 0)
        return find(p->extras, (unsigned)type);
    for (size_t i = 0; i < ARRAY_LEN(NAMES); i++) {
        if (!str_equals(NAMES[i].name, name))
            continue;
        if (!NAMES[i].in_ssl)
            return find(p->extras, NAMES[i].type);
        ssl = find(p->extras, EXTRA_SSL);
        if (ssl.len >= SSL_FIXED_LEN)
            return find(str_from(ssl, SSL_FIXED_LEN), NAMES[i].type);
        break;
    }
    return (struct str){NULL, 0};
}

bool proxyproto_verify(const struct proxyproto *p, uint32_t *result)
{
    struct str ssl = find(p->extras, EXTRA_SSL);

    if (ssl.len < SSL_FIXED_LEN)
        return false;
    *result = long_at(ssl, 1);
    return true;
}
