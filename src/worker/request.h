/* request.h - one request of HTTP/1: takes it up, passes its body over, and has
 * its answer settled and put out */
#ifndef PRONG_WORKER_REQUEST_H
#define PRONG_WORKER_REQUEST_H

#include "worker/h1.h"

/* Does what the phase says, and says what is next. */
enum h1_step request_step(struct conn *c, struct h1 *h);

/* The request in hand never came whole, or too slowly: it is accounted for with
 * this status, and gets no answer. Nothing where none is in hand. */
void request_give_up(struct conn *c, struct h1 *h, unsigned status);

#endif
