/* guard.c - every interleaving of the guard's real code, with kills and stops
 *
 * ipc/guard.c is compiled in here with each access to what is shared made a
 * step. Process 0 is the master: it repairs after those that died, heals at any
 * time (a deadline may pass at any step) and takes the guard itself. The others
 * take it by trying or by waiting, again and again; each may be killed at every
 * step, and once the master has repaired, its successor has the same pid. A
 * process that is stopped is one that is not chosen any more. */
#include <errno.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "walk.h"

static int model_init(sem_t *s, int shared, unsigned value);
static int model_trywait(sem_t *s);
static int model_clockwait(sem_t *s, clockid_t clock, const struct timespec *t);
static int model_post(sem_t *s);
static int model_getvalue(sem_t *s, int *value);
static bool model_change(_Atomic int32_t *word, int32_t *from, int32_t to);
static int32_t model_load(_Atomic int32_t *word);

#undef atomic_compare_exchange_strong_explicit
#undef atomic_load_explicit
#define atomic_compare_exchange_strong_explicit(word, from, to, yes, no)       \
    model_change(word, from, to)
#define atomic_load_explicit(word, order) model_load(word)
#define sem_init model_init
#define sem_trywait model_trywait
#define sem_clockwait model_clockwait
#define sem_post model_post
#define sem_getvalue model_getvalue
#include "ipc/guard.c" /* the real one */
#undef sem_init

enum { MASTER, PIDS = WALK_PROCESSES, KILLS_MAX = 3 };

static struct {
    struct guard guard;
    int value;        /* of the semaphore */
    bool dead[PIDS];  /* and not repaired yet */
    int token[PIDS];  /* got from the semaphore or to be posted */
    unsigned inside;  /* who is behind the guard: number + 1 */
    unsigned kills;   /* left */
    bool overtook;    /* someone healed what was not lost */
    unsigned entered; /* who has just entered: number + 1 */
} shared;

static unsigned processes;
static bool heals;

/* Everything that can be turned into the holder's place. Never more than one,
 * but for a token that was taken for lost while its process was stopped. */
static int tokens(void)
{
    int sum = shared.value + (shared.guard.holder != 0);

    for (unsigned i = 0; i < processes; i++)
        sum += shared.dead[i] ? 0 : shared.token[i];
    return sum;
}

static void check(void)
{
    if (shared.value < 0)
        walk_violation("the semaphore is below 0");
    if (!shared.overtook && tokens() > 1)
        walk_violation("two tokens, and nobody was taken for dead");
    if (tokens() > (int)processes)
        walk_violation("more tokens than processes");
}

static int model_init(sem_t *s, int shared_too, unsigned value)
{
    (void)s, (void)shared_too;
    shared.value = (int)value;
    return 0;
}

static int model_trywait(sem_t *s)
{
    (void)s;
    walk_step();
    walk_saw(shared.value > 0);
    if (shared.value == 0) {
        errno = EAGAIN;
        return -1;
    }
    shared.value--;
    /* the holder who finds one takes it away for good */
    if (shared.guard.holder != (int32_t)walk_self() + 1)
        shared.token[walk_self()] = 1;
    return 0;
}

/* Chosen while the semaphore is at 0: then the deadline has passed. */
static int model_clockwait(sem_t *s, clockid_t clock, const struct timespec *t)
{
    (void)clock, (void)t;
    if (model_trywait(s) == 0)
        return 0;
    errno = ETIMEDOUT;
    return -1;
}

static int model_post(sem_t *s)
{
    (void)s;
    walk_step();
    shared.value++;
    shared.token[walk_self()] = 0;
    check();
    return 0;
}

static int model_getvalue(sem_t *s, int *value)
{
    (void)s;
    walk_step();
    *value = shared.value;
    walk_saw((uint64_t)*value);
    return 0;
}

static bool model_change(_Atomic int32_t *word, int32_t *from, int32_t to)
{
    int *token = &shared.token[walk_self()];
    bool same;

    walk_step();
    same = *word == *from;
    walk_saw(same);
    if (same && to != 0) {
        /* without a token: healing. Was the token really lost? */
        if (*token == 0 && tokens() > 0)
            shared.overtook = true;
        *token = 0;
    } else if (same) {
        *token = 1;
    } else {
        *token = 0; /* one too many: kept by nobody */
        if (to != 0)
            walk_back(); /* one starts again */
    }
    if (same)
        *word = to;
    check();
    return same;
}

static int32_t model_load(_Atomic int32_t *word)
{
    walk_step();
    walk_saw((uint64_t)*word);
    return *word;
}

static int32_t pid(void)
{
    return (int32_t)walk_self() + 1;
}

/* What the guard is for. */
static void critical(void)
{
    if (shared.inside != 0)
        walk_violation("two behind the guard");
    shared.inside = walk_self() + 1;
    shared.entered = walk_self() + 1;
    walk_step();
    shared.entered = 0;
    if (shared.inside != walk_self() + 1)
        walk_violation("another came behind the guard");
    shared.inside = 0;
}

static void try_on(void)
{
    for (;;) {
        walk_place(0);
        if (guard_try(&shared.guard, pid())) {
            critical();
            if (!guard_give(&shared.guard, pid()))
                walk_violation("a living holder lost the guard");
        }
    }
}

static void wait_on(void)
{
    for (;;) {
        walk_place(0);
        if (guard_wait(&shared.guard, pid(), NULL) == 0) {
            critical();
            if (!guard_give(&shared.guard, pid()))
                walk_violation("a living holder lost the guard");
        }
    }
}

static void repair(unsigned number)
{
    if (shared.inside == number + 1)
        shared.inside = 0; /* it will not write there any more */
    guard_repair(&shared.guard, (int32_t)number + 1);
    shared.dead[number] = false;
}

static void supervise(void)
{
    for (;;) {
        walk_place(0);
        for (unsigned i = 1; i < processes; i++) {
            walk_saw(shared.dead[i]);
            if (shared.dead[i])
                repair(i);
        }
        walk_place(1);
        if (heals)
            guard_heal(&shared.guard, pid());
        walk_place(2);
        if (guard_try(&shared.guard, pid())) {
            critical();
            guard_give(&shared.guard, pid());
        }
    }
}

/* As one might do it: whoever looks dead is repaired, without asking whether
 * the holder's word still names it. */
static void supervise_naively(void)
{
    for (;;) {
        walk_place(0);
        walk_step();
        walk_saw(shared.guard.holder == 2);
        if (shared.guard.holder == 2) {
            walk_step();
            shared.guard.holder = 0;
            walk_step();
            shared.value++;
        }
    }
}

static bool may_run(unsigned process)
{
    return !shared.dead[process];
}

static bool may_die(unsigned process)
{
    return process != MASTER && !shared.dead[process] && shared.kills > 0;
}

static void dies(unsigned process)
{
    shared.kills--;
    shared.dead[process] = true;
    shared.token[process] = 0;
    if (shared.entered == process + 1)
        shared.entered = 0;
}

/* Bits 0-3: process i has just come behind the guard. Bits 4-7: process i
 * lives. Bits 8-11: process i is not the holder. Bit 12: the semaphore and the
 * holder are one at most, as it ought to be. */
static uint32_t flags(void)
{
    uint32_t f = 0;

    for (unsigned i = 0; i < processes; i++) {
        f |= shared.entered == i + 1 ? 1u << i : 0;
        f |= !shared.dead[i] ? 0x10u << i : 0;
        f |= shared.guard.holder != (int32_t)i + 1 ? 0x100u << i : 0;
    }
    return f | (shared.value + (shared.guard.holder != 0) <= 1 ? 1u << 12 : 0);
}

struct cast {
    const char *name;
    unsigned count;
    void (*run[WALK_PROCESSES])(void);
    unsigned kills;
    bool heals;
};

static const char *play(const struct cast *cast, struct walk *w)
{
    *w = (struct walk){
        .name = cast->name,
        .count = cast->count,
        .shared = &shared,
        .shared_size = sizeof(shared),
        .may_run = may_run,
        .may_die = may_die,
        .dies = dies,
        .flags = flags,
    };
    memcpy(w->run, cast->run, sizeof(w->run));
    memset(&shared, 0, sizeof(shared));
    processes = cast->count;
    heals = cast->heals;
    shared.kills = cast->kills;
    shared.value = 1;
    return walk_all(w);
}

/* Everyone who lives can get in, even while one of the others is stopped
 * anywhere for ever, if only it does not hold the guard. */
static unsigned stuck(const struct cast *cast)
{
    unsigned all = (1u << cast->count) - 1;
    unsigned found = 0;

    for (unsigned who = 0; who < cast->count; who++) {
        found += walk_stuck(0x10u << who, 1u << who, all);
        for (unsigned still = 1; cast->heals && still < cast->count; still++) {
            if (still != who)
                found += walk_stuck(0x10u << who | 0x100u << still, 1u << who,
                                    all & ~(1u << still));
        }
    }
    return found;
}

/* A token too many goes away by the first who comes by, even if it is alone. */
static unsigned swollen(const struct cast *cast)
{
    unsigned found = 0;

    for (unsigned who = 0; who < cast->count; who++) {
        uint32_t from = 0x10u << who;

        for (unsigned i = 0; i < cast->count; i++)
            from |= i != who ? 0x100u << i : 0;
        found += walk_stuck(from, 1u << 12, 1u << who);
    }
    return found;
}

static void walk_cast(const struct cast *cast)
{
    struct walk w;
    const char *violated = play(cast, &w);
    char what[80];

    snprintf(what, sizeof(what), "%u states", walk_states());
    walk_says(!violated, cast->name, violated ? violated : what);
    if (violated) {
        walk_trace();
        return;
    }
    walk_says(stuck(cast) == 0, cast->name, "everyone who lives gets in");
    walk_says(swollen(cast) == 0, cast->name, "a token too many goes away");
}

static const struct cast casts[] = {
    {"a worker tries", 2, {supervise, try_on}, 2, true},
    {"a child waits", 2, {supervise, wait_on}, 2, true},
    {"worker and reader try", 3, {supervise, try_on, try_on}, 2, true},
    {"one tries, one waits", 3, {supervise, try_on, wait_on}, 3, true},
    {"two wait", 3, {supervise, wait_on, wait_on}, 3, true},
    {"who waits heals", 2, {supervise, wait_on}, 3, false},
    {"three of them", 4, {supervise, try_on, try_on, wait_on}, 2, true},
};

/* A walk that finds nothing must be able to find something. */
static void find_the_naive_repair(void)
{
    static const struct cast cast = {
        "a naive repair", 3, {supervise_naively, try_on, try_on}, 0, false};
    struct walk w;

    walk_says(play(&cast, &w) != NULL, cast.name, "is found out");
}

static void find_the_lost_token(void)
{
    static const struct cast cast = {
        "without healing", 2, {supervise, try_on}, 1, false};
    struct walk w;

    walk_says(play(&cast, &w) == NULL && stuck(&cast) > 0, cast.name,
              "a kill between two steps locks for good");
}

int main(void)
{
    unsigned count = sizeof(casts) / sizeof(casts[0]);

    printf("1..%u\n", count * 3 + 2);
    for (unsigned i = 0; i < count; i++)
        walk_cast(&casts[i]);
    find_the_naive_repair();
    find_the_lost_token();
    walk_close();
    return 0;
}
