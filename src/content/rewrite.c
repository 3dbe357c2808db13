/* rewrite.c - runs what rewrite, set, if, break and return say */
#include "content/rewrite.h"

#include <errno.h>

#include "conf/conf.h"
#include "content/errorlog.h"
#include "content/redirect.h"
#include "content/resolve.h"
#include "content/route.h"
#include "content/rules.h"
#include "content/trace.h"
#include "content/uservalue.h"
#include "content/variable.h"
#include "http/path.h"

struct run {
    struct exchange *x;
    bool logs;    /* rewrite_log, of where the program stands */
    bool changed; /* the path was rewritten */
    bool stopped;
    /* nginx: until a rule has rewritten something, set escapes captures. */
    bool escapes;
};

/* A capture is escaped where it becomes part of args, or of a redirect: but
 * only when something was encoded in the target at all. */
static bool was_encoded(const struct exchange *x)
{
    return str_find(x->request.path, '%') || str_find(x->request.path, '+');
}

static void expand(struct buf *into, struct exchange *x,
                   const struct template *t, bool escapes)
{
    bool encodes = escapes && was_encoded(x);

    for (unsigned i = 0; i < t->count; i++) {
        const struct template_part *part = &t->parts[i];

        if (encodes && part->is_variable && part->variable == VARIABLE_CAPTURE)
            path_put_value(into, uservalue_group(x, part->index));
        else
            variable_put(into, x, part);
    }
}

/* The text of what was put together; `at` is NULL when memory ran out. */
static struct str keep(struct exchange *x, struct buf *text)
{
    struct str kept = text->failed ? (struct str){NULL, 0}
                                   : arena_copy(&x->arena, buf_str(text));

    buf_close(text);
    return kept;
}

static struct str text_of(struct run *run, const struct template *t)
{
    struct buf text = {0};

    if (template_is_constant(t) || !run->escapes || !was_encoded(run->x))
        return variable_text(run->x, t);
    expand(&text, run->x, t, true);
    return keep(run->x, &text);
}

/* ---- set ---- */

static enum http_status do_set(struct run *run, const struct rewrite_step *step)
{
    struct exchange *x = run->x;
    const struct template_part *target = &step->set->target;
    struct str text = text_of(run, &step->set->value);

    if (!text.at && step->set->value.count > 0)
        return HTTP_UNAVAILABLE;
    if (!text.at)
        text = STR("");
    trace_event(x, TRACE_SET, step->place, target->text, text);
    if (target->variable == VARIABLE_args)
        x->args = text;
    else if (target->variable == VARIABLE_limit_rate)
        rate_set(x, text);
    else if (!uservalue_set(x, target->index, text))
        return HTTP_UNAVAILABLE;
    return HTTP_NONE;
}

/* ---- if ---- */

static void log_match(struct run *run, const struct pattern *p,
                      struct str subject, bool matches)
{
    if (run->logs)
        errorlog_put(run->x, LOG_NOTICE, 0, "\"%.*s\" %s \"%.*s\"",
                     STR_ARG(p->text), matches ? "matches" : "does not match",
                     STR_ARG(subject));
}

/* A pattern that does not match takes the old captures with it. */
static enum regex_verdict match(struct run *run, const struct pattern *p,
                                struct str subject)
{
    enum regex_verdict verdict = uservalue_match(run->x, p, subject);

    if (verdict == REGEX_MISSES)
        uservalue_forget_groups(run->x);
    if (verdict != REGEX_EXCEEDED)
        log_match(run, p, subject, verdict == REGEX_MATCHES);
    return verdict;
}

static bool is_true(struct str value)
{
    return value.len > 0 && !str_equals(value, STR("0"));
}

static bool test_file(struct run *run, enum rewrite_test test, struct str name)
{
    enum file_kind kind = FILE_OTHER;
    int err = name.len > 0 ? resolve_look(run->x, name.at, &kind) : -ENOENT;

    if (err < 0 && err != -ENOENT && err != -ENOTDIR && err != -ENAMETOOLONG)
        errorlog_put(run->x, LOG_CRIT, err, "stat() \"%.*s\" failed",
                     STR_ARG(name));
    if (err < 0)
        return false;
    switch (test) {
    case TEST_FILE:
        return kind == FILE_REGULAR;
    case TEST_DIRECTORY:
        return kind == FILE_DIRECTORY;
    case TEST_EXECUTES:
        return file_is_executable(name.at);
    default:
        return kind != FILE_OTHER;
    }
}

static enum http_status test(struct run *run, const struct rewrite_if *c,
                             bool *holds)
{
    struct str value = text_of(run, &c->subject);
    enum regex_verdict verdict;

    switch (c->test) {
    case TEST_VALUE:
        *holds = is_true(value);
        break;
    case TEST_EQUALS:
        *holds = str_equals(value, text_of(run, &c->other));
        break;
    case TEST_MATCHES:
        verdict = match(run, c->pattern, value);
        if (verdict == REGEX_EXCEEDED)
            return HTTP_INTERNAL_ERROR;
        *holds = verdict == REGEX_MATCHES;
        break;
    default:
        *holds = test_file(run, c->test, value);
    }
    *holds = *holds != c->negated;
    return HTTP_NONE;
}

static enum http_status do_if(struct run *run, const struct rewrite_step *step,
                              bool *holds)
{
    const struct rewrite_if *c = step->condition;
    enum http_status status = test(run, c, holds);

    if (status != HTTP_NONE)
        return status;
    trace_event(run->x, TRACE_IF, step->place, c->subject.source,
                *holds ? STR("true") : STR("false"));
    if (*holds && c->location)
        run->x->location = c->location;
    return HTTP_NONE;
}

/* ---- rewrite ---- */

static enum http_status redirect(struct run *run,
                                 const struct rewrite_step *step)
{
    const struct rewrite_rule *rule = step->rule;
    struct exchange *x = run->x;
    struct buf raw = {0};
    struct buf text = {0};
    struct str target;

    expand(&raw, x, &rule->path, true);
    path_put_redirect(&text, buf_str(&raw));
    if (rule->keeps_args && x->args.len > 0) {
        buf_put_char(&text, rule->has_args ? '&' : '?');
        buf_put(&text, x->args);
    }
    text.failed |= raw.failed;
    buf_close(&raw);
    target = keep(x, &text);
    if (!target.at)
        return HTTP_UNAVAILABLE;
    if (run->logs)
        errorlog_put(x, LOG_NOTICE, 0, "rewritten redirect: \"%.*s\"",
                     STR_ARG(target));
    trace_event(x, TRACE_REWRITE, step->place, rule->pattern->text, target);
    return redirect_to(x, target) ? rule->redirect : HTTP_UNAVAILABLE;
}

static struct str new_args(struct exchange *x, const struct rewrite_rule *rule)
{
    struct buf text = {0};

    if (!rule->has_args)
        return rule->keeps_args ? x->args : STR("");
    expand(&text, x, &rule->args, true);
    if (rule->keeps_args && x->args.len > 0) {
        buf_put_char(&text, '&');
        buf_put(&text, x->args);
    }
    return keep(x, &text);
}

static enum http_status replace(struct run *run,
                                const struct rewrite_step *step)
{
    const struct rewrite_rule *rule = step->rule;
    struct exchange *x = run->x;
    struct buf text = {0};
    struct str args = new_args(x, rule);
    struct str path;

    expand(&text, x, &rule->path, false);
    path = keep(x, &text);
    if (!path.at || (rule->has_args && !args.at))
        return HTTP_UNAVAILABLE;
    if (run->logs)
        errorlog_put(x, LOG_NOTICE, 0,
                     "rewritten data: \"%.*s\", args: \"%.*s\"", STR_ARG(path),
                     STR_ARG(args));
    trace_event(x, TRACE_REWRITE, step->place, rule->pattern->text, path);
    x->path = path;
    x->args = args;
    x->internal = true;
    x->alias_lost |= rule->breaks;
    run->changed = !rule->breaks;
    run->escapes = false;
    if (path.len > 0)
        return HTTP_NONE;
    errorlog_put(x, LOG_ERROR, 0, "the rewritten URI has a zero length");
    return HTTP_INTERNAL_ERROR;
}

static enum http_status do_rule(struct run *run,
                                const struct rewrite_step *step)
{
    const struct rewrite_rule *rule = step->rule;

    switch (match(run, rule->pattern, run->x->path)) {
    case REGEX_EXCEEDED:
        return HTTP_INTERNAL_ERROR;
    case REGEX_MISSES:
        trace_event(run->x, TRACE_REWRITE, step->place, rule->pattern->text,
                    (struct str){NULL, 0});
        return HTTP_NONE;
    case REGEX_MATCHES:
        break;
    }
    run->stopped = rule->ends;
    return rule->redirect ? redirect(run, step) : replace(run, step);
}

/* ---- the whole ---- */

static void do_break(struct run *run, const struct rewrite_step *step)
{
    trace_event(run->x, TRACE_BREAK, step->place, STR("break"), STR(""));
    run->x->alias_lost |= run->changed;
    run->changed = false;
    run->stopped = true;
}

static enum http_status do_return(struct run *run,
                                  const struct rewrite_step *step)
{
    char number[16];
    struct buf text = buf_over(number, sizeof(number));

    buf_put_number(&text, step->answer->status);
    trace_event(run->x, TRACE_RETURN, step->place, buf_str(&text),
                step->answer->text.source);
    run->stopped = true;
    run->changed = false;
    return rules_return(run->x, step->answer);
}

/* Does one step; those inside of an "if" that does not hold are passed. */
static enum http_status do_step(struct run *run, const struct rewrite_step **at)
{
    const struct rewrite_step *step = (*at)++;
    bool holds = true;
    enum http_status status = HTTP_NONE;

    switch (step->kind) {
    case REWRITE_SET:
        return do_set(run, step);
    case REWRITE_IF:
        status = do_if(run, step, &holds);
        if (!holds)
            *at += step->condition->skip;
        return status;
    case REWRITE_RULE:
        return do_rule(run, step);
    case REWRITE_BREAK:
        do_break(run, step);
        return HTTP_NONE;
    case REWRITE_RETURN:
        return do_return(run, step);
    }
    return HTTP_INTERNAL_ERROR;
}

enum http_status rewrite_run(struct exchange *x,
                             const struct rewrite_program *program)
{
    struct run run = {
        .x = x,
        .logs = x->location->settings.rewrite_log.on,
        .escapes = true,
    };
    bool in_server = x->location == &x->server->whole;
    const struct rewrite_step *at = program->steps;
    enum http_status status = HTTP_NONE;

    while (status == HTTP_NONE && !run.stopped &&
           at < program->steps + program->count)
        status = do_step(&run, &at);
    if (status == HTTP_NONE && run.changed && !in_server)
        return route_rewritten(x);
    return status;
}
