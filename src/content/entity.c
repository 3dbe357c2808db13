/* entity.c - a file as an answer */
#include "content/entity.h"

#include <errno.h>

#include "conf/conf.h"
#include "content/coding.h"
#include "content/errorlog.h"
#include "http/condition.h"
#include "http/etag.h"
#include "http/range.h"
#include "ipc/slot.h"

/* The file was rewritten while its answer was being made: once more. */
static const enum http_status CHANGED = HTTP_CONFLICT;
enum { TRIES_MAX = 4 };

struct str entity_type(const struct exchange *x)
{
    const struct settings *s = &x->location->settings;
    struct str type = mime_find(s->types, x->path);

    return type.at ? type : s->default_type.text;
}

/* A date that is yet to come would be none (RFC 9110 section 8.8.2.1). */
static time_t modified_of(const struct exchange *x)
{
    time_t now = x->env->wall.tv_sec;

    return x->file.mtime.tv_sec > now ? now : x->file.mtime.tv_sec;
}

/* Conditions and ranges are for 200 alone, which an error_page may be, too. */
static bool is_plain(const struct exchange *x)
{
    return x->refused == 0 || x->refused == HTTP_OK;
}

static enum http_status describe(struct exchange *x)
{
    const struct settings *s = &x->location->settings;
    struct response *r = &x->response;
    char memory[ETAG_MAX];
    struct buf etag = buf_over(memory, sizeof(memory));

    r->status = HTTP_OK;
    r->content_type = entity_type(x);
    r->content_length = (int64_t)x->file.size;
    r->last_modified = modified_of(x);
    r->accept_ranges = is_plain(x) && s->max_ranges.value > 0;
    if (!s->etag.on)
        return HTTP_NONE;
    etag_put(&etag, x->file.mtime.tv_sec, (uint32_t)x->file.mtime.tv_nsec,
             x->file.size);
    r->etag = arena_copy(&x->arena, buf_str(&etag));
    return r->etag.at ? HTTP_NONE : HTTP_UNAVAILABLE;
}

static struct validators validators_of(const struct exchange *x)
{
    return (struct validators){
        .etag = x->response.etag,
        .modified = x->response.last_modified,
        .now = x->env->wall.tv_sec,
        .since =
            (enum condition_since)x->location->settings.if_modified_since.value,
    };
}

/* What describes content that is not sent stays out (RFC 9110 section
 * 15.4.5); the validators say which one the client has. */
static void not_modified(struct exchange *x)
{
    x->response.status = HTTP_NOT_MODIFIED;
    x->response.content_type = STR("");
    x->response.content_encoding = STR("");
    x->response.accept_ranges = false;
}

static enum http_status refuse_body(struct exchange *x, int err)
{
    if (err == -ENOMEM)
        return HTTP_UNAVAILABLE;
    if (err == -ESTALE)
        return CHANGED;
    slot_add(x->env->slot, COUNTER_io_errors, 1);
    errorlog_put(x, LOG_CRIT, err, "pread() \"%.*s\" failed",
                 STR_ARG(x->filename));
    return HTTP_INTERNAL_ERROR;
}

/* HEAD learns the length alone, so nothing is read for it. */
static enum http_status send_bytes(struct exchange *x, uint64_t at,
                                   uint64_t len)
{
    int err = x->method == METHOD_HEAD ? 0 : body_file(x, at, len);

    x->response.content_length = (int64_t)len;
    return err < 0 ? refuse_body(x, err) : HTTP_NONE;
}

static struct str content_range(struct exchange *x, const struct range *range)
{
    char memory[80];
    struct buf text = buf_over(memory, sizeof(memory));

    if (range)
        range_put_content(&text, *range, x->file.size);
    else
        range_put_unsatisfied(&text, x->file.size);
    return arena_copy(&x->arena, buf_str(&text));
}

static enum http_status send_ranges(struct exchange *x,
                                    const struct range_set *set)
{
    int err;

    x->response.status = HTTP_PARTIAL_CONTENT;
    x->response.accept_ranges = false; /* Content-Range says as much */
    if (set->count == 1) {
        x->response.content_range = content_range(x, &set->ranges[0]);
        return send_bytes(x, set->ranges[0].at, set->ranges[0].len);
    }
    if (!coding_name_charset(x)) /* of each part */
        return HTTP_UNAVAILABLE;
    err = body_multipart(x, set, x->response.content_type);
    return err < 0 ? refuse_body(x, err) : HTTP_NONE;
}

/* Range means something for GET alone (RFC 9110 section 14.2). */
static bool ranges_count(struct exchange *x, const struct validators *v)
{
    return x->request.method == METHOD_GET &&
           x->request.fields[FIELD_RANGE].at && x->response.accept_ranges &&
           !coding_changes(x, is_plain(x) ? HTTP_OK : x->refused) &&
           condition_allows_range(&x->request, v);
}

static enum http_status send_content(struct exchange *x,
                                     const struct validators *v)
{
    const struct settings *s = &x->location->settings;
    struct range_set set;
    enum range_verdict verdict = RANGE_WHOLE;

    if (ranges_count(x, v))
        verdict =
            range_parse(x->request.fields[FIELD_RANGE], x->file.size, &set);
    if (verdict == RANGE_PARTIAL && set.count <= s->max_ranges.value)
        return send_ranges(x, &set);
    if (verdict == RANGE_UNSATISFIABLE) {
        x->response.content_range = content_range(x, NULL);
        return HTTP_RANGE_NOT_SATISFIABLE;
    }
    return send_bytes(x, 0, x->file.size);
}

enum http_status entity_check_text(const struct exchange *x)
{
    struct validators none = {.modified = INT64_MIN, .since = SINCE_OFF};

    if (!is_plain(x) || (x->method != METHOD_GET && x->method != METHOD_HEAD))
        return HTTP_NONE;
    return condition_check(&x->request, &none);
}

static enum http_status answer_once(struct exchange *x)
{
    enum http_status status = describe(x);
    struct validators v = validators_of(x);

    if (status == HTTP_NONE && is_plain(x))
        status = condition_check(&x->request, &v);
    if (status == HTTP_NOT_MODIFIED) {
        not_modified(x);
        return HTTP_NONE;
    }
    return status == HTTP_NONE ? send_content(x, &v) : status;
}

enum http_status entity_answer(struct exchange *x)
{
    struct str range = x->response.content_range; /* of a 416, with its page */
    enum http_status status = answer_once(x);
    int tries = 1;

    while (status == CHANGED && tries++ < TRIES_MAX &&
           file_refresh(&x->file) == 0) {
        x->response.content_range = range;
        status = answer_once(x);
    }
    /* What is in memory by now needs the file no more. */
    if (!x->body.ops || x->body.single.kind == PIECE_MEMORY)
        exchange_close_file(x);
    return status == CHANGED ? refuse_body(x, -EIO) : status;
}
