/* worker.h - the process that speaks HTTP: one loop, non-blocking sockets */
#ifndef PRONG_WORKER_WORKER_H
#define PRONG_WORKER_WORKER_H

struct role_context;

/* Serves until it is told to end: SIGTERM or SIGINT from a process, the
 * channel, or the end of the lifeline. Returns the exit status. */
int worker_run(struct role_context *context);

#endif
