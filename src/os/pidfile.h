/* pidfile.h - one instance: the lock decides, the pid file's text informs
 *
 * The lock is an OFD write lock on the pid file's name with ".lock" for ".pid".
 * It belongs to the open file, so that exec keeps it and any process that still
 * holds the descriptor holds the lock: children close it first thing. */
#ifndef PRONG_OS_PIDFILE_H
#define PRONG_OS_PIDFILE_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/str.h"

/* The zero value holds nothing. */
struct pidfile {
    char path[PATH_MAX];
    char lock_path[PATH_MAX];
    int lock; /* 0: not held */
    bool written;
};

/* "run/prong.pid" and ".lock" give "run/prong.lock"; where the path does not
 * end in ".pid", `suffix` is appended. False when it does not fit. */
bool pidfile_sibling(struct str path, const char *suffix, char *into,
                     size_t room);

/* Takes the lock, making its file where there is none. -EWOULDBLOCK when
 * another process holds it; -errno with the reason in nginx's words in `why`.
 */
int pidfile_lock(struct pidfile *p, struct str path, struct buf *why);

/* Who may ask the lock: the file gets this group. */
void pidfile_set_group(struct pidfile *p, gid_t group);

/* What is known of a pid file that is there already. */
struct pidfile_facts {
    pid_t pid; /* 0: the file is empty; -1: it holds something else */
    pid_t own; /* the pid of whoever asks */
    bool alive;
    int64_t started_ns; /* the process */
    int64_t written_ns; /* the file */
};

enum pidfile_verdict {
    PIDFILE_STALE,   /* may be replaced */
    PIDFILE_OTHERS,  /* belongs to a process that lives */
    PIDFILE_FOREIGN, /* is no pid file at all */
};

/* Pure, asked while the lock is held: whose is the file? */
enum pidfile_verdict pidfile_judge(const struct pidfile_facts *facts);

/* Refuses (-EEXIST, the reason in `why`) a pid file that belongs to another
 * process. Whether the lock is held was settled before. */
int pidfile_check(const struct pidfile *p, struct buf *why);

/* Writes the file under a temporary name and renames it. 0 or -errno. */
int pidfile_write(struct pidfile *p, pid_t pid);

/* Removes pid file and lock file and gives the lock back. */
void pidfile_remove(struct pidfile *p);

/* Does anybody hold the lock of this pid file? 1, 0, or -errno when it cannot
 * be asked (-ENOENT: there is no lock file). */
int pidfile_is_held(struct str path);

/* The pid in the file; 0 when it is empty, -EINVAL when it is no number, or
 * another -errno. */
pid_t pidfile_read(const char *path);

#endif
