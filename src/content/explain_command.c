#include "content/explain_command.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "content/explain.h"
#include "content/question.h"
#include "os/privilege.h"

enum { GOOD = 0, BAD = 1, FAULT = 2 };
enum { OPTION_JSON = 256, OPTION_AT, OPTION_FROM };
enum { HEAD_MAX = 1 << 20 };

static const struct option long_options[] = {
    {"json", no_argument, NULL, OPTION_JSON},
    {"at", required_argument, NULL, OPTION_AT},
    {"from", required_argument, NULL, OPTION_FROM},
    {NULL, 0, NULL, 0},
};

struct asked {
    struct conf_request *request;
    struct question question;
    bool reads_head; /* "-": the request stands on standard input */
    bool json;
};

static int refuse(const char *why)
{
    log_at(LOG_EMERG, "explain: %s", why);
    return BAD;
}

/* ---- arguments ---- */

static bool take_field(struct question *q, const char *text)
{
    if (q->field_count == QUESTION_FIELDS_MAX)
        return false;
    q->fields[q->field_count++] = str_of(text);
    return true;
}

static bool take_option(struct asked *a, int option)
{
    switch (option) {
    case 'c':
        a->request->file = optarg;
        return true;
    case 'p':
        a->request->prefix = optarg;
        return true;
    case 'g':
        a->request->directives = optarg;
        return true;
    case 'H':
        return take_field(&a->question, optarg);
    case OPTION_JSON:
        a->json = true;
        return true;
    case OPTION_AT:
        a->question.at = str_of(optarg);
        return true;
    case OPTION_FROM:
        a->question.from = str_of(optarg);
        return true;
    default:
        return false;
    }
}

/* [METHOD] URL, or "-". */
static bool take_words(struct asked *a, int count, char **words)
{
    if (count < 1 || count > 2)
        return false;
    if (count == 2)
        a->question.method = str_of(words[0]);
    a->question.url = str_of(words[count - 1]);
    a->reads_head = str_equals(a->question.url, STR("-"));
    if (a->reads_head)
        a->question.url = STR("");
    return true;
}

static bool read_arguments(struct asked *a, int argc, char **argv)
{
    int option;

    opterr = 0;
    optind = 0;
    while ((option = getopt_long(argc, argv, "c:p:g:H:", long_options, NULL)) !=
           -1)
        if (!take_option(a, option))
            return false;
    return take_words(a, argc - optind, argv + optind);
}

/* ---- asking ---- */

static int read_head(struct buf *into)
{
    ssize_t n = 1;

    while (n > 0 && into->len < HEAD_MAX) {
        if (!buf_reserve(into, 65536))
            return -ENOMEM;
        n = read(STDIN_FILENO, into->data + into->len, 65536);
        if (n > 0)
            into->len += (size_t)n;
    }
    return n < 0 ? -errno : 0;
}

static int print(const struct asked *a, const struct explain *e)
{
    struct buf text = {0};
    bool whole;

    if (a->json)
        explain_json(e, &text);
    else
        explain_text(e, &text);
    whole = !text.failed &&
            fwrite(text.data, 1, text.len, stdout) == text.len &&
            fflush(stdout) == 0;
    buf_close(&text);
    return whole ? GOOD : FAULT;
}

static int explain(const struct asked *a, const struct conf *conf,
                   struct buf *head)
{
    struct explain e = {.conf = conf};
    const char *why = "no memory is left";
    int status = BAD;
    int err;

    err = a->reads_head ? read_head(head)
                        : question_head(&a->question, head, &why);
    if (err < 0)
        return refuse(why);
    err = question_peer(&a->question, conf, &e.peer, &why);
    if (err < 0)
        return refuse(why);
    e.head = buf_str(head);
    clock_gettime(CLOCK_REALTIME, &e.wall);
    err = explain_run(&e);
    if (err < 0)
        refuse(err == -ENOMEM ? why : "the request has no end");
    else
        status = print(a, &e);
    explain_close(&e);
    return status;
}

/* What may be read is for the workers' user to say. */
static int become_worker(const struct conf *conf)
{
    const struct conf_resolved *r = &conf->resolved;
    const char *name = r->user_name.len > 0 ? r->user_name.at : NULL;

    if (r->drops_privileges && privilege_drop(r->user, r->group, name) < 0)
        return refuse("the rights of the workers' user are not to be had");
    return GOOD;
}

int explain_command(struct conf_request *request,
                    const struct conf_lookups *lookups, int argc, char **argv)
{
    struct asked a = {.request = request};
    struct conf *conf = NULL;
    struct buf head = {0};
    int status;

    if (!read_arguments(&a, argc, argv))
        return refuse("usage: prong explain [-c FILE] [-p DIR] [-g TEXT] "
                      "[--json] [--at ADDRESS:PORT] [--from ADDRESS] "
                      "[-H 'NAME: VALUE'] [METHOD] URL");
    if (conf_load(&conf, request) < 0)
        return BAD;
    status = conf_resolve(conf, lookups) < 0 ? BAD : become_worker(conf);
    if (status == GOOD)
        status = explain(&a, conf, &head);
    buf_close(&head);
    conf_free(conf);
    return status;
}
