/* scoreboard.h - the one shared memory object: what every process is doing
 *
 * Made by the master before it forks; children inherit the mapping. Layout: a
 * header that describes itself (magic written last, layout version, name, kind
 * and offset of each counter), the structure's guard, the master's section, up
 * to 256 slots. The object is as long as all of it from the start, but a slot
 * has memory only once it was claimed, and only those are ever touched.
 *
 * The structure (claim, release) is behind its guard; the master, which alone
 * changes it, tries and returns by timer. Nobody believes a length, an offset
 * or a pid that stands there unchecked. */
#ifndef PRONG_IPC_SCOREBOARD_H
#define PRONG_IPC_SCOREBOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/log.h"
#include "base/str.h"
#include "ipc/role.h"
#include "ipc/section.h"
#include "ipc/slot.h"

enum { SCOREBOARD_SLOTS = 256, SCOREBOARD_NAME = 32 };

struct scoreboard; /* one process's view of it; the master's owns the name */

enum scoreboard_origin {
    SCOREBOARD_NEW,
    SCOREBOARD_TAKEN_OVER, /* of a master that died: figures go on */
    SCOREBOARD_REPLACED,   /* something was there that could not be used */
};

/* "/prong.0123456789abcdef" from the absolute path of the pid file. */
void scoreboard_name(char into[SCOREBOARD_NAME], struct str pid_path);

/* Makes the object, or takes over the one that a dead master left: it must be a
 * regular file of our own uid, mode, size, layout and magic. The caller holds
 * the instance's lock. What is ours but of no use is replaced; what belongs to
 * another user is replaced by root and refused to others.
 * `group` (or (gid_t)-1) may read it. 0, or -errno: -ENOSPC when /dev/shm is
 * full, -EPERM for another user's object. */
int scoreboard_create(struct scoreboard **into, const char *name, gid_t group,
                      enum scoreboard_origin *origin);

/* `now` of a wall clock: since when is counted. Set once; keeps its first value
 * across a takeover. */
void scoreboard_since(struct scoreboard *board, int64_t wall_s);

/* For -s and other programs outside the family: read only, no guard is ever
 * taken. -ENOENT; -EINVAL for what is no scoreboard of this layout. */
int scoreboard_open_readonly(struct scoreboard **into, const char *name);

/* Unmaps; NULL is fine. The object stays. */
void scoreboard_close(struct scoreboard *board);

/* The clean stop: removes the name, if it is still that of this master's object
 * and its section still names this process. */
void scoreboard_unlink(struct scoreboard *board);

/* May `group` change what may read (a reload)? 0 or -errno. */
int scoreboard_chgrp(struct scoreboard *board, gid_t group);

/* Gives memory to a free slot and makes it a process's: gauges zeroed, `since`
 * taken, state SLOT_STARTING. Its pid comes later (slot_begin). The master.
 * 0; -EAGAIN: a child holds the structure, come again in some milliseconds;
 * -EUSERS: all 256 are taken; -ENOSPC: /dev/shm is full. */
int scoreboard_claim(struct scoreboard *board, enum role_id role,
                     uint64_t generation, uint64_t now_ms, struct slot **into);

/* The same slot for the next process of the same place, after a crash. Needs
 * no guard. */
void scoreboard_renew(struct scoreboard *board, struct slot *slot,
                      uint64_t generation, uint64_t now_ms);

/* The slot is free for others; its figures and its log ring stay. When a child
 * holds the structure it becomes SLOT_ENDED and scoreboard_tick frees it. */
void scoreboard_release(struct scoreboard *board, struct slot *slot);

/* Frees every guard that this process held. The master, for each child that it
 * reaped, and before it forks again. Says how many. */
unsigned scoreboard_repair(struct scoreboard *board, int32_t dead);

/* The master, once a second: heals guards that were lost, or held by a process
 * that nobody knows, for longer than a second; frees ended slots and those of
 * orphans that are gone. */
void scoreboard_tick(struct scoreboard *board, uint64_t now_ms);

/* Slots that have memory: each below this number may be looked at. The master
 * goes by what it knows itself. */
unsigned scoreboard_slots(const struct scoreboard *board);

/* NULL for a number that has none. */
struct slot *scoreboard_slot(const struct scoreboard *board, unsigned number);
unsigned scoreboard_number(const struct scoreboard *board,
                           const struct slot *slot);

/* How many processes of a dead master still run. */
unsigned scoreboard_orphans(const struct scoreboard *board);

/* Is one of this role among them? Two loggers must not drain the same rings. */
bool scoreboard_has_orphan(const struct scoreboard *board, enum role_id role);

/* Is `pid` one of them? For the ports that they still hold. */
bool scoreboard_is_orphan(const struct scoreboard *board, int32_t pid);

/* Connections open in all serving workers, and how many workers those are: for
 * sharing the listening socket fairly. One whose heartbeat is older than 1.5 s
 * is stalled, takes none and does not count. */
uint64_t scoreboard_active(const struct scoreboard *board, uint64_t now_ms,
                           unsigned *workers);

/* Keeps the structure as it is if nobody has it: for a moment, never across
 * anything that waits. */
bool scoreboard_try(struct scoreboard *board, int32_t pid);

/* A child that wants the structure to stand still while it looks; waits no
 * longer than `patience_ms`. 0 or -ETIMEDOUT. */
int scoreboard_hold(struct scoreboard *board, int32_t pid,
                    unsigned patience_ms);
void scoreboard_let_go(struct scoreboard *board, int32_t pid);

/* The level of the error log: a word that everyone reads. */
enum log_level scoreboard_log_level(const struct scoreboard *board);
void scoreboard_log_level_set(struct scoreboard *board, enum log_level level);

/* The master's own copy of its section: change it, then publish. */
struct section *scoreboard_own_section(struct scoreboard *board);
void scoreboard_publish(struct scoreboard *board);

/* A whole copy of what was published, checked; never waits. False only when
 * the master publishes faster than one can read, or never did. */
bool scoreboard_section(const struct scoreboard *board, struct section *into);

/* Since when is counted: CLOCK_REALTIME, seconds. */
int64_t scoreboard_since_wall(const struct scoreboard *board);

#endif
