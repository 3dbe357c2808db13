/* datagram.c - one record of a log ring to a syslog server */
#include "logger/datagram.h"

#include <errno.h>
#include <sys/socket.h>
#include <time.h>

#include "base/address.h"
#include "base/buf.h"
#include "ipc/logring.h"
#include "logger/output.h"

enum { HEAD_MAX = 400 };

/* When it was logged: it may have waited. */
static struct tm time_of(const struct logring_record *record)
{
    struct timespec now;
    struct tm local;
    time_t wall = time(NULL);
    uint64_t ms;

    clock_gettime(CLOCK_MONOTONIC, &now);
    ms = (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
    if (ms > record->time_ms)
        wall -= (time_t)((ms - record->time_ms) / 1000);
    localtime_r(&wall, &local);
    return local;
}

static bool connect_again(const struct output *o, int err)
{
    struct address a;

    if (o->syslog.unix_path.len == 0 ||
        (err != ENOTCONN && err != ECONNREFUSED && err != ECONNRESET) ||
        address_unix(&a, o->syslog.unix_path) < 0)
        return false;
    return connect(o->fd, (const struct sockaddr *)&a.name, a.len) == 0;
}

static int send_parts(const struct output *o, struct iovec *parts)
{
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
    ssize_t n;

    do
        n = sendmsg(o->fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    while (n < 0 && errno == EINTR);
    return n < 0 ? -errno : 0;
}

int datagram_send(struct output *o, const struct logring_record *record,
                  struct str hostname)
{
    struct tm local = time_of(record);
    struct str text = record->text;
    char memory[HEAD_MAX];
    struct buf head = buf_over(memory, sizeof(memory));
    struct iovec parts[2];
    int err;

    if (str_ends_with(text, STR("\n")))
        text.len--;
    syslog_head(&head, &o->syslog, record->level, &local, hostname);
    parts[0] = (struct iovec){memory, head.len};
    parts[1] = (struct iovec){(void *)(uintptr_t)text.at, text.len};
    err = send_parts(o, parts);
    if (err < 0 && connect_again(o, -err))
        err = send_parts(o, parts);
    if (err == 0)
        o->taken += head.len + text.len;
    else if (err == -ECONNREFUSED)
        o->taken = o->seen; /* what seemed to go since then did not arrive */
    return err;
}
