/* channel.c - what the master and one child say to each other */
#include "ipc/channel.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "ipc/role.h"

/* What stands before the text. */
struct channel_head {
    uint32_t verb;
    uint32_t serial;
    int32_t result;
    uint32_t count;
    uint16_t number;
    uint16_t text_len; /* without a NUL */
};

/* Room for one descriptor, aligned as the kernel's macros want it. */
union channel_control {
    struct cmsghdr align;
    char bytes[CMSG_SPACE(sizeof(int))];
};

int channel_open(int ends[2])
{
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0,
                   ends) < 0)
        return -errno;
    return 0;
}

/* Puts the descriptor beside the bytes. */
static void attach(struct msghdr *packet, union channel_control *control,
                   int fd)
{
    struct cmsghdr *c;

    memset(control, 0, sizeof(*control));
    packet->msg_control = control->bytes;
    packet->msg_controllen = sizeof(control->bytes);
    c = CMSG_FIRSTHDR(packet);
    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = SCM_RIGHTS;
    c->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(c), &fd, sizeof(int));
}

static bool is_verb(uint32_t verb)
{
    return verb >= CHANNEL_STOP && verb < CHANNEL_VERBS;
}

int channel_send(int channel, const struct channel_message *message)
{
    struct channel_head head = {
        .verb = (uint32_t)message->verb,
        .serial = message->serial,
        .result = message->result,
        .count = message->count,
        .number = message->number,
        .text_len = (uint16_t)strnlen(message->text, CHANNEL_TEXT_MAX - 1),
    };
    struct iovec parts[] = {
        {&head, sizeof(head)},
        {(char *)message->text, head.text_len},
    };
    struct msghdr packet = {.msg_iov = parts, .msg_iovlen = 2};
    union channel_control control;

    if (!is_verb(head.verb) || (message->fd >= 0) != (head.verb == CHANNEL_LOG))
        return -EINVAL;
    if (message->fd >= 0)
        attach(&packet, &control, message->fd);
    while (sendmsg(channel, &packet, MSG_DONTWAIT | MSG_NOSIGNAL) < 0) {
        /* ENOBUFS, and ETOOMANYREFS while too many descriptors travel, pass
         * when the peer reads on. */
        if (errno == ENOBUFS || errno == ETOOMANYREFS)
            return -EAGAIN;
        if (errno != EINTR)
            return -errno;
    }
    return 0;
}

/* The descriptor that came along, or -1. */
static int detach(struct msghdr *packet)
{
    struct cmsghdr *c = CMSG_FIRSTHDR(packet);
    int fd = -1;

    if (c && c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS &&
        c->cmsg_len >= CMSG_LEN(sizeof(int)))
        memcpy(&fd, CMSG_DATA(c), sizeof(int));
    return fd;
}

static int take(struct channel_message *message,
                const struct channel_head *head, size_t len)
{
    if (len < sizeof(*head) || len - sizeof(*head) != head->text_len ||
        !is_verb(head->verb))
        return -EPROTO;
    if ((message->fd >= 0) != (head->verb == CHANNEL_LOG))
        return -EPROTO; /* only a log brings a descriptor, and always */
    message->verb = (enum channel_verb)head->verb;
    message->serial = head->serial;
    message->result = head->result;
    message->count = head->count;
    message->number = head->number;
    message->text[head->text_len] = '\0';
    return 0;
}

int channel_receive(int channel, struct channel_message *message)
{
    struct channel_head head = {0};
    struct iovec parts[] = {
        {&head, sizeof(head)},
        {message->text, CHANNEL_TEXT_MAX - 1},
    };
    union channel_control control;
    struct msghdr packet = {.msg_iov = parts,
                            .msg_iovlen = 2,
                            .msg_control = control.bytes,
                            .msg_controllen = CMSG_LEN(sizeof(int))};
    ssize_t len;
    int err;

    /* CMSG_SPACE would have room for a second descriptor in its padding: with
     * CMSG_LEN the kernel itself drops what a peer sends beyond the first. */
    do
        len = recvmsg(channel, &packet, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    while (len < 0 && errno == EINTR);
    if (len < 0)
        return -errno;
    if (len == 0)
        return -EPIPE; /* no message of ours is empty */
    message->fd = detach(&packet);
    err = packet.msg_flags & (MSG_TRUNC | MSG_CTRUNC)
              ? -EPROTO
              : take(message, &head, (size_t)len);
    if (err < 0 && message->fd >= 0) {
        close(message->fd);
        message->fd = -1;
    }
    return err;
}

int channel_answer(int channel, uint32_t serial, int result)
{
    struct channel_message answer = {
        .verb = CHANNEL_DONE, .serial = serial, .result = result, .fd = -1};

    return channel_send(channel, &answer);
}

static int send_log(int channel, const struct role_log *log, uint32_t serial)
{
    struct channel_message message = {.verb = CHANNEL_LOG,
                                      .serial = serial,
                                      .number = log->number,
                                      .fd = log->fd};

    snprintf(message.text, sizeof(message.text), "%s",
             log->path ? log->path : "");
    return channel_send(channel, &message);
}

int channel_send_logs(int channel, const struct role_log *logs, unsigned count,
                      uint32_t serial, unsigned *sent)
{
    struct channel_message commit = {
        .verb = CHANNEL_LOGS, .serial = serial, .fd = -1};
    int err;

    for (unsigned i = 0; i < count; i++)
        commit.count += logs[i].fd >= 0;
    for (; *sent < count; ++*sent) {
        if (logs[*sent].fd < 0)
            continue;
        err = send_log(channel, &logs[*sent], serial);
        if (err < 0)
            return err;
    }
    if (*sent > count)
        return 0; /* all of it went before */
    err = channel_send(channel, &commit);
    if (err == 0)
        ++*sent;
    return err;
}
