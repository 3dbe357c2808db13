/* directives_peer.c - whose word about its client is believed */
#include <errno.h>

#include "conf/directives.h"
#include "conf/hosts.h"
#include "conf/setters.h"

static int keep_trusted(struct reader *r, const struct conf_trusted *one)
{
    struct settings *s = r->level->settings;
    struct conf_trusted *all =
        reader_grow(r, s->trusted, s->trusted_count, sizeof(*all));

    if (!all)
        return -ENOMEM;
    s->trusted = all;
    all[s->trusted_count++] = *one;
    s->trusted_place = r->place;
    return 0;
}

/* An address, a network, "unix:", or the name of a host. */
static int set_trusted(struct reader *r, void *field)
{
    struct str word = r->words[1];
    struct conf_trusted one = {.place = r->place};
    bool cleared = false;

    (void)field;
    if (str_equals(word, STR("unix:"))) {
        one.kind = CONF_TRUSTED_UNIX;
    } else if (network_parse(&one.network, word, &cleared) == 0) {
        one.kind = CONF_TRUSTED_NETWORK;
        if (cleared)
            reader_warn(r, "low address bits of %.*s are meaningless",
                        STR_ARG(word));
    } else {
        one.kind = CONF_TRUSTED_HOST;
        one.host = hosts_add(r, "set_real_ip_from", word, word, 0);
        if (!one.host)
            return -ENOMEM;
    }
    return keep_trusted(r, &one);
}

static int set_header(struct reader *r, void *field)
{
    struct conf_real_ip_header *into = field;
    enum conf_real_ip kind = CONF_REAL_IP_FIELD;

    if (str_equals(r->words[1], STR("proxy_protocol")))
        kind = CONF_REAL_IP_PROXY_PROTOCOL;
    else if (str_equals_nocase(r->words[1], STR("X-Forwarded-For")))
        kind = CONF_REAL_IP_LIST;
    *into = (struct conf_real_ip_header){r->place, kind, r->words[1]};
    return 0;
}

/* clang-format off */
static const struct directive rows[] = {
    {"real_ip_header", DIRECTIVE_DONE, IN_HSL, ARGS_1, set_header,
     FIELD(TARGET_SETTINGS, struct settings, real_ip_header),
     .fallback = "X-Real-IP"},
    {"real_ip_recursive", DIRECTIVE_DONE, IN_HSL, ARGS_1, set_flag,
     FIELD(TARGET_SETTINGS, struct settings, real_ip_recursive),
     .fallback = "off"},
    {"set_real_ip_from", DIRECTIVE_DONE, IN_HSL, ARGS_1, set_trusted,
     FIELDS(TARGET_SETTINGS, struct settings, trusted, trusted_place,
            trusted_place),
     .repeats = true},
};
/* clang-format on */

const struct directive_table directives_peer = {"peer", rows, ARRAY_LEN(rows)};
