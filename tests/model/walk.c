/* walk.c - coroutines that can be put back, and a set of the states seen */
#include "walk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>

enum { STACK = 64 * 1024, MARGIN = 256, DIES = 0x80, STATES_MAX = 3000000 };

struct process {
    ucontext_t context;
    uint64_t seen;  /* a sum over what it saw since it stood there */
    uint64_t place; /* walk_place */
    char *top;      /* the lowest byte of the stack that matters */
};

struct saved {
    struct saved *next;
    unsigned id;
    size_t sizes[WALK_PROCESSES];
    uint64_t seen[WALK_PROCESSES];
    uint64_t places[WALK_PROCESSES];
    ucontext_t contexts[WALK_PROCESSES];
    char bytes[]; /* the stacks' parts, then the shared memory */
};

struct key {
    uint64_t a;
    uint64_t b;
};

struct edge {
    uint32_t from;
    uint32_t to;
    uint8_t actor;
};

static const struct walk *walk;
static struct process processes[WALK_PROCESSES];
static _Alignas(64) char stacks[WALK_PROCESSES][STACK];
static ucontext_t scheduler;
static unsigned self;
static const char *violated;

static struct key *keys; /* by id */
static uint32_t *flags;
static uint32_t *parents;
static uint8_t *actors;
static uint32_t *table; /* id + 1, by hash */
static struct edge *edges;
static unsigned states, state_room, table_size;
static size_t edge_count, edge_room;
static unsigned last_parent;
static uint8_t last_actor;

static void bail_out(const char *why)
{
    printf("Bail out! %s\n", why);
    exit(1);
}

static void *need(void *memory)
{
    if (!memory)
        bail_out("no memory");
    return memory;
}

unsigned walk_self(void)
{
    return self;
}

unsigned walk_states(void)
{
    return states;
}

void walk_violation(const char *what)
{
    if (!violated)
        violated = what;
}

void walk_saw(uint64_t what)
{
    uint64_t *seen = &processes[self].seen;

    *seen = (*seen ^ (what + 0x51)) * UINT64_C(0x9e3779b97f4a7c15);
    *seen ^= *seen >> 31;
}

void walk_place(unsigned place)
{
    processes[self].place = place;
    processes[self].seen = place;
}

void walk_back(void)
{
    processes[self].seen = processes[self].place;
}

__attribute__((noinline)) void walk_step(void)
{
    struct process *p = &processes[self];

    walk_saw(1);
    p->top = (char *)__builtin_frame_address(0) - MARGIN;
    swapcontext(&p->context, &scheduler);
}

static void enter(void)
{
    walk->run[self]();
    abort(); /* a process never ends by itself */
}

static void start(unsigned number)
{
    struct process *p = &processes[number];

    p->seen = 0;
    p->place = 0;
    getcontext(&p->context);
    p->context.uc_stack.ss_sp = stacks[number];
    p->context.uc_stack.ss_size = STACK;
    p->context.uc_link = NULL;
    makecontext(&p->context, enter, 0);
    p->top = stacks[number] + STACK - 4 * MARGIN;
}

static void resume(unsigned number)
{
    self = number;
    swapcontext(&scheduler, &processes[number].context);
}

static size_t used(unsigned number)
{
    return (size_t)(stacks[number] + STACK - processes[number].top);
}

static struct saved *save(unsigned id)
{
    size_t size = walk->shared_size;
    struct saved *s;
    char *at;

    for (unsigned i = 0; i < walk->count; i++)
        size += used(i);
    s = need(malloc(sizeof(*s) + size));
    s->id = id;
    at = s->bytes;
    for (unsigned i = 0; i < walk->count; i++) {
        s->sizes[i] = used(i);
        s->contexts[i] = processes[i].context;
        s->seen[i] = processes[i].seen;
        s->places[i] = processes[i].place;
        memcpy(at, processes[i].top, s->sizes[i]);
        at += s->sizes[i];
    }
    memcpy(at, walk->shared, walk->shared_size);
    return s;
}

static void put_back(const struct saved *s)
{
    const char *at = s->bytes;

    for (unsigned i = 0; i < walk->count; i++) {
        processes[i].top = stacks[i] + STACK - s->sizes[i];
        processes[i].context = s->contexts[i];
        processes[i].seen = s->seen[i];
        processes[i].place = s->places[i];
        memcpy(processes[i].top, at, s->sizes[i]);
        at += s->sizes[i];
    }
    memcpy(walk->shared, at, walk->shared_size);
}

static void mix(struct key *k, const void *bytes, size_t size)
{
    const char *at = bytes;
    uint64_t word;

    for (size_t i = 0; i < size; i += 8) {
        word = 0;
        memcpy(&word, at + i, size - i < 8 ? size - i : 8);
        k->a = (k->a ^ word) * UINT64_C(0x9e3779b97f4a7c15);
        k->a ^= k->a >> 29;
        k->b = (k->b + word) * UINT64_C(0xc2b2ae3d27d4eb4f);
        k->b ^= k->b >> 31;
    }
}

static struct key key_of_now(void)
{
    struct key k = {1, 2};

    mix(&k, walk->shared, walk->shared_size);
    for (unsigned i = 0; i < walk->count; i++) {
        mix(&k, &processes[i].seen, sizeof(processes[i].seen));
        mix(&k, &processes[i].place, sizeof(processes[i].place));
    }
    return k;
}

static void grow_states(void)
{
    if (states > STATES_MAX)
        bail_out("too many states: is all that was seen told?");
    state_room = state_room ? state_room * 2 : 1 << 14;
    keys = need(realloc(keys, state_room * sizeof(*keys)));
    flags = need(realloc(flags, state_room * sizeof(*flags)));
    parents = need(realloc(parents, state_room * sizeof(*parents)));
    actors = need(realloc(actors, state_room * sizeof(*actors)));
    free(table);
    table_size = state_room * 4;
    table = need(calloc(table_size, sizeof(*table)));
    for (unsigned id = 0; id < states; id++) {
        unsigned at = (unsigned)(keys[id].a % table_size);

        while (table[at])
            at = (at + 1) % table_size;
        table[at] = id + 1;
    }
}

/* The number of the state that stands now; new when it was not seen before. */
static unsigned number_of_now(bool *is_new)
{
    struct key k = key_of_now();
    unsigned at;

    if (states == state_room)
        grow_states();
    at = (unsigned)(k.a % table_size);
    for (; table[at]; at = (at + 1) % table_size) {
        const struct key *seen = &keys[table[at] - 1];

        if (seen->a == k.a && seen->b == k.b) {
            *is_new = false;
            return table[at] - 1;
        }
    }
    table[at] = states + 1;
    keys[states] = k;
    flags[states] = walk->flags ? walk->flags() : 0;
    *is_new = true;
    return states++;
}

static void add_edge(unsigned from, unsigned to, uint8_t actor)
{
    if (edge_count == edge_room) {
        edge_room = edge_room ? edge_room * 2 : 1 << 16;
        edges = need(realloc(edges, edge_room * sizeof(*edges)));
    }
    edges[edge_count++] = (struct edge){from, to, actor};
}

/* What stands now came from `from` by a deed of `actor`. */
static void arrive(struct saved **todo, unsigned from, uint8_t actor)
{
    bool is_new;
    unsigned id = number_of_now(&is_new);
    struct saved *s;

    last_parent = from;
    last_actor = actor;
    add_edge(from, id, actor);
    if (!is_new)
        return;
    parents[id] = from;
    actors[id] = actor;
    s = save(id);
    s->next = *todo;
    *todo = s;
}

static void expand(struct saved **todo, const struct saved *s)
{
    for (unsigned i = 0; i < walk->count && !violated; i++) {
        put_back(s);
        if (!walk->may_run || walk->may_run(i)) {
            resume(i);
            arrive(todo, s->id, (uint8_t)i);
        }
        put_back(s);
        if (!violated && walk->may_die && walk->may_die(i)) {
            start(i);
            walk->dies(i);
            arrive(todo, s->id, (uint8_t)(i | DIES));
        }
    }
}

const char *walk_all(const struct walk *w)
{
    struct saved *todo = NULL;

    walk_close();
    walk = w;
    violated = NULL;
    for (unsigned i = 0; i < w->count; i++)
        start(i);
    arrive(&todo, 0, 0);
    while (todo) {
        struct saved *s = todo;

        todo = s->next;
        if (!violated)
            expand(&todo, s);
        free(s);
    }
    return violated;
}

void walk_trace(void)
{
    unsigned path[200];
    unsigned len = 0;

    for (unsigned id = last_parent; id != 0 && len < 200; id = parents[id])
        path[len++] = actors[id];
    printf("# the way there:");
    while (len-- > 0)
        printf(path[len] & DIES ? " kill%u" : " %u", path[len] & (DIES - 1u));
    printf(last_actor & DIES ? " kill%u\n" : " %u\n", last_actor & (DIES - 1u));
}

unsigned walk_stuck(uint32_t from, uint32_t to, unsigned who)
{
    bool *reaches = need(calloc(states, sizeof(*reaches)));
    unsigned stuck = 0;
    bool more = true;

    for (unsigned i = 0; i < states; i++)
        reaches[i] = (flags[i] & to) != 0;
    while (more) {
        more = false;
        for (size_t i = edge_count; i-- > 0;) {
            const struct edge *e = &edges[i];

            if (e->actor & DIES || !(who & (1u << e->actor)) ||
                reaches[e->from] || !reaches[e->to])
                continue;
            reaches[e->from] = true;
            more = true;
        }
    }
    for (unsigned i = 0; i < states; i++)
        stuck += (flags[i] & from) == from && !reaches[i];
    free(reaches);
    return stuck;
}

bool walk_holds(uint32_t all)
{
    for (unsigned i = 0; i < states; i++) {
        if ((flags[i] & all) == all)
            return true;
    }
    return false;
}

void walk_close(void)
{
    free(keys);
    free(flags);
    free(parents);
    free(actors);
    free(table);
    free(edges);
    keys = NULL;
    flags = NULL;
    parents = NULL;
    actors = NULL;
    table = NULL;
    edges = NULL;
    states = state_room = table_size = 0;
    edge_count = edge_room = 0;
}

void walk_says(bool good, const char *name, const char *what)
{
    static unsigned number;

    printf("%sok %u - %s%s%s\n", good ? "" : "not ", ++number, name,
           what ? ": " : "", what ? what : "");
    fflush(stdout);
}
