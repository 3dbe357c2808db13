/* linger.h - the end of a connection whose client may still be sending
 *
 * To close a socket with unread bytes sends a reset, which destroys an answer
 * that is still on its way. So the end of the stream is sent, and what comes is
 * read and thrown away until the peer closes too (nginx's lingering_close; RFC
 * 9112 section 9.6). */
#ifndef PRONG_WORKER_LINGER_H
#define PRONG_WORKER_LINGER_H

#include <stdint.h>

struct conn;

/* At most `time_ms`, and no longer than `silence_ms` without a byte. The
 * session's state must have been given back. May close the connection. */
void linger_begin(struct conn *c, uint64_t time_ms, uint64_t silence_ms);

#endif
