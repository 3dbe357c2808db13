/* doorbell.h - which log ring wants to be read: a POSIX message queue
 *
 * Everyone rings, the logger alone listens. A message says where to look and
 * carries nothing itself: what is lost with it (the queue was full) is found by
 * the logger's sweep of all rings once a second. */
#ifndef PRONG_IPC_DOORBELL_H
#define PRONG_IPC_DOORBELL_H

#include <mqueue.h>
#include <stdbool.h>
#include <stdint.h>

enum doorbell_kind {
    DOORBELL_RECORDS, /* the slot's ring has records */
    DOORBELL_ERROR,   /* so it has, and one of them is an error */
    DOORBELL_CRASH,   /* the slot's owner died: take its last words */
    DOORBELL_RELOAD,  /* a generation began or ended: sweep all */
    DOORBELL_KINDS
};

/* Where there is no queue: (mqd_t)-1. */
#define DOORBELL_NONE ((mqd_t)-1)

/* How many slots a message can name; the scoreboard has no more. */
enum { DOORBELL_SLOTS = 256 };

/* Makes the queue, non-blocking, and takes its name away at once, so that
 * nothing can be left behind: children inherit the descriptor. Returns
 * DOORBELL_NONE with errno where queues are not to be had (EMFILE, ENOSPC,
 * ENOSYS, EACCES): then the logger sweeps every 50 ms, and the master says so
 * once. */
mqd_t doorbell_open(void);

/* Never blocks and never fails: a full queue loses the message, and
 * DOORBELL_NONE takes none. Errors, crashes and reloads overtake records. The
 * slot is ignored for DOORBELL_RELOAD. False when the message was lost. */
bool doorbell_ring(mqd_t queue, enum doorbell_kind kind, unsigned slot);

/* What the logger heard in one visit. */
struct doorbell_heard {
    uint64_t slots[DOORBELL_SLOTS / 64]; /* a bit for each slot named */
    unsigned messages;
    bool sweep; /* look at every ring: a reload, a message that makes no
                 * sense, or a queue that was full and may have lost some */
};

/* Takes what is in the queue, at most what it holds when full, so that ringers
 * cannot keep the listener here. */
void doorbell_drain(mqd_t queue, struct doorbell_heard *heard);

static inline bool doorbell_names(const struct doorbell_heard *heard,
                                  unsigned slot)
{
    return slot < DOORBELL_SLOTS &&
           (heard->slots[slot / 64] >> (slot % 64) & 1) != 0;
}

/* DOORBELL_NONE is fine. */
void doorbell_close(mqd_t queue);

#endif
