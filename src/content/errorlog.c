/* errorlog.c - what went wrong with a request, told as nginx tells it */
#include "content/errorlog.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "conf/conf.h"

enum { LINE_MAX_LEN = 2048, TEXT_MAX_LEN = 1400 };

struct errorlog_list {
    const struct conf_error_log *at;
    unsigned count;
};

/* Before the host is known the endpoint's first server has the word. */
static const struct server *server_of(const struct exchange *x)
{
    return x->server ? x->server : x->peer->endpoint->default_server;
}

static struct errorlog_list logs_of(const struct exchange *x)
{
    const struct location *l = x->location ? x->location : &server_of(x)->whole;

    return (struct errorlog_list){l->settings.error_logs,
                                  l->settings.error_log_count};
}

static bool takes(const struct env *env, const struct conf_error_log *log,
                  enum log_level level)
{
    int asked = env->log_level;

    return level <= (asked >= 0 ? (enum log_level)asked : log->level);
}

bool errorlog_wants(const struct exchange *x, enum log_level level)
{
    struct errorlog_list logs = logs_of(x);

    for (unsigned i = 0; x->env->log_line && i < logs.count; i++)
        if (takes(x->env, &logs.at[i], level))
            return true;
    return false;
}

/* Control bytes as \xHH, for a path may hold a line's end; with `quoted` the
 * quotes too, so that a request cannot end its own field. */
static void put_safe(struct buf *into, struct str text, bool quoted)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.at[i];

        if (c < 0x20 || c == 0x7f || (quoted && (c == '"' || c == '\\')))
            buf_printf(into, "\\x%02X", c);
        else
            buf_put_char(into, (char)c);
    }
}

static void put_field(struct buf *into, const char *name, struct str value)
{
    buf_printf(into, ", %s: \"", name);
    put_safe(into, value, true);
    buf_put_char(into, '"');
}

static void put_tail(struct buf *into, const struct exchange *x)
{
    const struct request *r = &x->request;

    buf_put(into, STR(", client: "));
    address_print_host(into, &x->peer->client);
    buf_put(into, STR(", server: "));
    if (server_of(x)->name_count > 0)
        buf_put(into, server_of(x)->names[0].name);
    if (r->line.len > 0)
        put_field(into, "request", r->line);
    if (r->fields[FIELD_HOST].at)
        put_field(into, "host", r->fields[FIELD_HOST]);
    if (r->fields[FIELD_REFERER].at)
        put_field(into, "referrer", r->fields[FIELD_REFERER]);
}

static void put_errno(struct buf *into, int err)
{
    const char *words = strerrordesc_np(abs(err));

    if (err != 0)
        buf_printf(into, " (%d: %s)", abs(err), words ? words : "unknown");
}

static void compose(struct buf *line, const struct env *env,
                    const struct peer *peer, enum log_level level,
                    struct str text)
{
    time_t now = env->wall.tv_sec;
    struct tm local;

    localtime_r(&now, &local);
    log_line_head(line, &local, (long)getpid(), level);
    buf_printf(line, "*%llu ", (unsigned long long)peer->number);
    put_safe(line, text, false);
}

void errorlog_put(struct exchange *x, enum log_level level, int err,
                  const char *format, ...)
{
    struct errorlog_list logs = logs_of(x);
    char text[TEXT_MAX_LEN];
    char memory[LINE_MAX_LEN];
    struct buf composed = buf_over(text, sizeof(text));
    struct buf line = buf_over(memory, sizeof(memory) - 1);
    va_list args;

    if (!errorlog_wants(x, level))
        return;
    va_start(args, format);
    buf_vprintf(&composed, format, args);
    va_end(args);
    compose(&line, x->env, x->peer, level, buf_str(&composed));
    put_errno(&line, err);
    put_tail(&line, x);
    memory[line.len++] = '\n';
    for (unsigned i = 0; i < logs.count; i++)
        if (takes(x->env, &logs.at[i], level))
            x->env->log_line(x->env, logs.at[i].log, level,
                             (struct str){memory, line.len});
}

void errorlog_connection(struct env *env, const struct peer *peer,
                         enum log_level level, int err, struct str text)
{
    const struct settings *s = &peer->endpoint->default_server->whole.settings;
    char memory[LINE_MAX_LEN];
    struct buf line = buf_over(memory, sizeof(memory) - 1);

    compose(&line, env, peer, level, text);
    put_errno(&line, err);
    buf_put(&line, STR(" while reading PROXY protocol, client: "));
    address_print_host(&line, &peer->client);
    buf_put(&line, STR(", server: "));
    address_print(&line, &peer->endpoint->address);
    memory[line.len++] = '\n';
    for (unsigned i = 0; env->log_line && i < s->error_log_count; i++)
        if (takes(env, &s->error_logs[i], level))
            env->log_line(env, s->error_logs[i].log, level,
                          (struct str){memory, line.len});
}
