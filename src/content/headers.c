/* headers.c - the fields that the configuration adds to an answer's head */
#include "content/headers.h"

#include <time.h>

#include "conf/array.h"
#include "conf/conf.h"
#include "conf/expires.h"
#include "content/trace.h"
#include "content/variable.h"
#include "http/date.h"

bool headers_are_for(unsigned status)
{
    switch (status) {
    case HTTP_OK:
    case HTTP_CREATED:
    case HTTP_NO_CONTENT:
    case HTTP_PARTIAL_CONTENT:
    case HTTP_MOVED_PERMANENTLY:
    case HTTP_MOVED_TEMPORARILY:
    case HTTP_SEE_OTHER:
    case HTTP_NOT_MODIFIED:
    case HTTP_TEMPORARY_REDIRECT:
    case HTTP_PERMANENT_REDIRECT:
        return true;
    default:
        return false;
    }
}

bool headers_add(struct exchange *x, struct str name, struct str value)
{
    struct response *r = &x->response;
    struct head_field *fields =
        array_grow(&x->arena, r->fields, r->field_count, sizeof(*fields));

    if (!fields)
        return false;
    r->fields = fields;
    fields[r->field_count++] = (struct head_field){name, value};
    return true;
}

static struct head_field *find(const struct exchange *x, struct str name)
{
    for (unsigned i = 0; i < x->response.field_count; i++)
        if (str_equals_nocase(x->response.fields[i].name, name))
            return &x->response.fields[i];
    return NULL;
}

struct str headers_find(const struct exchange *x, struct str name)
{
    const struct head_field *field = find(x, name);

    return field ? field->value : (struct str){NULL, 0};
}

static void remove_field(struct exchange *x, struct str name)
{
    struct response *r = &x->response;
    struct head_field *field;

    while ((field = find(x, name)))
        *field = r->fields[--r->field_count];
}

/* ---- expires ---- */

/* The next time that the clock shows this second of the day. */
static int64_t next_time(int64_t second_of_day, time_t now)
{
    struct tm tm;
    time_t next;

    if (!localtime_r(&now, &tm))
        return now;
    tm.tm_hour = (int)(second_of_day / 3600);
    tm.tm_min = (int)(second_of_day / 60 % 60);
    tm.tm_sec = (int)(second_of_day % 60);
    tm.tm_isdst = -1;
    next = mktime(&tm);
    if (next > now)
        return next;
    tm.tm_mday++;
    tm.tm_isdst = -1;
    return mktime(&tm);
}

static int64_t expires_at(const struct exchange *x,
                          const struct conf_expires *e)
{
    time_t now = x->env->wall.tv_sec;

    if (e->kind == CONF_EXPIRES_DAILY)
        return next_time(e->seconds, now);
    if (e->kind == CONF_EXPIRES_MODIFIED && e->seconds != 0 &&
        x->response.last_modified != -1)
        now = x->response.last_modified;
    return now + e->seconds;
}

static bool put_expires(struct exchange *x, struct str date, struct str control)
{
    struct place place = x->location->settings.expires.place;

    trace_event(x, TRACE_HEADER, place, STR("Expires"), date);
    trace_event(x, TRACE_HEADER, place, STR("Cache-Control"), control);
    return date.at && control.at && headers_add(x, STR("Expires"), date) &&
           headers_add(x, STR("Cache-Control"), control);
}

static bool put_computed(struct exchange *x, const struct conf_expires *e)
{
    int64_t at = expires_at(x, e);
    int64_t age = at - x->env->wall.tv_sec;
    char date[DATE_LEN];

    date_write(date, at);
    return put_expires(
        x, arena_copy(&x->arena, (struct str){date, sizeof(date)}),
        age < 0 || e->seconds < 0
            ? STR("no-cache")
            : arena_printf(&x->arena, "max-age=%lld", (long long)age));
}

static bool apply_expires(struct exchange *x, struct conf_expires e)
{
    if (e.value.source.len > 0) {
        struct str text = variable_text(x, &e.value);

        if (!text.at)
            return false;
        if (expires_parse(&e, text)) /* what is none is as good as "off" */
            return true;
    }
    switch (e.kind) {
    case CONF_EXPIRES_OFF:
        return true;
    case CONF_EXPIRES_EPOCH:
        return put_expires(x, STR("Thu, 01 Jan 1970 00:00:01 GMT"),
                           STR("no-cache"));
    case CONF_EXPIRES_MAX:
        return put_expires(x, STR("Thu, 31 Dec 2037 23:55:55 GMT"),
                           STR("max-age=315360000"));
    default:
        return put_computed(x, &e);
    }
}

/* ---- add_header ---- */

/* These two there is but one of: the configuration's takes its place, and an
 * empty one takes it away. */
static bool replaces(struct exchange *x, struct str name)
{
    if (str_equals_nocase(name, STR("etag")))
        x->response.etag = STR("");
    else if (str_equals_nocase(name, STR("last-modified")))
        x->response.last_modified = -1;
    else
        return false;
    remove_field(x, name);
    return true;
}

static bool apply_field(struct exchange *x, const struct conf_field *field)
{
    struct str value = variable_text(x, &field->value);

    if (!value.at && field->value.source.len > 0)
        return false;
    trace_event(x, TRACE_HEADER, field->place, field->name, value);
    replaces(x, field->name);
    return value.len == 0 || headers_add(x, field->name, value);
}

static bool apply_fields(struct exchange *x, const struct conf_fields *list)
{
    bool all = headers_are_for(x->response.status);

    for (; list; list = list->outer)
        for (unsigned i = 0; i < list->count; i++)
            if ((all || list->rows[i].always) &&
                !apply_field(x, &list->rows[i]))
                return false;
    return true;
}

bool headers_apply(struct exchange *x)
{
    const struct settings *s = &x->location->settings;

    if (headers_are_for(x->response.status) && !apply_expires(x, s->expires))
        return false;
    return apply_fields(x, s->headers);
}

/* ---- ETag ---- */

static bool weaken(struct exchange *x, struct str *tag)
{
    if (tag->len == 0 || str_starts_with(*tag, STR("W/")))
        return true;
    if (tag->at[0] != '"') {
        *tag = STR("");
        return true;
    }
    *tag = arena_printf(&x->arena, "W/%.*s", STR_ARG(*tag));
    return tag->at != NULL;
}

bool headers_weaken_etag(struct exchange *x)
{
    struct head_field *field = find(x, STR("ETag"));

    if (!weaken(x, &x->response.etag))
        return false;
    if (!field)
        return true;
    if (!weaken(x, &field->value))
        return false;
    if (field->value.len == 0)
        remove_field(x, STR("ETag"));
    return true;
}
