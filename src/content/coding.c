/* coding.c - what is done to an answer's content on its way
 *
 * The order is nginx's: gunzip, charset, gzip. */
#include "content/coding.h"

#include "conf/conf.h"
#include "conf/types.h"
#include "content/headers.h"
#include "content/negotiate.h"
#include "content/trace.h"
#include "content/variable.h"
#include "content/zipped.h"

static const struct settings *settings_of(const struct exchange *x)
{
    return &x->location->settings;
}

/* Would it be coded, if only the client takes it? */
static bool may_zip(const struct exchange *x, unsigned status)
{
    const struct settings *s = settings_of(x);
    const struct response *r = &x->response;

    if (!s->gzip.on || r->content_encoding.len > 0)
        return false;
    if (status != HTTP_OK && status != HTTP_FORBIDDEN &&
        status != HTTP_NOT_FOUND)
        return false;
    if (r->content_length >= 0 &&
        (uint64_t)r->content_length < s->gzip_min_length.value)
        return false;
    return r->content_type.len > 0 &&
           types_hold(&s->gzip_types, r->content_type);
}

/* Would it be decoded, if the client takes no gzip? */
static bool may_unzip(const struct exchange *x)
{
    return settings_of(x)->gunzip.on &&
           str_equals(x->response.content_encoding, STR("gzip"));
}

bool coding_changes(struct exchange *x, unsigned status)
{
    bool decodes = may_unzip(x);

    if (!decodes && !may_zip(x, status))
        return false;
    x->varies = true;
    return negotiate_gzip(x) != decodes;
}

/* The bytes are others than the file's from here on. */
static bool change(struct exchange *x, struct str encoding)
{
    struct response *r = &x->response;

    r->content_encoding = encoding;
    r->content_length = -1;
    r->accept_ranges = false;
    return headers_weaken_etag(x);
}

static bool unzip(struct exchange *x)
{
    return zipped_decode(x) == 0 && change(x, STR(""));
}

static bool zip(struct exchange *x)
{
    trace_event(x, TRACE_HEADER, settings_of(x)->gzip.place,
                STR("Content-Encoding"), STR("gzip"));
    return zipped_encode(x) == 0 && change(x, STR("gzip"));
}

static bool name_coding(struct exchange *x)
{
    const struct settings *s = settings_of(x);
    const struct response *r = &x->response;

    if (x->varies && s->gzip_vary.on) {
        trace_event(x, TRACE_HEADER, s->gzip_vary.place, STR("Vary"),
                    STR("Accept-Encoding"));
        if (!headers_add(x, STR("Vary"), STR("Accept-Encoding")))
            return false;
    }
    return r->content_encoding.len == 0 ||
           headers_add(x, STR("Content-Encoding"), r->content_encoding);
}

/* ---- charset ---- */

/* A charset that is there already stays, unless it is to be replaced; other
 * parameters are the operator's own. nginx names none for 301 and 302. */
static bool takes_charset(const struct exchange *x, struct str *type)
{
    const struct settings *s = settings_of(x);
    struct str rest = x->response.content_type;
    unsigned status = x->response.status;

    *type = str_cut(&rest, ';');
    if (type->len == 0 || status == HTTP_MOVED_PERMANENTLY ||
        status == HTTP_MOVED_TEMPORARILY)
        return false;
    if (rest.at && !(s->override_charset.on &&
                     str_starts_with_nocase(str_trim(rest), STR("charset="))))
        return false;
    return types_hold(&s->charset_types, *type);
}

bool coding_name_charset(struct exchange *x)
{
    const struct template *t = &settings_of(x)->charset.value;
    struct str charset;
    struct str type;

    if (t->source.len == 0 || str_equals(t->source, STR("off")) ||
        !takes_charset(x, &type))
        return true;
    charset = variable_text(x, t);
    if (charset.len == 0)
        return charset.at != NULL;
    x->response.content_type = arena_printf(&x->arena, "%.*s; charset=%.*s",
                                            STR_ARG(type), STR_ARG(charset));
    trace_event(x, TRACE_HEADER, settings_of(x)->charset.place,
                STR("Content-Type"), x->response.content_type);
    return x->response.content_type.at != NULL;
}

/* ---- the whole ---- */

bool coding_apply(struct exchange *x)
{
    bool decodes = may_unzip(x);
    bool done = coding_name_charset(x);

    if (done && coding_changes(x, x->response.status))
        done = decodes ? unzip(x) : zip(x);
    return done && name_coding(x);
}
