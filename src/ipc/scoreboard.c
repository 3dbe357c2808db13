/* scoreboard.c - whose slots are whose, and what all may ask
 */
#include "ipc/scoreboard.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "ipc/adopt.h"
#include "ipc/layout.h"
#include "ipc/shmem.h"

enum { LOST_MS = 1000 };

struct scoreboard {
    struct shmem shmem;
    struct layout *layout;
    pid_t owner; /* whose descriptor it is: children close all they inherit,
                  * and the number may be another file there */
    bool is_master;
    /* What the master knows better than the shared words, which any process of
     * the family could spoil: how many slots have memory, and which it gave
     * away. */
    unsigned given;
    bool taken[SCOREBOARD_SLOTS];
    char name[SCOREBOARD_NAME];
    struct section section;                    /* the master's own copy */
    uint64_t lost_since[SCOREBOARD_SLOTS + 1]; /* guards; the last: structure */
};

void scoreboard_name(char into[SCOREBOARD_NAME], struct str pid_path)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325); /* FNV-1a */

    for (size_t i = 0; i < pid_path.len; i++)
        hash = (hash ^ (unsigned char)pid_path.at[i]) * UINT64_C(0x100000001b3);
    snprintf(into, SCOREBOARD_NAME, "/prong.%016llx", (unsigned long long)hash);
}

static struct scoreboard *new_view(const char *name)
{
    struct scoreboard *board = calloc(1, sizeof(*board));

    if (!board)
        return NULL;
    snprintf(board->name, sizeof(board->name), "%s", name);
    board->shmem.fd = -1;
    board->owner = getpid();
    return board;
}

static void adopt(struct scoreboard *board)
{
    board->given = scoreboard_slots(board);
    adopt_slots(board->layout, board->given);
    for (unsigned i = 0; i < board->given; i++)
        board->taken[i] =
            slot_state(layout_slot(board->layout, i)) == SLOT_ORPHANED;
}

int scoreboard_create(struct scoreboard **into, const char *name, gid_t group,
                      enum scoreboard_origin *origin)
{
    struct scoreboard *board = new_view(name);
    enum scoreboard_origin how = SCOREBOARD_NEW;
    int err;

    if (!board)
        return -ENOMEM;
    err = shmem_make(&board->shmem, name, group);
    if (err == -EEXIST) {
        err = shmem_take_over(&board->shmem, name, group);
        how = SCOREBOARD_TAKEN_OVER;
    }
    if (err == -EINVAL && how == SCOREBOARD_TAKEN_OVER) {
        err = shmem_replace(&board->shmem, name, group);
        how = SCOREBOARD_REPLACED;
    }
    board->layout = board->shmem.layout;
    if (err < 0) {
        scoreboard_close(board);
        return err;
    }
    if (how == SCOREBOARD_TAKEN_OVER)
        adopt(board);
    board->is_master = true;
    atomic_store_explicit(&board->layout->master, getpid(),
                          memory_order_relaxed);
    *origin = how;
    *into = board;
    return 0;
}

int scoreboard_open_readonly(struct scoreboard **into, const char *name)
{
    struct scoreboard *board = new_view(name);
    int err;

    if (!board)
        return -ENOMEM;
    err = shmem_open_readonly(&board->shmem, name);
    board->layout = board->shmem.layout;
    if (err < 0)
        scoreboard_close(board);
    else
        *into = board;
    return err;
}

void scoreboard_close(struct scoreboard *board)
{
    if (!board)
        return;
    if (board->owner != getpid())
        board->shmem.fd = -1;
    shmem_close(&board->shmem);
    free(board);
}

void scoreboard_unlink(struct scoreboard *board)
{
    int32_t master =
        atomic_load_explicit(&board->layout->master, memory_order_relaxed);

    if (board->owner == getpid() && master == getpid())
        shmem_unlink(&board->shmem, board->name);
}

int scoreboard_chgrp(struct scoreboard *board, gid_t group)
{
    return shmem_chgrp(&board->shmem, group);
}

void scoreboard_since(struct scoreboard *board, int64_t wall_s)
{
    if (scoreboard_since_wall(board) == 0)
        atomic_store_explicit(&board->layout->since_wall, wall_s,
                              memory_order_relaxed);
}

int64_t scoreboard_since_wall(const struct scoreboard *board)
{
    return atomic_load_explicit(&board->layout->since_wall,
                                memory_order_relaxed);
}

enum log_level scoreboard_log_level(const struct scoreboard *board)
{
    uint32_t level =
        atomic_load_explicit(&board->layout->log_level, memory_order_relaxed);

    return level <= LOG_DEBUG ? (enum log_level)level : LOG_ERROR;
}

void scoreboard_log_level_set(struct scoreboard *board, enum log_level level)
{
    atomic_store_explicit(&board->layout->log_level, level,
                          memory_order_relaxed);
}

struct section *scoreboard_own_section(struct scoreboard *board)
{
    return &board->section;
}

void scoreboard_publish(struct scoreboard *board)
{
    layout_publish(board->layout, &board->section);
}

bool scoreboard_section(const struct scoreboard *board, struct section *into)
{
    return layout_read_section(board->layout, into);
}

unsigned scoreboard_slots(const struct scoreboard *board)
{
    uint32_t used =
        atomic_load_explicit(&board->layout->slots_used, memory_order_acquire);

    if (board->is_master && board->owner == getpid())
        return board->given;
    return used < SCOREBOARD_SLOTS ? used : SCOREBOARD_SLOTS;
}

struct slot *scoreboard_slot(const struct scoreboard *board, unsigned number)
{
    if (number >= scoreboard_slots(board))
        return NULL;
    return layout_slot(board->layout, number);
}

unsigned scoreboard_number(const struct scoreboard *board,
                           const struct slot *slot)
{
    size_t at = (size_t)((const char *)slot - (const char *)board->layout);

    return (unsigned)((at - layout_header_size()) / layout_slot_size());
}

/* Memory for one slot more. */
static int give_one(struct scoreboard *board)
{
    int err;

    if (board->given == SCOREBOARD_SLOTS)
        return -EUSERS;
    err = shmem_give_memory(&board->shmem, board->given, 1);
    if (err == 0)
        err = guard_init(
            &layout_slot(board->layout, board->given)->inflight.guard);
    if (err < 0)
        return err;
    board->given++;
    atomic_store_explicit(&board->layout->slots_used, board->given,
                          memory_order_release);
    return 0;
}

/* The first free slot, with memory. */
static int find_free(struct scoreboard *board, struct slot **into)
{
    unsigned i = 0;

    while (i < board->given && board->taken[i])
        i++;
    if (i == board->given) {
        int err = give_one(board);

        if (err < 0)
            return err;
    }
    board->taken[i] = true;
    *into = layout_slot(board->layout, i);
    return 0;
}

int scoreboard_claim(struct scoreboard *board, enum role_id role,
                     uint64_t generation, uint64_t now_ms, struct slot **into)
{
    struct slot *slot = NULL;
    int err;

    if (!guard_try(&board->layout->structure, getpid()))
        return -EAGAIN;
    err = find_free(board, &slot);
    if (err == 0) {
        atomic_store_explicit(&slot->role, role, memory_order_relaxed);
        scoreboard_renew(board, slot, generation, now_ms);
        *into = slot;
    }
    guard_give(&board->layout->structure, getpid());
    return err;
}

void scoreboard_renew(struct scoreboard *board, struct slot *slot,
                      uint64_t generation, uint64_t now_ms)
{
    (void)board;
    slot_renew(slot, generation, now_ms);
}

void scoreboard_release(struct scoreboard *board, struct slot *slot)
{
    if (!slot)
        return;
    atomic_store_explicit(&slot->pid, 0, memory_order_relaxed);
    if (!guard_try(&board->layout->structure, getpid())) {
        slot_state_set(slot, SLOT_ENDED);
        return;
    }
    slot_state_set(slot, SLOT_FREE);
    board->taken[scoreboard_number(board, slot)] = false;
    guard_give(&board->layout->structure, getpid());
}

unsigned scoreboard_repair(struct scoreboard *board, int32_t dead)
{
    unsigned freed = guard_repair(&board->layout->structure, dead);
    unsigned slots = scoreboard_slots(board);

    for (unsigned i = 0; i < slots; i++)
        freed +=
            guard_repair(&layout_slot(board->layout, i)->inflight.guard, dead);
    return freed;
}

static bool is_known(const struct scoreboard *board, int32_t pid)
{
    for (unsigned i = 0; i < board->given; i++) {
        if (board->taken[i] && slot_pid(layout_slot(board->layout, i)) == pid)
            return true;
    }
    return pid == getpid();
}

/* Either nobody holds it and it is not free, or someone holds it whom nobody
 * knows (any more). A process between two steps looks like that for a moment,
 * so one looks twice. */
static void heal(struct scoreboard *board, struct guard *guard,
                 uint64_t *lost_since, uint64_t now_ms)
{
    int32_t holder = atomic_load_explicit(&guard->holder, memory_order_relaxed);
    bool is_lost =
        holder != 0 ? !is_known(board, holder) : guard_looks_lost(guard);

    if (!is_lost) {
        *lost_since = 0;
    } else if (*lost_since == 0) {
        *lost_since = now_ms;
    } else if (now_ms - *lost_since >= LOST_MS) {
        if (holder != 0)
            guard_repair(guard, holder);
        else
            guard_heal(guard, getpid());
        *lost_since = 0;
    }
}

/* An orphan is not our child, so its pid may be someone else's already: what it
 * held is left to heal, which then finds a holder that nobody knows. */
void scoreboard_tick(struct scoreboard *board, uint64_t now_ms)
{
    heal(board, &board->layout->structure, &board->lost_since[SCOREBOARD_SLOTS],
         now_ms);
    for (unsigned i = 0; i < board->given; i++) {
        struct slot *slot = layout_slot(board->layout, i);

        heal(board, &slot->inflight.guard, &board->lost_since[i], now_ms);
        if (!board->taken[i])
            continue;
        if (slot_state(slot) == SLOT_ENDED ||
            (slot_state(slot) == SLOT_ORPHANED && !slot_lives(slot)))
            scoreboard_release(board, slot);
    }
}

unsigned scoreboard_orphans(const struct scoreboard *board)
{
    unsigned slots = scoreboard_slots(board);
    unsigned orphans = 0;

    for (unsigned i = 0; i < slots; i++)
        orphans += slot_state(layout_slot(board->layout, i)) == SLOT_ORPHANED;
    return orphans;
}

bool scoreboard_has_orphan(const struct scoreboard *board, enum role_id role)
{
    unsigned slots = scoreboard_slots(board);

    for (unsigned i = 0; i < slots; i++) {
        const struct slot *slot = layout_slot(board->layout, i);

        if (slot_state(slot) == SLOT_ORPHANED &&
            atomic_load_explicit(&slot->role, memory_order_relaxed) == role)
            return true;
    }
    return false;
}

bool scoreboard_is_orphan(const struct scoreboard *board, int32_t pid)
{
    unsigned slots = scoreboard_slots(board);

    for (unsigned i = 0; i < slots; i++) {
        const struct slot *slot = layout_slot(board->layout, i);

        if (slot_state(slot) == SLOT_ORPHANED && slot_pid(slot) == pid)
            return true;
    }
    return false;
}

static bool is_stalled(const struct slot *slot, uint64_t now_ms)
{
    return slot_is_stalled(
        atomic_load_explicit(&slot->heartbeat_ms, memory_order_relaxed),
        now_ms);
}

uint64_t scoreboard_active(const struct scoreboard *board, uint64_t now_ms,
                           unsigned *workers)
{
    unsigned slots = scoreboard_slots(board);
    uint64_t active = 0;
    unsigned count = 0;

    for (unsigned i = 0; i < slots; i++) {
        const struct slot *slot = layout_slot(board->layout, i);
        uint32_t role = atomic_load_explicit(&slot->role, memory_order_relaxed);

        if (role != ROLE_WORKER || slot_state(slot) != SLOT_SERVING ||
            is_stalled(slot, now_ms))
            continue;
        active += slot_get(slot, COUNTER_active);
        count++;
    }
    *workers = count;
    return active;
}

bool scoreboard_try(struct scoreboard *board, int32_t pid)
{
    return guard_try(&board->layout->structure, pid);
}

int scoreboard_hold(struct scoreboard *board, int32_t pid, unsigned patience_ms)
{
    struct timespec deadline;

    clock_gettime(CLOCK_MONOTONIC, &deadline);
    deadline.tv_sec += patience_ms / 1000;
    deadline.tv_nsec += (long)(patience_ms % 1000) * 1000000;
    if (deadline.tv_nsec >= 1000000000) {
        deadline.tv_sec++;
        deadline.tv_nsec -= 1000000000;
    }
    return guard_wait(&board->layout->structure, pid, &deadline);
}

void scoreboard_let_go(struct scoreboard *board, int32_t pid)
{
    guard_give(&board->layout->structure, pid);
}
