/* doorbell.c - which log ring wants to be read: a POSIX message queue */
#include "ipc/doorbell.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/attr.h"

/* What travels. The kernel keeps the length, priority and order. */
struct doorbell_message {
    uint16_t kind;
    uint16_t slot;
};

static const unsigned priorities[DOORBELL_KINDS] = {
    [DOORBELL_RECORDS] = 0,
    [DOORBELL_RELOAD] = 1,
    [DOORBELL_ERROR] = 2,
    [DOORBELL_CRASH] = 3,
};

/* The name lives for two system calls; it must only be nobody else's. */
static mqd_t open_named(unsigned attempt, long room)
{
    struct mq_attr attributes = {
        .mq_maxmsg = room,
        .mq_msgsize = sizeof(struct doorbell_message),
    };
    char name[64];
    mqd_t queue;

    snprintf(name, sizeof(name), "/prong.%ld.%u", (long)getpid(), attempt);
    queue = mq_open(name, O_RDWR | O_CREAT | O_EXCL | O_NONBLOCK | O_CLOEXEC,
                    0600, &attributes);
    if (queue != DOORBELL_NONE)
        mq_unlink(name);
    return queue;
}

mqd_t doorbell_open(void)
{
    /* Without CAP_SYS_RESOURCE more than 10 are refused (msg_max). */
    static const long rooms[] = {DOORBELL_SLOTS, 10, 4};

    for (size_t i = 0; i < ARRAY_LEN(rooms); i++) {
        for (unsigned attempt = 0; attempt < 16; attempt++) {
            mqd_t queue = open_named(attempt, rooms[i]);

            if (queue != DOORBELL_NONE)
                return queue;
            if (errno != EEXIST)
                break;
        }
    }
    return DOORBELL_NONE;
}

bool doorbell_ring(mqd_t queue, enum doorbell_kind kind, unsigned slot)
{
    struct doorbell_message message = {(uint16_t)kind, (uint16_t)slot};

    if (queue == DOORBELL_NONE || (unsigned)kind >= DOORBELL_KINDS)
        return false;
    return mq_send(queue, (const char *)&message, sizeof(message),
                   priorities[kind]) == 0;
}

static void hear(struct doorbell_heard *heard, const char *bytes, size_t len)
{
    struct doorbell_message message;

    heard->messages++;
    if (len != sizeof(message)) {
        heard->sweep = true;
        return;
    }
    memcpy(&message, bytes, sizeof(message));
    if (message.kind == DOORBELL_RELOAD || message.kind >= DOORBELL_KINDS ||
        message.slot >= DOORBELL_SLOTS)
        heard->sweep = true;
    else
        heard->slots[message.slot / 64] |= UINT64_C(1) << (message.slot % 64);
}

void doorbell_drain(mqd_t queue, struct doorbell_heard *heard)
{
    struct mq_attr attributes;
    char bytes[sizeof(struct doorbell_message)];

    *heard = (struct doorbell_heard){0};
    if (queue == DOORBELL_NONE || mq_getattr(queue, &attributes) < 0)
        return;
    while (heard->messages < (unsigned)attributes.mq_maxmsg) {
        ssize_t len = mq_receive(queue, bytes, sizeof(bytes), NULL);

        if (len < 0)
            return; /* EAGAIN: that was all */
        hear(heard, bytes, (size_t)len);
    }
    heard->sweep = true; /* it was full: some may have found no room */
}

void doorbell_close(mqd_t queue)
{
    if (queue != DOORBELL_NONE)
        mq_close(queue);
}
