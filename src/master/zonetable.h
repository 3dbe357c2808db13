/* zonetable.h - the zones of limits: which memory, and for how long
 *
 * A zone is known by its name, kind, size and key. As long as a generation
 * names it the memory stays, so what was counted survives a reload. */
#ifndef PRONG_MASTER_ZONETABLE_H
#define PRONG_MASTER_ZONETABLE_H

struct child;
struct conf;
struct master;

struct zonetable_row;

struct zonetable {
    struct zonetable_row *rows; /* newest first */
};

/* Gives each zone of the configuration its memory. 0 or -errno, logged. */
int zonetable_map(struct zonetable *t, struct conf *conf);

/* Gives memory back that no generation names any more. */
void zonetable_sweep(struct master *m);

/* Before a child is forked: the ledger of its connections. 0 or -errno. */
int zonetable_give_ledger(struct child *c);

/* It has died: what its connections had counted is given back. */
void zonetable_reap(struct child *c);

#endif
