/* path.c - from the target's raw path to a name under the root, and back */
#include "http/path.h"

#include "base/attr.h"

/* What one step of reading a raw path yields. */
enum step { STEP_END, STEP_CHAR, STEP_SLASH, STEP_BAD };

/* The next byte, decoded; `c` is any byte but '/' for STEP_CHAR. An encoded
 * slash is a slash: what follows is read no differently. */
static enum step read_step(struct str *rest, char *c)
{
    int high, low;

    if (rest->len == 0)
        return STEP_END;
    *c = *rest->at;
    if (*c != '%') {
        *rest = str_from(*rest, 1);
    } else {
        high = rest->len > 2 ? str_hex_value(rest->at[1]) : -1;
        low = rest->len > 2 ? str_hex_value(rest->at[2]) : -1;
        if (high < 0 || low < 0)
            return STEP_BAD;
        *c = (char)(high << 4 | low);
        *rest = str_from(*rest, 3);
    }
    if (*c == '\0')
        return STEP_BAD;
    return *c == '/' ? STEP_SLASH : STEP_CHAR;
}

/* The path so far; `segment` is where its last segment begins, right behind a
 * slash. It never grows beyond the raw text. */
struct cleaner {
    char *text;
    size_t len;
    size_t segment;
};

static bool segment_is(const struct cleaner *c, const char *dots)
{
    size_t len = strlen(dots);

    return c->len - c->segment == len &&
           memcmp(c->text + c->segment, dots, len) == 0;
}

/* Takes ".." and the segment before it away; false at the root. */
static bool climb(struct cleaner *c)
{
    if (c->segment == 1)
        return false;
    c->len = c->segment - 1; /* the slash before ".." */
    while (c->text[c->len - 1] != '/')
        c->len--;
    c->segment = c->len;
    return true;
}

/* A segment is complete: a dot segment acts, with the slash behind it. Says
 * whether a slash is still to be written; -1 above the root. */
static int end_segment(struct cleaner *c)
{
    if (segment_is(c, ".")) {
        c->len = c->segment;
        return 0;
    }
    if (segment_is(c, ".."))
        return climb(c) ? 0 : -1;
    return 1;
}

static bool clean(struct cleaner *c, struct str raw, bool merge_slashes)
{
    struct str rest = raw;
    int slash = 1; /* false where nothing or only dots stood before it */
    enum step step;
    char byte;

    for (;;) {
        step = read_step(&rest, &byte);
        if (step == STEP_BAD)
            return false;
        if (step == STEP_CHAR) {
            c->text[c->len++] = byte;
            continue;
        }
        if (c->len > 0)
            slash = end_segment(c);
        if (slash < 0)
            return false;
        if (step == STEP_END)
            return true;
        if (slash && merge_slashes && c->len > 0 && c->len == c->segment)
            continue;
        if (slash)
            c->text[c->len++] = '/';
        c->segment = c->len;
    }
}

/* Nothing to decode, remove or merge: nearly every path. */
static bool is_clean(struct str raw)
{
    for (size_t i = 0; i < raw.len; i++) {
        if (raw.at[i] == '%' || raw.at[i] == '\0')
            return false;
        if (raw.at[i] == '/' && i + 1 < raw.len &&
            (raw.at[i + 1] == '/' || raw.at[i + 1] == '.'))
            return false;
    }
    return true;
}

enum http_status path_clean(struct str raw, bool merge_slashes,
                            struct arena *arena, struct str *path)
{
    struct cleaner c = {0};

    if (raw.len == 0 || raw.at[0] != '/')
        return HTTP_BAD_REQUEST;
    c.text = arena_alloc(arena, raw.len + 1);
    if (!c.text)
        return HTTP_UNAVAILABLE;
    if (is_clean(raw)) {
        memcpy(c.text, raw.at, raw.len);
        c.len = raw.len;
    } else if (!clean(&c, raw, merge_slashes)) {
        return HTTP_BAD_REQUEST;
    }
    c.text[c.len] = '\0';
    *path = (struct str){c.text, c.len};
    return HTTP_NONE;
}

void path_split(struct str target, struct str *path, struct str *args)
{
    const char *mark = str_find(target, '#');

    if (mark)
        target = str_between(target.at, mark);
    *args = target;
    *path = str_cut(args, '?');
}

enum escape {
    ESCAPE_PATH,    /* pchar and '/' stay */
    ESCAPE_SEGMENT, /* as before, without '/', ':' and what '?' and '&' mean */
    ESCAPE_ARGS,    /* all but what no URI holds stays */
};

static bool is_unreserved(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           str_is_digit(c) || (c != '\0' && strchr("-._~", c));
}

static bool stays(char c, enum escape how)
{
    if (is_unreserved(c))
        return true;
    if (c <= 0x20 || c >= 0x7f) /* char may be signed: bytes over 0x7f too */
        return false;
    if (how == ESCAPE_ARGS)
        return !strchr("\"<>\\^`{|}", c);
    if (how == ESCAPE_SEGMENT)
        return strchr("!$()*+,;=@", c) != NULL;
    return strchr("!$&'()*+,;=:@/", c) != NULL;
}

static void put_encoded(struct buf *into, char c)
{
    static const char hex[] = "0123456789ABCDEF";
    unsigned char byte = (unsigned char)c;
    char text[3] = {'%', hex[byte >> 4], hex[byte & 15]};

    buf_put(into, (struct str){text, sizeof(text)});
}

static void put_escaped(struct buf *into, struct str text, enum escape how)
{
    size_t run = 0;

    for (size_t i = 0; i < text.len; i++) {
        if (stays(text.at[i], how))
            continue;
        buf_put(into, str_between(text.at + run, text.at + i));
        put_encoded(into, text.at[i]);
        run = i + 1;
    }
    if (text.len > 0)
        buf_put(into, str_between(text.at + run, text.at + text.len));
}

void path_put_escaped(struct buf *into, struct str path)
{
    if (str_starts_with(path, STR("//"))) {
        buf_put(into, STR("/%2F"));
        path = str_from(path, 2);
    }
    put_escaped(into, path, ESCAPE_PATH);
}

void path_put_segment(struct buf *into, struct str name)
{
    put_escaped(into, name, ESCAPE_SEGMENT);
}

void path_put_args(struct buf *into, struct str args)
{
    put_escaped(into, args, ESCAPE_ARGS);
}

static bool is_value_char(char c)
{
    return c > ' ' && c < 0x7f && !strchr("#%&+;?", c);
}

void path_put_value(struct buf *into, struct str value)
{
    for (size_t i = 0; i < value.len; i++) {
        if (is_value_char(value.at[i]))
            buf_put_char(into, value.at[i]);
        else
            put_encoded(into, value.at[i]);
    }
}

/* The character that "%XX" at the front of the text stands for, if a redirect
 * may have it plain; else 0. */
static char plain_char(struct str text)
{
    int high = text.len > 2 ? str_hex_value(text.at[1]) : -1;
    int low = text.len > 2 ? str_hex_value(text.at[2]) : -1;
    int c = high * 16 + low;

    return text.at[0] == '%' && high >= 0 && low >= 0 && c > '%' && c < 0x7f
               ? (char)c
               : 0;
}

void path_put_redirect(struct buf *into, struct str target)
{
    char c = 0;

    while (target.len > 0 && target.at[0] != '?' && c != '?') {
        c = plain_char(target);
        buf_put_char(into, c ? c : target.at[0]);
        target = str_from(target, c ? 3 : 1);
    }
    buf_put(into, target);
}

bool path_climbs(struct str path)
{
    while (path.at)
        if (str_equals(str_cut(&path, '/'), STR("..")))
            return true;
    return false;
}

bool path_is_hidden(struct str path)
{
    struct str rest = path;
    bool first = true;

    while (rest.at) {
        struct str segment = str_cut(&rest, '/');

        if (segment.len == 0)
            continue;
        /* Only as the first directory is it anything known (RFC 8615). */
        if (segment.at[0] == '.' &&
            !(first && str_equals(segment, STR(".well-known"))))
            return true;
        first = false;
    }
    return false;
}
