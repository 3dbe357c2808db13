/* syslog.c - a log that is a syslog server */
#include "conf/syslog.h"

#include <errno.h>

#include "base/attr.h"

static const struct str PREFIX = {"syslog:", 7};

static const struct str FACILITIES[] = {
    STR("kern"),     STR("user"),   STR("mail"),   STR("daemon"), STR("auth"),
    STR("intern"),   STR("lpr"),    STR("news"),   STR("uucp"),   STR("clock"),
    STR("authpriv"), STR("ftp"),    STR("ntp"),    STR("audit"),  STR("alert"),
    STR("cron"),     STR("local0"), STR("local1"), STR("local2"), STR("local3"),
    STR("local4"),   STR("local5"), STR("local6"), STR("local7"),
};

static const struct str SEVERITIES[] = {
    STR("emerg"), STR("alert"),  STR("crit"), STR("error"),
    STR("warn"),  STR("notice"), STR("info"), STR("debug"),
};

enum { LOCAL7 = 23, INFO = 6, USUAL_PORT = 514, NOT_SET = 255 };

bool syslog_is(struct str text)
{
    return str_starts_with(text, PREFIX);
}

static int refuse(struct buf *why, const char *format, struct str what)
{
    buf_printf(why, format, STR_ARG(what));
    return -EINVAL;
}

static bool find(const struct str *names, size_t count, struct str name,
                 unsigned *which)
{
    for (size_t i = 0; i < count; i++) {
        if (!str_equals(names[i], name))
            continue;
        *which = (unsigned)i;
        return true;
    }
    return false;
}

/* "host", "host:port", "1.2.3.4:port", "[::1]:port" or "unix:/path". */
static int take_server(struct syslog *s, struct str value, struct buf *why)
{
    struct str rest = value;
    const char *bracket = str_find(value, ']');
    uint64_t port;

    if (s->server.at)
        return refuse(why, "duplicate syslog \"server\"%.*s", STR(""));
    s->server = value;
    if (str_starts_with(value, STR("unix:"))) {
        s->unix_path = str_from(value, 5);
        return s->unix_path.len > 0
                   ? 0
                   : refuse(why, "no path in syslog server \"%.*s\"", value);
    }
    if (str_starts_with(value, STR("[")) && bracket) {
        s->host = str_between(value.at + 1, bracket);
        rest = str_from(value, s->host.len + 2);
        (void)str_cut(&rest, ':');
    } else {
        s->host = str_cut(&rest, ':');
    }
    if (s->host.len == 0)
        return refuse(why, "no host in syslog server \"%.*s\"", value);
    if (rest.at && (!str_number(rest, &port) || port == 0 || port > 65535))
        return refuse(why, "invalid port in syslog server \"%.*s\"", value);
    s->port = rest.at ? (uint16_t)port : USUAL_PORT;
    return 0;
}

static int take_facility(struct syslog *s, struct str value, struct buf *why)
{
    if (s->facility != NOT_SET)
        return refuse(why, "duplicate syslog \"facility\"%.*s", STR(""));
    if (!find(FACILITIES, ARRAY_LEN(FACILITIES), value, &s->facility))
        return refuse(why, "unknown syslog facility \"%.*s\"", value);
    return 0;
}

static int take_severity(struct syslog *s, struct str value, struct buf *why)
{
    if (s->severity != NOT_SET)
        return refuse(why, "duplicate syslog \"severity\"%.*s", STR(""));
    if (!find(SEVERITIES, ARRAY_LEN(SEVERITIES), value, &s->severity))
        return refuse(why, "unknown syslog severity \"%.*s\"", value);
    return 0;
}

static int take_tag(struct syslog *s, struct str value, struct buf *why)
{
    if (s->tag.at)
        return refuse(why, "duplicate syslog \"tag\"%.*s", STR(""));
    if (value.len > SYSLOG_TAG_MAX)
        return refuse(why, "syslog tag length exceeds 32%.*s", STR(""));
    for (size_t i = 0; i < value.len; i++) {
        char c = str_lower(value.at[i]);

        if ((c < 'a' || c > 'z') && !str_is_digit(c) && c != '_')
            return refuse(why,
                          "syslog \"tag\" only allows alphanumeric "
                          "characters and underscore%.*s",
                          STR(""));
    }
    s->tag = value;
    return 0;
}

static int take_word(struct syslog *s, struct str word, struct buf *why)
{
    static const struct {
        struct str name;
        int (*take)(struct syslog *, struct str, struct buf *);
    } words[] = {
        {STR("server="), take_server},
        {STR("facility="), take_facility},
        {STR("severity="), take_severity},
        {STR("tag="), take_tag},
    };

    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (str_starts_with(word, words[i].name))
            return words[i].take(s, str_from(word, words[i].name.len), why);
    if (!str_equals(word, STR("nohostname")))
        return refuse(why, "unknown syslog parameter \"%.*s\"", word);
    s->nohostname = true;
    return 0;
}

int syslog_parse(struct syslog *into, struct str text, struct buf *why)
{
    struct syslog s = {.facility = NOT_SET, .severity = NOT_SET};
    struct str rest = str_from(text, PREFIX.len);

    while (rest.at) {
        int err = take_word(&s, str_cut(&rest, ','), why);

        if (err < 0)
            return err;
    }
    if (!s.server.at)
        return refuse(why, "no syslog server specified%.*s", STR(""));
    if (s.facility == NOT_SET)
        s.facility = LOCAL7;
    if (s.severity == NOT_SET)
        s.severity = INFO;
    if (!s.tag.at)
        s.tag = STR("nginx");
    *into = s;
    return 0;
}

void syslog_head(struct buf *into, const struct syslog *s, enum log_level level,
                 const struct tm *local, struct str hostname)
{
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    /* Ours begin with LOG_STDERR, syslog's with "emerg". */
    unsigned severity = level == LOG_STDERR ? s->severity : (unsigned)level - 1;

    buf_printf(into, "<%u>%.3s %2d %02d:%02d:%02d ", s->facility * 8 + severity,
               months + (local->tm_mon % 12) * 3, local->tm_mday,
               local->tm_hour, local->tm_min, local->tm_sec);
    if (!s->nohostname) {
        buf_put(into, hostname);
        buf_put_char(into, ' ');
    }
    buf_put(into, s->tag);
    buf_put(into, STR(": "));
}
