/* coding.c - what is done to an answer's content on its way
 *
 * The order is nginx's: gunzip, charset, gzip. */
#include "content/coding.h"

#include "conf/conf.h"
#include "conf/types.h"
#include "content/headers.h"
#include "content/negotiate.h"
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
    return zipped_encode(x) == 0 && change(x, STR("gzip"));
}

static bool name_coding(struct exchange *x)
{
    const struct response *r = &x->response;

    if (x->varies && settings_of(x)->gzip_vary.on &&
        !headers_add(x, STR("Vary"), STR("Accept-Encoding")))
        return false;
    return r->content_encoding.len == 0 ||
           headers_add(x, STR("Content-Encoding"), r->content_encoding);
}

bool coding_apply(struct exchange *x)
{
    bool decodes = may_unzip(x);
    bool done = true;

    if (coding_changes(x, x->response.status))
        done = decodes ? unzip(x) : zip(x);
    return done && name_coding(x);
}
