/* privilege.h - what a child gives up and what the system grants it */
#ifndef PRONG_OS_PRIVILEGE_H
#define PRONG_OS_PRIVILEGE_H

#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

/* Becomes this user, with the groups of the account `name` (may be NULL: the
 * one group alone), for good: a way back that still works is -EPERM. Only root
 * can. */
int privilege_drop(uid_t user, gid_t group, const char *name);

/* No exec will ever give more rights again. In children only: in the master it
 * would strip a new binary of its file capabilities. */
int privilege_seal(void);

/* Core dumps stay possible after the user changed. */
void privilege_allow_core(void);

/* Sets the soft and the hard limit; where the hard one cannot be raised, the
 * soft one goes up to it. -errno when `value` was not reached. */
int privilege_limit(int resource, uint64_t value);

#endif
