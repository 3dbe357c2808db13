/* parser.c - drives llhttp and holds what it does not
 *
 * Nearly every head comes whole in one read: it is handed to llhttp at once, in
 * one pass, and spans are taken where they stand. Only when that does not
 * settle it are lines looked for, so that a slow client costs one look at each
 * byte and three passes of llhttp at most: over what came first, over the
 * whole request line (so that a bad one is answered early), over the head. */
#include "http/parser.h"

#include <llhttp.h>

#include "http/startline.h"

_Static_assert(sizeof(llhttp_t) <= sizeof(((struct parser *)0)->machine),
               "llhttp's state fits");
_Static_assert(_Alignof(llhttp_t) <= _Alignof(uint64_t), "and is aligned");

/* What llhttp's callbacks know during one llhttp_execute. */
struct pass {
    struct parser *parser;
    struct str name;  /* of the field whose value comes next; or empty */
    const char *mark; /* chunked: framing has gone on since here */
    bool complete;    /* the head in the head, the message in the body */
};

static struct pass *pass_of(const llhttp_t *machine)
{
    return machine->data;
}

static llhttp_t *machine_of(struct parser *p)
{
    return (llhttp_t *)(void *)p->machine;
}

static int take_target(llhttp_t *machine, const char *at, size_t len)
{
    pass_of(machine)->parser->request->target = (struct str){at, len};
    return 0;
}

static int take_name(llhttp_t *machine, const char *at, size_t len)
{
    pass_of(machine)->name = (struct str){at, len};
    return 0;
}

/* Does a line end between the colon and the value? An empty value begins at
 * the next line already. */
static bool is_folded(struct str name, struct str value)
{
    struct str gap = str_between(name.at + name.len, value.at);
    const char *end = gap.len > 2 ? str_find(gap, '\n') : NULL;

    return end && (value.len > 0 || end + 1 < value.at);
}

/* llhttp takes folded lines for one value (RFC 9112 section 5.2): it shows as a
 * second span of a value, or as a line's end before it. */
static int take_value(llhttp_t *machine, const char *at, size_t len)
{
    struct pass *pass = pass_of(machine);
    struct parser *p = pass->parser;
    struct str value = {at, len};

    if (p->phase != PARSER_IN_HEAD)
        return 0;
    if (!pass->name.at || is_folded(pass->name, value)) {
        llhttp_set_error_reason(machine, "Folded header line");
        return HPE_USER;
    }
    message_field(p->request, pass->name, value);
    pass->name.at = NULL;
    return 0;
}

static int complete(llhttp_t *machine)
{
    pass_of(machine)->complete = true;
    return HPE_PAUSED;
}

static int take_data(llhttp_t *machine, const char *at, size_t len)
{
    struct pass *pass = pass_of(machine);
    struct parser *p = pass->parser;

    p->framing += (size_t)(at - pass->mark);
    if (p->framing > p->limits->head) {
        llhttp_set_error_reason(machine, "Too much chunk framing");
        return HPE_USER;
    }
    p->framing = 0;
    pass->mark = at + len;
    if (__builtin_add_overflow(p->body, len, &p->body) ||
        p->body > p->body_max) {
        p->status = HTTP_CONTENT_TOO_LARGE;
        llhttp_set_error_reason(machine, "client intended to send too large "
                                         "chunked body");
        return HPE_USER;
    }
    return 0;
}

static const llhttp_settings_t settings = {
    .on_url = take_target,
    .on_header_field = take_name,
    .on_header_value = take_value,
    .on_headers_complete = complete,
    .on_body = take_data,
    .on_message_complete = complete,
};

void parser_open(struct parser *p, struct request *request, struct arena *arena,
                 const struct parser_limits *limits)
{
    *request = (struct request){0};
    *p = (struct parser){
        .limits = limits,
        .request = request,
        .arena = arena,
        .body_max = UINT64_MAX,
    };
}

bool parser_limit_body(struct parser *p, uint64_t max)
{
    p->body_max = max > 0 ? max : UINT64_MAX;
    return p->request->content_length <= p->body_max;
}

static enum parser_verdict refuse(struct parser *p, enum http_status status,
                                  const char *reason)
{
    p->status = status;
    p->reason = reason;
    return PARSER_REFUSED;
}

/* llhttp refused what stands in `text`, or never will: says why. */
static enum parser_verdict refuse_head(struct parser *p, struct str text)
{
    struct str line;
    bool whole = lines_first(text, &line);
    enum http_status status;

    if (!whole && startline_is_open(line, p->refused_at))
        return PARSER_MORE;
    status = startline_read(p->request, line);
    if (whole && status != HTTP_NONE)
        return refuse(p, status, startline_fault(status));
    return refuse(p, HTTP_BAD_REQUEST, llhttp_get_error_reason(machine_of(p)));
}

static void read_first_line(struct parser *p, struct str text)
{
    struct str line;

    (void)lines_first(text, &line);
    (void)startline_read(p->request, line);
}

/* As lines_scan, with what there is to say about a line that is too long. */
static enum parser_verdict scan_lines(struct parser *p, struct str text)
{
    switch (lines_scan(&p->lines, text, p->limits->line, p->limits->head)) {
    case LINES_MORE:
        return PARSER_MORE;
    case LINES_END:
        return PARSER_HEAD;
    case LINES_TOO_LONG:
        break;
    }
    read_first_line(p, text);
    if (p->lines.line_at > 0)
        return refuse(p, HTTP_FIELDS_TOO_LARGE, "client sent too large header");
    return refuse(p, HTTP_URI_TOO_LONG, "client sent too long URI");
}

/* The head is complete and llhttp content: our own rules. */
static enum parser_verdict settle(struct parser *p, struct str head)
{
    struct request *r = p->request;
    struct str line;
    enum http_status status;

    (void)lines_first(head, &line);
    r->head = head;
    status = startline_read(r, line);
    if (status != HTTP_NONE)
        return refuse(p, status, startline_fault(status));
    status = message_check(r, p->arena);
    if (status != HTTP_NONE)
        return refuse(p, status, r->fault);
    p->phase = PARSER_IN_BODY;
    return PARSER_HEAD;
}

enum outcome {
    OUTCOME_HEAD, /* a whole head */
    OUTCOME_MORE, /* nothing wrong so far */
    OUTCOME_BARE, /* refused, but there is a bare LF up to there */
    OUTCOME_BAD,
};

/* One pass of llhttp from the head's beginning; `len` is then where the head
 * ends. */
static enum outcome try_head(struct parser *p, struct str text, size_t *len)
{
    llhttp_t *machine = machine_of(p);
    struct pass pass = {.parser = p};
    const char *at;

    if (p->tried)
        *p->request = (struct request){0};
    p->tried = true;
    llhttp_init(machine, HTTP_REQUEST, &settings);
    machine->data = &pass;
    if (llhttp_execute(machine, text.at, text.len) == HPE_OK)
        return OUTCOME_MORE;
    at = llhttp_get_error_pos(machine);
    if (pass.complete) {
        *len = (size_t)(at - text.at);
        return OUTCOME_HEAD;
    }
    p->refused_at = (size_t)(at - text.at);
    if (at < text.at + text.len)
        at++;
    return lines_have_bare_lf(str_between(text.at, at)) ? OUTCOME_BARE
                                                        : OUTCOME_BAD;
}

/* Everything up to the empty line is there. */
static enum parser_verdict feed_whole(struct parser *p, struct str text)
{
    size_t len = 0;
    enum outcome outcome = try_head(p, text, &len);

    if (outcome == OUTCOME_BARE) {
        text = lines_rewrite(p->arena, text);
        if (!text.at)
            return refuse(p, HTTP_UNAVAILABLE, "no memory for a head");
        outcome = try_head(p, text, &len);
    }
    /* A head that ends elsewhere than at its empty line was misunderstood by
     * one of us. */
    if (outcome == OUTCOME_HEAD && len == text.len)
        return settle(p, text);
    return refuse_head(p, text);
}

/* There is no empty line yet: is the request line wrong already? */
static enum parser_verdict feed_part(struct parser *p, struct str text,
                                     bool just_tried)
{
    struct str line;
    enum http_status status;
    size_t len;

    if (p->line_tried || !lines_first(text, &line))
        return PARSER_MORE;
    p->line_tried = true;
    if (!just_tried && try_head(p, text, &len) == OUTCOME_BAD)
        return refuse_head(p, text);
    status = startline_read(p->request, line);
    if (status != HTTP_NONE)
        return refuse(p, status, startline_fault(status));
    return PARSER_MORE;
}

static enum parser_verdict feed_text(struct parser *p, struct str text,
                                     size_t *len)
{
    bool first = !p->tried;
    enum outcome outcome = first ? try_head(p, text, len) : OUTCOME_MORE;
    enum parser_verdict verdict;

    if (outcome == OUTCOME_HEAD) {
        text.len = *len;
        if (text.len > p->limits->line && scan_lines(p, text) != PARSER_HEAD)
            return PARSER_REFUSED;
        return settle(p, text);
    }
    if (outcome == OUTCOME_BAD && refuse_head(p, text) == PARSER_REFUSED)
        return PARSER_REFUSED;
    verdict = scan_lines(p, text);
    if (verdict == PARSER_MORE)
        return feed_part(p, text, first);
    if (verdict == PARSER_REFUSED)
        return verdict;
    *len = p->lines.scanned;
    return feed_whole(p, (struct str){text.at, *len});
}

static enum parser_verdict feed_head(struct parser *p, struct str input,
                                     size_t *taken)
{
    size_t empty = p->tried ? 0 : lines_empty(input);
    struct str text = str_from(input, empty);
    size_t len = 0;
    enum parser_verdict verdict;

    *taken = empty;
    if (text.len == 0 || (text.len == 1 && text.at[0] == '\r'))
        return PARSER_MORE;
    if (text.at[0] == '\r')
        return refuse(p, HTTP_BAD_REQUEST, startline_fault(HTTP_BAD_REQUEST));
    verdict = feed_text(p, text, &len);
    if (verdict == PARSER_HEAD)
        *taken += len;
    return verdict;
}

static enum parser_verdict feed_counted(struct parser *p, struct str input,
                                        size_t *taken)
{
    uint64_t left = p->request->content_length - p->body;

    *taken = input.len < left ? input.len : (size_t)left;
    p->body += *taken;
    if (p->body < p->request->content_length)
        return PARSER_MORE;
    p->phase = PARSER_AT_END;
    return PARSER_END;
}

/* The end of the trailer is the one place where llhttp takes a bare LF. */
static bool ends_in_crlf(const struct parser *p, struct str taken)
{
    char before = taken.len > 1 ? taken.at[taken.len - 2] : p->last;

    return before == '\r';
}

static enum parser_verdict feed_chunked(struct parser *p, struct str input,
                                        size_t *taken)
{
    llhttp_t *machine = machine_of(p);
    struct pass pass = {.parser = p, .mark = input.at};
    const char *reason;

    *taken = input.len;
    if (input.len == 0)
        return PARSER_MORE;
    machine->data = &pass;
    llhttp_resume(machine);
    if (llhttp_execute(machine, input.at, input.len) == HPE_OK) {
        p->last = input.at[input.len - 1];
        p->framing += (size_t)(input.at + input.len - pass.mark);
        if (p->framing <= p->limits->head)
            return PARSER_MORE;
        return refuse(p, HTTP_BAD_REQUEST, "Too much chunk framing");
    }
    reason = llhttp_get_error_reason(machine);
    if (pass.complete) {
        *taken = (size_t)(llhttp_get_error_pos(machine) - input.at);
        p->phase = PARSER_AT_END;
        if (ends_in_crlf(p, (struct str){input.at, *taken}))
            return PARSER_END;
        reason = "Expected CRLF at the end of the trailer";
    }
    return refuse(p, p->status ? p->status : HTTP_BAD_REQUEST, reason);
}

enum parser_verdict parser_feed(struct parser *p, struct str input,
                                size_t *taken)
{
    enum parser_verdict verdict;

    *taken = 0;
    if (p->status != HTTP_NONE)
        return PARSER_REFUSED;
    switch (p->phase) {
    case PARSER_IN_HEAD:
        verdict = feed_head(p, input, taken);
        /* The input may move before there is more of it. */
        if (verdict == PARSER_MORE)
            *p->request = (struct request){0};
        return verdict;
    case PARSER_IN_BODY:
        return p->request->chunked ? feed_chunked(p, input, taken)
                                   : feed_counted(p, input, taken);
    case PARSER_AT_END:
        break;
    }
    return PARSER_END;
}

void parser_give_up(struct parser *p, struct str input)
{
    if (p->phase == PARSER_IN_HEAD)
        read_first_line(p, str_from(input, lines_empty(input)));
}
