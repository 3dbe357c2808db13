/* transport.c - plain sockets, and a file without sendfile */
#include "net/transport.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    COPY_MAX = 64 * 1024,
    /* The kernel moves at most this much in one call anyway. */
    SEND_MAX = 0x7ffff000,
};

static ssize_t plain_read(struct transport *t, void *into, size_t room)
{
    ssize_t n;

    do
        n = recv(t->fd, into, room, 0);
    while (n < 0 && errno == EINTR);
    return n < 0 ? -errno : n;
}

static ssize_t plain_write(struct transport *t, const struct iovec *pieces,
                           int count, bool more)
{
    int flags = MSG_NOSIGNAL | (more ? MSG_MORE : 0);
    struct msghdr message = {.msg_iov = (struct iovec *)pieces,
                             .msg_iovlen = (size_t)count};
    ssize_t n;

    do
        n = count == 1
                ? send(t->fd, pieces[0].iov_base, pieces[0].iov_len, flags)
                : sendmsg(t->fd, &message, flags);
    while (n < 0 && errno == EINTR);
    return n < 0 ? -errno : n;
}

static ssize_t plain_send_file(struct transport *t, int file, uint64_t at,
                               size_t len)
{
    off_t offset = (off_t)at;
    ssize_t n;

    if (len > SEND_MAX)
        len = SEND_MAX;
    do
        n = sendfile(t->fd, file, &offset, len);
    while (n < 0 && errno == EINTR);
    if (n > 0)
        return n;
    if (n == 0)
        return len == 0 ? 0 : -EIO; /* the file became shorter */
    if (errno == EINVAL || errno == ENOSYS)
        return transport_copy_file(t, file, at, len);
    return -errno;
}

static void plain_close(struct transport *t)
{
    close(t->fd);
    *t = (struct transport){.fd = -1};
}

const struct transport_ops transport_plain = {
    .name = "plain",
    .read = plain_read,
    .write = plain_write,
    .send_file = plain_send_file,
    .close = plain_close,
};

ssize_t transport_copy_file(struct transport *t, int file, uint64_t at,
                            size_t len)
{
    char bytes[COPY_MAX];
    struct iovec piece = {.iov_base = bytes};
    bool more = len > sizeof(bytes);
    ssize_t n;

    if (len == 0)
        return 0;
    do
        n = pread(file, bytes, more ? sizeof(bytes) : len, (off_t)at);
    while (n < 0 && errno == EINTR);
    if (n <= 0)
        return n < 0 ? -errno : -EIO;
    piece.iov_len = (size_t)n;
    return transport_write(t, &piece, 1, more);
}

int transport_end(struct transport *t)
{
    return shutdown(t->fd, SHUT_WR) < 0 ? -errno : 0;
}

int transport_delay(struct transport *t, bool delays)
{
    int at_once = !delays;

    return setsockopt(t->fd, IPPROTO_TCP, TCP_NODELAY, &at_once,
                      sizeof(at_once)) < 0
               ? -errno
               : 0;
}

void transport_reset(struct transport *t)
{
    struct linger now = {.l_onoff = 1, .l_linger = 0};

    setsockopt(t->fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
}
