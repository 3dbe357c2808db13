/* processors.h - how many workers this machine, or this container, has room
 * for */
#ifndef PRONG_OS_PROCESSORS_H
#define PRONG_OS_PROCESSORS_H

#include "base/buf.h"
#include "base/str.h"

/* The smaller of the CPU affinity and the cgroup's CPU quota (v1 and v2), the
 * quota rounded up; at least 1. */
unsigned processors_available(void);

/* Pure. How many processors "200000 100000" (cpu.max: quota and period in
 * microseconds) grants, rounded up; 0 for "max ...", for -1 and for what is no
 * quota. */
unsigned processors_quota(struct str text);

/* Pure. Appends the path of this process's group under a mounted hierarchy, as
 * /proc/self/cgroup tells it: of version 2 ("0::PATH"), or of version 1's `cpu`
 * controller. False when it is not there. */
bool processors_group(struct buf *into, struct str cgroups, bool version_2);

#endif
