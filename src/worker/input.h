/* input.h - the reading half of HTTP/1: bytes for the parser
 *
 * The texts of a request are spans of its head, which so stands here until its
 * exchange ends, or moves with their knowledge. */
#ifndef PRONG_WORKER_INPUT_H
#define PRONG_WORKER_INPUT_H

#include "worker/h1.h"

/* Reads more of a head, once a turn. H1_ON with more bytes; H1_READ, H1_AGAIN;
 * H1_DONE or H1_BREAK at the end of the stream. */
enum h1_step input_read_head(struct conn *c, struct h1 *h);

/* Reads more of a body, behind the head in hand. */
enum h1_step input_read_body(struct conn *c, struct h1 *h);

/* The body has been passed over: what follows it moves up behind the head. */
void input_close_gap(struct h1 *h);

/* At the start of a turn: unused bytes go to the front, unless an answer that
 * is on its way still needs what stands there. */
void input_compact(struct h1 *h);

/* A connection that waits keeps no more memory for its requests than they
 * need. */
void input_shrink(struct conn *c, struct h1 *h);

void input_close(struct conn *c, struct h1 *h);

#endif
