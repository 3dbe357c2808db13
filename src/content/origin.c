#include "content/origin.h"

#include <stddef.h>

#include "conf/conf.h"

/* A field that prong makes itself, and the setting that shapes it. */
struct row {
    struct str name;
    size_t place_at; /* in struct settings */
};

#define NAMED(name, member)                                                    \
    {                                                                          \
        STR(name), offsetof(struct settings, member)                           \
    }

static const struct row rows[] = {
    NAMED("Server", server_tokens.place),
    NAMED("ETag", etag.place),
    NAMED("Accept-Ranges", max_ranges.place),
    NAMED("Connection", keepalive_timeout.place),
    NAMED("Keep-Alive", keepalive_timeout.place),
    NAMED("Expires", expires.place),
    NAMED("Cache-Control", expires.place),
    NAMED("Content-Encoding", gzip.place),
    NAMED("Vary", gzip_vary.place),
    NAMED("WWW-Authenticate", auth_basic.place),
};

/* What no setting is about. */
static const struct {
    struct str name;
    const char *origin;
} facts[] = {
    {STR("Date"), "the clock"},
    {STR("Content-Length"), "the content"},
    {STR("Content-Range"), "the request's Range"},
    {STR("Last-Modified"), "the file"},
    {STR("Allow"), "what files can be asked"},
    {STR("Transfer-Encoding"), "the content"},
};

/* The last step that may have said where to go on. */
static const struct trace_event *find_director(const struct explain *e)
{
    const struct trace_event *found = NULL;

    for (const struct explain_step *s = e->first; s; s = s->next)
        if (place_is_set(s->event.place) &&
            (s->event.kind == TRACE_RETURN || s->event.kind == TRACE_REWRITE ||
             s->event.kind == TRACE_REDIRECT))
            found = &s->event;
    return found;
}

/* The value of a field that several steps gave: the one that gave this. */
static const struct trace_event *find_told(const struct explain *e,
                                           const struct explain_field *field)
{
    const struct trace_event *found = NULL;

    for (const struct explain_step *s = e->first; s; s = s->next)
        if (s->event.kind == TRACE_HEADER &&
            str_equals_nocase(s->event.what, field->name) &&
            str_equals(s->event.detail, field->value))
            found = &s->event;
    return found;
}

static void find_type(const struct settings *s, struct explain_field *field)
{
    if (str_equals(field->value, s->default_type.text))
        field->place = s->default_type.place;
    else
        field->place = s->types_place;
}

/* What return, rewrite or error_page says. */
static void find_target(const struct explain *e, struct explain_field *field)
{
    const struct trace_event *told = find_director(e);

    if (told)
        field->place = told->place;
}

/* What a step told of without naming a line is prong's own. */
static const char *own_origin(const struct explain_field *field)
{
    return str_equals_nocase(field->name, STR("Location"))
               ? "a directory that was asked for without its slash"
               : "prong's own page";
}

static bool find_fact(struct explain_field *field)
{
    for (size_t i = 0; i < ARRAY_LEN(facts); i++)
        if (str_equals_nocase(field->name, facts[i].name)) {
            field->origin = facts[i].origin;
            return true;
        }
    return false;
}

static void find_setting(const struct settings *s, struct explain_field *field)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (str_equals_nocase(field->name, rows[i].name))
            field->place =
                *(const struct place *)(const void *)((const char *)s +
                                                      rows[i].place_at);
}

void origin_find(const struct explain *e, struct explain_field *field)
{
    const struct settings *s = &e->x.location->settings;
    const struct trace_event *told = find_told(e, field);

    if (told && !place_is_set(told->place))
        field->origin = own_origin(field);
    else if (told)
        field->place = told->place;
    else if (str_equals_nocase(field->name, STR("Location")))
        find_target(e, field);
    else if (str_equals_nocase(field->name, STR("Content-Type")))
        find_type(s, field);
    else if (!find_fact(field))
        find_setting(s, field);
    if (!place_is_set(field->place) && !field->origin)
        field->origin = "by default";
}
