/* condition.c - may this answer be sent, and whole? */
#include "http/condition.h"

#include "http/date.h"
#include "http/etag.h"

/* Does one line of a list name our tag? "*" names whatever there is. Only the
 * weak comparison takes a tag with W/ for ours, which never has one. */
static bool line_names(struct str list, struct str etag, bool weakly)
{
    struct str tag;
    bool weak;

    if (str_equals(list, STR("*")))
        return true;
    while (etag.len > 0 && etag_next(&list, &tag, &weak))
        if ((weakly || !weak) && str_equals(tag, etag))
            return true;
    return false;
}

/* All lines of the field are one list (RFC 9110 section 5.3). */
static bool field_names(const struct request *r, enum request_field field,
                        struct str etag, bool weakly)
{
    struct message_cursor cursor = {0};

    while (message_next_of(r, field, &cursor))
        if (line_names(cursor.value, etag, weakly))
            return true;
    return false;
}

/* A date that is none is no condition (RFC 9110 sections 13.1.3, 13.1.4). */
static bool has_date(const struct request *r, enum request_field field,
                     int64_t now, int64_t *seconds)
{
    return r->fields[field].at && date_parse(r->fields[field], now, seconds);
}

static bool was_modified_since(const struct validators *v, int64_t since)
{
    switch (v->since) {
    case SINCE_EXACT:
        return v->modified != since;
    case SINCE_BEFORE:
        return v->modified > since;
    case SINCE_OFF:
        break;
    }
    return true;
}

enum http_status condition_check(const struct request *r,
                                 const struct validators *v)
{
    int64_t date;

    if (r->fields[FIELD_IF_MATCH].at) {
        if (!field_names(r, FIELD_IF_MATCH, v->etag, false))
            return HTTP_PRECONDITION_FAILED;
    } else if (has_date(r, FIELD_IF_UNMODIFIED_SINCE, v->now, &date)) {
        if (v->modified > date)
            return HTTP_PRECONDITION_FAILED;
    }
    if (r->fields[FIELD_IF_NONE_MATCH].at) {
        if (field_names(r, FIELD_IF_NONE_MATCH, v->etag, true))
            return HTTP_NOT_MODIFIED;
    } else if (has_date(r, FIELD_IF_MODIFIED_SINCE, v->now, &date)) {
        if (!was_modified_since(v, date))
            return HTTP_NOT_MODIFIED;
    }
    return HTTP_NONE;
}

bool condition_allows_range(const struct request *r, const struct validators *v)
{
    struct str value = r->fields[FIELD_IF_RANGE];
    struct str tag;
    int64_t date;
    bool weak;

    if (!value.at)
        return true;
    if (etag_next(&value, &tag, &weak))
        return !weak && value.len == 0 && str_equals(tag, v->etag);
    /* A date is a strong validator only once its second is over (RFC 9110
     * section 8.8.2.2): the file may change again within it. */
    return date_parse(value, v->now, &date) && date == v->modified &&
           v->modified < v->now;
}
