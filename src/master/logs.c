/* logs.c - which log files are open, and under which number? */
#include "master/logs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "conf/hosts.h"
#include "conf/syslog.h"

/* To be read as well, where that is allowed: then the logger sees how the file
 * ends, and a FIFO opens before anybody reads it. Non-blocking: a FIFO that is
 * full never holds the logger up. An existing file keeps its owner and mode. */
static int open_file(const char *path)
{
    const int flags = O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
    int fd = open(path, O_RDWR | flags, 0644);
    int err;

    if (fd < 0 && errno == EACCES)
        fd = open(path, O_WRONLY | flags, 0644);
    err = -errno;

    if (fd < 0)
        log_errno(LOG_EMERG, err, "open() \"%s\" failed", path);
    return fd < 0 ? err : fd;
}

static bool address_of(const struct conf_log *log, struct address *into)
{
    struct buf why = {0};
    struct syslog s;

    if (log->host) {
        *into = log->host->addresses[0];
        return true;
    }
    return syslog_parse(&s, log->path, &why) == 0 &&
           address_unix(into, s.unix_path) == 0;
}

/* A server that is not there yet is no reason not to start: the logger tries
 * again. */
static int open_syslog(const struct conf_log *log)
{
    struct address a;
    int fd, err;

    if (!address_of(log, &a)) {
        log_at(LOG_EMERG, "invalid server in \"%s\"", log->path.at);
        return -EINVAL;
    }
    fd = socket(a.name.ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    err = -errno;
    if (fd < 0)
        log_errno(LOG_EMERG, err, "socket() for \"%s\" failed", log->path.at);
    else if (connect(fd, (const struct sockaddr *)&a.name, a.len) < 0)
        log_errno(LOG_WARN, errno, "connect() to \"%s\" failed", log->path.at);
    return fd < 0 ? err : fd;
}

static int open_destination(const struct logs *logs, const struct conf_log *log)
{
    switch (log->kind) {
    case CONF_LOG_STDOUT:
        return logs->stdout_fd;
    case CONF_LOG_STDERR:
        return logs->stderr_fd;
    case CONF_LOG_BY_PATH:
        return open_file("/dev/null"); /* the logger opens each by itself */
    case CONF_LOG_SYSLOG:
        return open_syslog(log);
    case CONF_LOG_FILE:
        break;
    }
    return open_file(log->path.at);
}

/* Opened by its path, and not a stream that prong was started with. */
static bool has_path(enum conf_log_kind kind)
{
    return kind != CONF_LOG_STDERR && kind != CONF_LOG_STDOUT;
}

static int find(const struct logs *logs, const struct conf_log *log)
{
    const char *path = has_path(log->kind) ? log->path.at : "";

    for (unsigned i = 0; i < logs->count; i++)
        if (logs->rows[i].kind == log->kind &&
            strcmp(logs->rows[i].path, path) == 0)
            return (int)i;
    return -1;
}

static bool number_is_taken(const struct logs *logs, uint16_t number)
{
    for (unsigned i = 0; i < logs->count; i++)
        if (logs->table[i].number == number)
            return true;
    return false;
}

/* From the path alone, as far as no other has it (FNV-1a, folded): records that
 * a killed master's processes left in the rings find their file again, though
 * its successor may have read another configuration. */
static uint16_t next_number(const struct logs *logs, enum conf_log_kind kind,
                            const char *path)
{
    uint32_t hash = 2166136261u ^ (uint32_t)kind;
    uint16_t number;

    for (; *path != '\0'; path++)
        hash = (hash ^ (unsigned char)*path) * 16777619u;
    number = (uint16_t)(hash ^ hash >> 16);
    while (number_is_taken(logs, number))
        number++;
    return number;
}

static int grow(struct logs *logs)
{
    size_t count = logs->count + 1;
    struct role_log *table;
    struct logs_row *rows;

    if (count >= UINT16_MAX)
        return -EMFILE;
    table = reallocarray(logs->table, count, sizeof(*table));
    if (!table)
        return -ENOMEM;
    logs->table = table;
    rows = reallocarray(logs->rows, count, sizeof(*rows));
    if (!rows)
        return -ENOMEM;
    logs->rows = rows;
    return 0;
}

static int add(struct logs *logs, const struct conf_log *log)
{
    int err = grow(logs);
    char *path;
    int fd;

    if (err < 0)
        return err;
    path = strdup(has_path(log->kind) ? log->path.at : "");
    if (!path)
        return -ENOMEM;
    fd = open_destination(logs, log);
    if (fd < 0 && has_path(log->kind)) {
        free(path);
        return fd;
    }
    if (fd < 0)
        log_at(LOG_WARN, "a standard stream as a log needs a restart: prong "
                         "is a daemon and let go of it");
    logs->rows[logs->count] =
        (struct logs_row){.kind = log->kind, .path = path, .is_fresh = true};
    logs->table[logs->count] = (struct role_log){
        .number = next_number(logs, log->kind, path), .fd = fd, .path = path};
    return (int)logs->count++;
}

int logs_add(struct logs *logs, struct conf *conf)
{
    for (unsigned i = 0; i < conf->log_count; i++) {
        int row = find(logs, conf->logs[i]);

        if (row < 0)
            row = add(logs, conf->logs[i]);
        if (row < 0) {
            logs_cancel(logs);
            return row;
        }
        conf->logs[i]->number = logs->table[row].number;
    }
    return 0;
}

static void close_row(struct logs *logs, unsigned row)
{
    if (has_path(logs->rows[row].kind))
        close(logs->table[row].fd);
    free(logs->rows[row].path);
    logs->count--;
    logs->rows[row] = logs->rows[logs->count];
    logs->table[row] = logs->table[logs->count];
}

void logs_settle(struct logs *logs)
{
    for (unsigned i = 0; i < logs->count; i++)
        logs->rows[i].is_fresh = false;
}

void logs_cancel(struct logs *logs)
{
    for (unsigned i = logs->count; i-- > 0;)
        if (logs->rows[i].is_fresh)
            close_row(logs, i);
}

void logs_unmark(struct logs *logs)
{
    for (unsigned i = 0; i < logs->count; i++)
        logs->rows[i].is_used = false;
}

void logs_mark(struct logs *logs, const struct conf *conf)
{
    for (unsigned i = 0; i < conf->log_count; i++) {
        int row = find(logs, conf->logs[i]);

        if (row >= 0)
            logs->rows[row].is_used = true;
    }
}

bool logs_sweep(struct logs *logs)
{
    unsigned before = logs->count;

    for (unsigned i = logs->count; i-- > 0;)
        if (!logs->rows[i].is_used)
            close_row(logs, i);
    return logs->count != before;
}

int logs_reopen(struct logs *logs)
{
    int first = 0;

    for (unsigned i = 0; i < logs->count; i++) {
        int fd;

        if (logs->rows[i].kind != CONF_LOG_FILE)
            continue;
        fd = open_file(logs->rows[i].path);
        if (fd < 0) {
            first = first < 0 ? first : fd;
            continue;
        }
        close(logs->table[i].fd);
        logs->table[i].fd = fd;
    }
    return first;
}

void logs_close(struct logs *logs)
{
    while (logs->count > 0)
        close_row(logs, logs->count - 1);
    free(logs->table);
    free(logs->rows);
    logs->table = NULL;
    logs->rows = NULL;
}
