/* auth.c - does the client know a name and its password? (RFC 7617) */
#include "content/auth.h"

#include <errno.h>
#include <stdlib.h>

#include "conf/conf.h"
#include "content/errorlog.h"
#include "content/password.h"
#include "content/remember.h"
#include "content/userfile.h"
#include "content/variable.h"
#include "event/offload.h"
#include "http/basic.h"

/* A check that is made in a thread: all that it needs, in one piece. */
struct auth_job {
    struct offload_job job;
    struct exchange *x; /* NULL: nobody waits any more */
    struct str user;
    struct str password; /* of these three each is ended by NUL */
    struct str hash;
    bool is_known; /* false: the hash is somebody else's, for the time's sake */
    bool matches;
    bool is_done;
    char memory[];
};

/* ---- refusals ---- */

static enum auth_verdict refuse(enum http_status *status, enum http_status as)
{
    *status = as;
    return AUTH_REFUSED;
}

/* A client that has to be asked again is made to wait before. */
static enum auth_verdict ask_again(struct exchange *x, const struct settings *s,
                                   enum http_status *status)
{
    struct str realm = variable_text(x, &s->auth_basic.value);

    if (s->auth_delay.value > 0 && x->auth_delay == AUTH_DELAY_AHEAD) {
        errorlog_put(x, LOG_INFO, 0, "delaying unauthorized request");
        x->auth_delay = AUTH_DELAY_NOW;
        x->wait = (struct wait){true, x->env->now_ms + s->auth_delay.value};
        return AUTH_WAIT;
    }
    x->auth_delay = AUTH_DELAY_OVER;
    x->response.challenge =
        arena_printf(&x->arena, "Basic realm=\"%.*s\"", STR_ARG(realm));
    return refuse(status, HTTP_UNAUTHORIZED);
}

static enum auth_verdict judge(struct exchange *x, const struct settings *s,
                               const struct auth_job *job,
                               enum http_status *status)
{
    struct remember_what what = {job->user, job->password, job->hash};
    struct str file;

    if (!job->is_known) {
        file = variable_text(x, &s->auth_user_file.value);
        errorlog_put(x, LOG_ERROR, 0, "user \"%.*s\" was not found in \"%.*s\"",
                     STR_ARG(job->user), STR_ARG(file));
        return ask_again(x, s, status);
    }
    if (!job->matches) {
        errorlog_put(x, LOG_ERROR, 0, "user \"%.*s\": password mismatch",
                     STR_ARG(job->user));
        return ask_again(x, s, status);
    }
    if (x->env->remember && password_is_costly(job->hash))
        remember_put(x->env->remember, &what, x->env->now_ms);
    return AUTH_GOOD;
}

/* ---- the check ---- */

static void free_job(struct auth_job *job)
{
    explicit_bzero((void *)(uintptr_t)job->password.at, job->password.len);
    free(job);
}

static void run(struct offload_job *offloaded)
{
    struct auth_job *job = CONTAINER_OF(offloaded, struct auth_job, job);

    job->matches = password_matches(job->password, job->hash);
}

static void done(struct offload_job *offloaded)
{
    struct auth_job *job = CONTAINER_OF(offloaded, struct auth_job, job);

    job->is_done = true;
    if (!job->x)
        free_job(job);
    else if (job->x->peer->wake)
        job->x->peer->wake(job->x->peer->whom);
}

static struct str keep(char **at, struct str text)
{
    struct str kept = {*at, text.len};

    if (text.len > 0)
        memcpy(*at, text.at, text.len);
    *at += text.len + 1; /* zeroed: the NUL stands there */
    return kept;
}

static struct auth_job *new_job(const struct basic *who,
                                const struct userfile_entry *entry)
{
    struct str hash = entry->found ? entry->hash : entry->first;
    struct auth_job *job = calloc(1, sizeof(*job) + who->user.len +
                                         who->password.len + hash.len + 3);
    char *at;

    if (!job)
        return NULL;
    at = job->memory;
    job->user = keep(&at, who->user);
    job->password = keep(&at, who->password);
    job->hash = keep(&at, hash);
    job->is_known = entry->found;
    return job;
}

static bool is_remembered(struct exchange *x, const struct auth_job *job)
{
    struct remember_what what = {job->user, job->password, job->hash};

    return x->env->remember && job->is_known && password_is_costly(job->hash) &&
           remember_knows(x->env->remember, &what, x->env->now_ms);
}

static enum auth_verdict wait_for(struct exchange *x, struct auth_job *job)
{
    x->auth_job = job;
    x->wait = (struct wait){true, 0};
    return AUTH_WAIT;
}

static enum auth_verdict check(struct exchange *x, const struct settings *s,
                               struct auth_job *job, enum http_status *status)
{
    enum auth_verdict verdict;

    job->job.run = run;
    job->job.done = done;
    job->x = x;
    if (is_remembered(x, job))
        job->matches = true;
    else if (x->env->offload && password_is_costly(job->hash) &&
             offload_submit(x->env->offload, &job->job) == 0)
        return wait_for(x, job);
    else
        run(&job->job);
    verdict = judge(x, s, job, status);
    free_job(job);
    return verdict;
}

/* ---- what there is to check ---- */

static enum auth_verdict refuse_file(struct exchange *x, struct str path,
                                     int err, enum http_status *status)
{
    bool is_missing = err == -ENOENT;

    errorlog_put(x, is_missing ? LOG_ERROR : LOG_CRIT, err,
                 "open() \"%.*s\" failed", STR_ARG(path));
    return refuse(status, is_missing ? HTTP_FORBIDDEN : HTTP_INTERNAL_ERROR);
}

/* A name that began with a variable may be relative still. */
static struct str file_of(struct exchange *x, const struct settings *s)
{
    struct str path = variable_text(x, &s->auth_user_file.value);
    struct str conf = x->env->conf->file;
    const char *slash = str_find_last(conf, '/');

    if (!path.at || str_starts_with(path, STR("/")) || !slash)
        return path;
    return arena_printf(&x->arena, "%.*s%.*s", (int)(slash + 1 - conf.at),
                        conf.at, STR_ARG(path));
}

static enum auth_verdict check_file(struct exchange *x,
                                    const struct settings *s,
                                    const struct basic *who,
                                    enum http_status *status)
{
    struct str path = file_of(x, s);
    struct buf text = {0};
    struct userfile_entry entry;
    struct auth_job *job = NULL;
    int err = path.at ? userfile_read(path.at, &text) : -ENOMEM;

    if (err == 0) {
        entry = userfile_find(buf_str(&text), who->user);
        job = new_job(who, &entry);
        err = job ? 0 : -ENOMEM;
    }
    buf_close(&text);
    return err < 0 ? refuse_file(x, path, err, status)
                   : check(x, s, job, status);
}

/* The job's thread has come to an end. */
static enum auth_verdict conclude(struct exchange *x, const struct settings *s,
                                  enum http_status *status)
{
    struct auth_job *job = x->auth_job;
    enum auth_verdict verdict;

    if (!job->is_done)
        return wait_for(x, job);
    x->auth_job = NULL;
    verdict = judge(x, s, job, status);
    free_job(job);
    return verdict;
}

static bool is_asked(struct exchange *x, const struct settings *s)
{
    const struct template *realm = &s->auth_basic.value;

    if (s->auth_user_file.value.source.len == 0 || realm->source.len == 0)
        return false;
    return !str_equals(variable_text(x, realm), STR("off"));
}

enum auth_verdict auth_check(struct exchange *x, const struct settings *s,
                             enum http_status *status)
{
    struct basic who;

    if (!is_asked(x, s))
        return AUTH_NOT_ASKED;
    if (x->auth_job)
        return conclude(x, s, status);
    if (x->auth_delay == AUTH_DELAY_NOW)
        return ask_again(x, s, status);
    if (basic_parse(x->request.fields[FIELD_AUTHORIZATION], &x->arena, &who))
        return check_file(x, s, &who, status);
    errorlog_put(x, LOG_INFO, 0,
                 "no user/password was provided for basic authentication");
    return ask_again(x, s, status);
}

void auth_forget(struct exchange *x)
{
    struct auth_job *job = x->auth_job;

    if (!job)
        return;
    x->auth_job = NULL;
    job->x = NULL;
    if (job->is_done)
        free_job(job);
}
