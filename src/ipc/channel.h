/* channel.h - what the master and one child say to each other
 *
 * A pair of SOCK_SEQPACKET sockets per child: a message arrives whole or not at
 * all, and may bring one descriptor. Nothing here ever blocks, whatever the
 * peer does: one that died gives -EPIPE, one that does not read gives -EAGAIN.
 */
#ifndef PRONG_IPC_CHANNEL_H
#define PRONG_IPC_CHANNEL_H

#include <stdint.h>

struct role_log;

enum channel_verb {
    /* from the master */
    CHANNEL_STOP = 1, /* end at once */
    CHANNEL_QUIT,     /* finish what you have, then end */
    CHANNEL_LOG,      /* to the logger: a destination of the next table: its
                       * number, its path, its descriptor */
    CHANNEL_LOGS,     /* that was the table, of `count` destinations: switch */

    /* from a child */
    CHANNEL_DONE,   /* the answer to the verb with this serial: `result` */
    CHANNEL_REOPEN, /* a process told me to reopen the logs; see to it */
    CHANNEL_VERBS
};

enum { CHANNEL_TEXT_MAX = 4096 };

/* By value on both sides; zero what is not used. */
struct channel_message {
    enum channel_verb verb;
    uint32_t serial; /* of the question; its answer repeats it */
    int32_t result;  /* CHANNEL_DONE: 0 or -errno */
    uint32_t count;  /* CHANNEL_LOGS: how many there were */
    uint16_t number; /* CHANNEL_LOG */
    int fd; /* CHANNEL_LOG, else -1. Sent: stays the sender's. Received: the
             * receiver's own, with CLOEXEC */
    char text[CHANNEL_TEXT_MAX]; /* ended by NUL: a path, a reason */
};

/* ends[0] for the master, ends[1] for the child; non-blocking, CLOEXEC.
 * 0 or -errno. */
int channel_open(int ends[2]);

/* 0; -EAGAIN: the peer does not read, try again when the channel is writable;
 * -EPIPE or -ECONNRESET: it is gone; -EINVAL: no such verb, or a
 * descriptor where none belongs. */
int channel_send(int channel, const struct channel_message *message);

/* 0 with a message; -EAGAIN: there is none now; -EPIPE or -ECONNRESET: the peer
 * is gone for good; -EPROTO: it sent what is no message of ours (it is taken
 * away, descriptors closed, and the next call goes on behind it). */
int channel_receive(int channel, struct channel_message *message);

/* CHANNEL_DONE with `result` for the verb that carried `serial`. */
int channel_answer(int channel, uint32_t serial, int result);

/* Sends the logger a whole new table: CHANNEL_LOG for each row, then
 * CHANNEL_LOGS; rows without a descriptor are left out. The table replaces the
 * one before it as a whole, so it must name every destination that a living
 * generation writes to: send it before the workers of a new generation are
 * forked, and again when a generation is gone. The logger answers CHANNEL_DONE
 * with `serial` when it has switched and the old descriptors are closed.
 * `*sent` begins as 0 and says how far it came: after -EAGAIN call again with
 * the same arguments. A serial that is new begins a new table; a half-sent one
 * is forgotten. */
int channel_send_logs(int channel, const struct role_log *logs, unsigned count,
                      uint32_t serial, unsigned *sent);

#endif
