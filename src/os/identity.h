/* identity.h - is a process still the one that it was?
 *
 * A pid alone names nobody for long: with the start time and the user it does.
 */
#ifndef PRONG_OS_IDENTITY_H
#define PRONG_OS_IDENTITY_H

#include <stdbool.h>
#include <stdint.h>

struct identity {
    int32_t pid;
    uint32_t uid;        /* effective */
    uint64_t start_time; /* clock ticks since boot, as /proc has it */
};

/* Looks the process up. 0, or -ESRCH when there is none (a zombie is none), or
 * -errno when /proc does not tell. */
int identity_of(struct identity *into, int32_t pid);

/* Does that very process still run? Not where /proc does not tell. */
bool identity_lives(const struct identity *who);

#endif
