/* encoded.c - files that lie coded beside the plain one: page.html.gz
 *
 * The client's weights decide; where they are equal, the one that is usually
 * the smallest. What is coded "always" is sent to whoever asks, but after what
 * the client named. */
#include "content/encoded.h"

#include <errno.h>

#include "base/attr.h"
#include "conf/conf.h"
#include "content/errorlog.h"
#include "content/negotiate.h"
#include "content/resolve.h"
#include "content/trace.h"

struct sibling {
    enum encoding encoding;
    const char *suffix;
    enum conf_static use;
    unsigned weight; /* 0: not asked for */
    bool tried;
};

enum { SIBLINGS = 3 };

static unsigned weigh(const struct exchange *x, const struct sibling *s)
{
    struct encodings e = negotiate_read(x);
    unsigned weight = encoding_weight(&e, s->encoding);

    if (s->encoding == ENCODING_GZIP && weight > 0 &&
        s->use == CONF_STATIC_ON && !negotiate_gzip(x))
        return 0;
    return weight;
}

static bool prepare(const struct exchange *x, struct sibling *list)
{
    const struct settings *s = &x->location->settings;
    bool any = false;

    list[0] =
        (struct sibling){ENCODING_BROTLI, ".br",
                         (enum conf_static)s->brotli_static.value, 0, false};
    list[1] =
        (struct sibling){ENCODING_ZSTD, ".zst",
                         (enum conf_static)s->zstd_static.value, 0, false};
    list[2] = (struct sibling){
        ENCODING_GZIP, ".gz", (enum conf_static)s->gzip_static.value, 0, false};
    for (int i = 0; i < SIBLINGS; i++)
        any |= list[i].use != CONF_STATIC_OFF;
    for (int i = 0; any && i < SIBLINGS; i++)
        list[i].weight = weigh(x, &list[i]);
    return any;
}

static bool is_candidate(const struct sibling *s)
{
    return !s->tried && (s->use == CONF_STATIC_ALWAYS ||
                         (s->use == CONF_STATIC_ON && s->weight > 0));
}

static struct sibling *best(struct sibling *list)
{
    struct sibling *found = NULL;

    for (int i = 0; i < SIBLINGS; i++)
        if (is_candidate(&list[i]) &&
            (!found || list[i].weight > found->weight))
            found = &list[i];
    return found;
}

static struct str path_of(struct exchange *x, const struct sibling *s)
{
    return arena_printf(&x->arena, "%.*s%s", STR_ARG(x->filename), s->suffix);
}

static bool open_sibling(struct exchange *x, const struct sibling *s)
{
    struct str path = path_of(x, s);
    enum file_kind kind = FILE_OTHER;
    int err = path.at ? resolve_open_at(x, path.at, &kind) : -ENOMEM;

    if (err < 0 && err != -ENOENT && err != -ENOTDIR && err != -ENAMETOOLONG)
        errorlog_put(x, err == -EACCES || err == -ELOOP ? LOG_ERROR : LOG_CRIT,
                     err, "open() \"%.*s%s\" failed", STR_ARG(x->filename),
                     s->suffix);
    return err == 0 && kind == FILE_REGULAR;
}

/* Would another client get another answer? A cache between has to know. */
static bool varies(struct exchange *x, const struct sibling *list)
{
    for (int i = 0; i < SIBLINGS; i++) {
        enum file_kind kind = FILE_OTHER;
        struct str path;

        if (list[i].tried || list[i].use != CONF_STATIC_ON)
            continue;
        path = path_of(x, &list[i]);
        if (path.at && resolve_look(x, path.at, &kind) == 0 &&
            kind == FILE_REGULAR)
            return true;
    }
    return false;
}

static void note(struct exchange *x, const struct sibling *s)
{
    const struct settings *settings = &x->location->settings;
    struct place place =
        s->encoding == ENCODING_GZIP   ? settings->gzip_static.place
        : s->encoding == ENCODING_ZSTD ? settings->zstd_static.place
                                       : settings->brotli_static.place;

    if (!x->trace)
        return;
    trace_event(x, TRACE_FILE, place, path_of(x, s), STR(""));
    trace_event(x, TRACE_HEADER, place, STR("Content-Encoding"),
                encoding_name(s->encoding));
}

bool encoded_open(struct exchange *x)
{
    struct sibling list[SIBLINGS];
    struct sibling *s;

    if ((x->method != METHOD_GET && x->method != METHOD_HEAD) ||
        !prepare(x, list))
        return false;
    while ((s = best(list))) {
        s->tried = true;
        if (!open_sibling(x, s))
            continue;
        note(x, s);
        x->response.content_encoding = encoding_name(s->encoding);
        x->varies = s->use == CONF_STATIC_ON;
        break;
    }
    if (x->location->settings.gzip_vary.on && !x->varies)
        x->varies = varies(x, list);
    return s != NULL;
}
