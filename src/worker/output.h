/* output.h - the sending half of HTTP/1: answers become bytes, in one write
 * where it can be, and are accounted for once their last byte is written */
#ifndef PRONG_WORKER_OUTPUT_H
#define PRONG_WORKER_OUTPUT_H

#include <stdbool.h>

#include "base/str.h"
#include "worker/h1.h"

/* Puts the head of the answer in hand behind what is there. */
enum h1_step output_head(struct conn *c, struct h1 *h);

/* Puts its body there, or writes it at once where it is large. When all of it
 * is there, the answer joins `unsent` and none is in hand. */
enum h1_step output_body(struct conn *c, struct h1 *h);

/* Puts bytes that belong to no answer ("100 Continue"). */
enum h1_step output_interim(struct conn *c, struct h1 *h, struct str text);

/* Writes what is there, and accounts for the answers that went out whole.
 * H1_ON when nothing is left, H1_ROOM, or H1_BREAK. */
enum h1_step output_flush(struct conn *c, struct h1 *h);

/* Keeps what is unwritten so that others can use worker->out. 0 or -ENOMEM. */
int output_hold(struct conn *c, struct h1 *h);

/* The connection ends before these answers did: accounts for them as cut, and
 * gives them back. */
void output_cut(struct conn *c, struct h1 *h);

/* Accounts for an exchange that gets not a byte (408, 444), and gives it
 * back. */
void output_silent(struct conn *c, struct h1 *h, struct answer *a);

#endif
