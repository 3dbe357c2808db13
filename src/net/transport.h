/* transport.h - how bytes cross a connection: in the clear (or under TLS) */
#ifndef PRONG_NET_TRANSPORT_H
#define PRONG_NET_TRANSPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/uio.h>

struct transport;

/* No call blocks or raises SIGPIPE. Each returns the bytes moved or -errno;
 * read alone returns 0, at the end of the stream; send_file returns -EIO when
 * the file ends before `len`. `more` says that more follows at once, so a last
 * part that fills no segment may wait for it. */
struct transport_ops {
    const char *name;
    ssize_t (*read)(struct transport *t, void *into, size_t room);
    ssize_t (*write)(struct transport *t, const struct iovec *pieces, int count,
                     bool more);
    ssize_t (*send_file)(struct transport *t, int file, uint64_t at,
                         size_t len);
    void (*close)(struct transport *t);
};

struct transport {
    const struct transport_ops *ops; /* NULL: closed */
    int fd;
};

/* In the clear. */
extern const struct transport_ops transport_plain;

static inline ssize_t transport_read(struct transport *t, void *into,
                                     size_t room)
{
    return t->ops->read(t, into, room);
}

static inline ssize_t transport_write(struct transport *t,
                                      const struct iovec *pieces, int count,
                                      bool more)
{
    return t->ops->write(t, pieces, count, more);
}

static inline ssize_t transport_send_file(struct transport *t, int file,
                                          uint64_t at, size_t len)
{
    return t->ops->send_file(t, file, at, len);
}

/* What send_file does, by reading and writing: for "sendfile off" and for files
 * that sendfile refuses. Moves at most 64 KiB. */
ssize_t transport_copy_file(struct transport *t, int file, uint64_t at,
                            size_t len);

static inline void transport_close(struct transport *t)
{
    if (t->ops)
        t->ops->close(t);
}

/* The peer sees the end of the stream once it has read everything; reading
 * goes on. */
int transport_end(struct transport *t);

/* Lets small parts wait for the acknowledgement of those before them (Nagle's
 * algorithm); off at first. 0 or -errno. */
int transport_delay(struct transport *t, bool delays);

/* Closing will send a reset: for a client that timed out and gets no more. */
void transport_reset(struct transport *t);

#endif
