/* explain.c - asks the code that serves, and keeps what it tells */
#include "content/explain.h"

#include <errno.h>

#include "conf/array.h"
#include "conf/conf.h"
#include "content/origin.h"
#include "content/respond.h"

enum { WAITS_MAX = 100 }; /* of one request; a server would not stop */

/* ---- listening ---- */

static struct str copy(struct explain *e, struct str text)
{
    struct str kept = arena_copy(&e->x.arena, text);

    e->failed |= !kept.at;
    return text.at ? kept : text;
}

/* The same told once more, by who knows less of it. */
static bool is_echo(const struct explain_step *last,
                    const struct trace_event *event)
{
    return last && event->kind == TRACE_REDIRECT &&
           last->event.kind == TRACE_REDIRECT && !place_is_set(event->place) &&
           str_equals(last->event.what, event->what);
}

static void keep_step(struct trace *trace, const struct trace_event *event)
{
    struct explain *e = CONTAINER_OF(trace, struct explain, trace);
    struct explain_step *step;

    if (is_echo(e->last, event))
        return;
    step = arena_alloc(&e->x.arena, sizeof(*step));
    if (!step) {
        e->failed = true;
        return;
    }
    step->event = *event;
    step->event.what = copy(e, event->what);
    step->event.detail = copy(e, event->detail);
    if (e->last)
        e->last->next = step;
    else
        e->first = step;
    e->last = step;
}

/* What stands in a line of the error log between its head and its tail. */
static struct str text_of_line(struct str line)
{
    const char *from = memmem(line.at, line.len, ": *", 3);
    const char *end;

    if (from)
        from = memchr(from + 3, ' ', line.len - (size_t)(from + 3 - line.at));
    if (from)
        line = str_between(from + 1, line.at + line.len);
    end = memmem(line.at, line.len, ", client: ", 10);
    return end ? str_between(line.at, end) : str_trim(line);
}

static void keep_line(struct env *env, const struct conf_log *log,
                      enum log_level level, struct str line)
{
    struct explain *e = CONTAINER_OF(env, struct explain, env);
    struct trace_event note = {
        TRACE_NOTE, {0}, text_of_line(line), str_of(log_level_name(level))};

    (void)log;
    /* Several logs take the same line. */
    if (e->last && e->last->event.kind == TRACE_NOTE &&
        str_equals(e->last->event.what, note.what))
        return;
    keep_step(&e->trace, &note);
}

/* ---- the head of the answer ---- */

static bool take_field(struct explain *e, struct str line)
{
    struct explain_field *fields;
    struct str rest = line;
    struct str name = str_cut(&rest, ':');

    fields =
        array_grow(&e->x.arena, e->fields, e->field_count, sizeof(*fields));
    if (!fields)
        return false;
    e->fields = fields;
    fields[e->field_count] = (struct explain_field){
        .name = name,
        .value = str_trim(rest),
    };
    origin_find(e, &fields[e->field_count++]);
    return true;
}

static void take_head(struct explain *e)
{
    struct buf text = {0};
    struct str rest;

    respond_head(&e->x, &text);
    rest = copy(e, buf_str(&text));
    e->failed |= text.failed;
    buf_close(&text);
    str_cut(&rest, '\n'); /* the status line */
    while (rest.at && rest.len > 2) {
        struct str line = str_cut(&rest, '\n');

        if (str_ends_with(line, STR("\r")))
            line.len--;
        e->failed |= !take_field(e, line);
    }
}

/* ---- asking ---- */

static void set_limits(struct explain *e)
{
    const struct server_settings *s =
        &e->peer.endpoint->default_server->settings;
    struct parser_limits *l = &e->limits;

    l->line = s->large_client_header_buffer_size.value;
    if (l->line < s->client_header_buffer_size.value)
        l->line = s->client_header_buffer_size.value;
    l->head = s->large_client_header_buffers.value *
              s->large_client_header_buffer_size.value;
    if (l->head < l->line)
        l->head = l->line;
}

static void begin(struct explain *e)
{
    e->env = (struct env){
        .conf = e->conf,
        .now_ms = (uint64_t)e->wall.tv_sec * 1000,
        .wall = e->wall,
        .has_openat2 = file_has_openat2(),
        .log_level = LOG_INFO,
        .log_line = keep_line,
    };
    e->trace.listen = keep_step;
    e->peer.opened_ms = e->env.now_ms;
    e->peer.requests = 1;
    e->x.env = &e->env;
    e->x.peer = &e->peer;
    e->x.trace = &e->trace;
    exchange_reset(&e->x);
    set_limits(e);
}

/* Time passes at once; who waits for something else waits in vain. */
static void answer(struct explain *e)
{
    for (int i = 0; i < WAITS_MAX; i++) {
        if (respond(&e->x) == RESPOND_DONE)
            return;
        if (e->x.wait.until_ms > e->env.now_ms)
            e->env.now_ms = e->x.wait.until_ms;
    }
    respond_refusal(&e->x, HTTP_UNAVAILABLE);
}

int explain_run(struct explain *e)
{
    struct parser parser;
    size_t taken;

    begin(e);
    parser_open(&parser, &e->x.request, &e->x.arena, &e->limits);
    switch (parser_feed(&parser, e->head, &taken)) {
    case PARSER_HEAD:
        e->x.request_bytes = taken;
        answer(e);
        break;
    case PARSER_REFUSED:
        if (parser.reason)
            trace_event(&e->x, TRACE_NOTE, (struct place){0},
                        str_of(parser.reason), STR("info"));
        respond_refusal(&e->x, parser.status);
        e->x.response.keep_alive = false;
        break;
    default:
        return -EINVAL;
    }
    if (e->x.response.status != HTTP_CLOSE)
        take_head(e);
    return e->failed ? -ENOMEM : 0;
}

void explain_close(struct explain *e)
{
    if (e->x.env)
        exchange_close(&e->x);
}

const char *explain_kind_name(enum trace_kind kind)
{
    static const char *const names[] = {
        [TRACE_SERVER] = "server", [TRACE_LOCATION] = "location",
        [TRACE_RIVAL] = "rival",   [TRACE_SET] = "set",
        [TRACE_IF] = "if",         [TRACE_REWRITE] = "rewrite",
        [TRACE_RETURN] = "return", [TRACE_BREAK] = "break",
        [TRACE_TRY] = "try",       [TRACE_REDIRECT] = "redirect",
        [TRACE_ACCESS] = "access", [TRACE_FILE] = "file",
        [TRACE_HEADER] = "header", [TRACE_NOTE] = "note",
    };

    return names[kind];
}
