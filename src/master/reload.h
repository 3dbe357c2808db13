/* reload.h - from one configuration to the next, as a transaction
 *
 * The first start is the same way from none to the first. Read, settle, open
 * logs, sockets and FIFOs, fork, READY of all, commit; whatever fails on the
 * way takes back what was done, and the generation before never stopped
 * serving. */
#ifndef PRONG_MASTER_RELOAD_H
#define PRONG_MASTER_RELOAD_H

#include "master/master.h"

/* The first generation, of start->conf. What fails is told by reload_fail. */
void reload_first(struct master *m);

/* Reads the configuration again. While a reload is under way, or too many
 * generations drain, it becomes one more afterwards. */
void reload_begin(struct master *m, enum command_origin by);

/* Gives up the one that is under way, with the reason; nothing without one. */
void reload_fail(struct master *m, const char *why);

/* A child has become READY. */
void reload_child_ready(struct master *m);

/* A child of the candidate has ended. */
void reload_child_failed(struct master *m, const struct child *c, int status);

/* One row less: frees the generation when it was the last and nobody wants
 * it. */
void reload_generation_shrank(struct master *m, struct generation *g);

/* Frees all generations: the children are gone. */
void reload_close(struct master *m);

#endif
