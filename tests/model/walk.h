/* walk.h - walks through every interleaving of a few processes
 *
 * The real code runs on stacks of its own; wherever it touches what is shared
 * it calls walk_step, and there any other process may come first, or it is
 * killed. A state is the shared memory, and for each process what it has seen
 * there since it began its round; each different state is gone on from once, so
 * endless loops come to an end. The order of memory is taken as sequential. */
#ifndef PRONG_TESTS_MODEL_WALK_H
#define PRONG_TESTS_MODEL_WALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { WALK_PROCESSES = 4 };

struct walk {
    const char *name;
    unsigned count;                    /* of processes */
    void (*run[WALK_PROCESSES])(void); /* each loops for ever */
    void *shared;                      /* everything that they share */
    size_t shared_size;                /* its content at first is the start */
    bool (*may_run)(unsigned process); /* NULL: always */
    bool (*may_die)(unsigned process); /* NULL: never */
    void (*dies)(unsigned process);    /* its successor starts at `run` */
    uint32_t (*flags)(void);           /* what walk_reaches asks for */
};

/* Here others may come between. Called by the processes alone. */
void walk_step(void);

/* What the process read after the step: everything that its next steps depend
 * on must be told here. */
void walk_saw(uint64_t what);

/* Nothing of what the process saw matters any more: its next steps depend on
 * where it stands alone. Each such place has a number. */
void walk_place(unsigned place);

/* The process stands where it was at its last walk_place. */
void walk_back(void);

/* The number of the process that runs. */
unsigned walk_self(void);

/* What must not happen has happened; ends the walk. */
void walk_violation(const char *what);

/* All of it. NULL when nothing was violated, or what was; `trace` says then who
 * stepped or died on the way there. Memory is held until walk_close. */
const char *walk_all(const struct walk *w);
unsigned walk_states(void);
void walk_trace(void);

/* Is there, from every state with all flags of `from`, a way to one with the
 * flag `to` on which only processes of the bit set `actors` step and nobody
 * dies? Says how many states have none. */
unsigned walk_stuck(uint32_t from, uint32_t to, unsigned actors);

/* Was there a state with all of these flags? */
bool walk_holds(uint32_t all);

void walk_close(void);

/* One line of the test protocol. */
void walk_says(bool good, const char *name, const char *what);

#endif
