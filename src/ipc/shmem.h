/* shmem.h - the shared memory object itself: its name, owner, mode and memory
 *
 * tmpfs gives memory when a page is touched, and where there is none the
 * process gets a SIGBUS: so memory is asked for first, part by part. */
#ifndef PRONG_IPC_SHMEM_H
#define PRONG_IPC_SHMEM_H

#include <sys/types.h>

#include "ipc/layout.h"

/* The zero value with fd -1 is closed. */
struct shmem {
    int fd;
    struct layout *layout; /* all of it is mapped */
};

/* A new object, mode 0640, its header written. -EEXIST when the name is taken;
 * -ENOSPC. What fails half-way leaves nothing behind. */
int shmem_make(struct shmem *m, const char *name, gid_t group);

/* The object that stands there, if it is ours by user, mode, size, layout and
 * magic; the slots in use have memory then. -EINVAL for one that may be
 * replaced (ours, or anyone's for root), -EPERM for another user's. */
int shmem_take_over(struct shmem *m, const char *name, gid_t group);

/* Removes what stands there and makes a new one. */
int shmem_replace(struct shmem *m, const char *name, gid_t group);

int shmem_open_readonly(struct shmem *m, const char *name);

/* Gives memory to `count` slots from number `first` on. 0 or -ENOSPC. */
int shmem_give_memory(struct shmem *m, unsigned first, unsigned count);

int shmem_chgrp(struct shmem *m, gid_t group);

/* Removes the name, if it is still the name of this object. */
void shmem_unlink(struct shmem *m, const char *name);

void shmem_close(struct shmem *m);

#endif
