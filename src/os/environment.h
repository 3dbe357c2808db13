/* environment.h - what surrounds a process: its variables, its folder, its
 * processors, its priority */
#ifndef PRONG_OS_ENVIRONMENT_H
#define PRONG_OS_ENVIRONMENT_H

#include "base/str.h"
#include "conf/conf.h"

/* Replaces the environment by TZ and what these rows keep or set. 0 or
 * -ENOMEM. */
int environment_set(const struct conf_env *env);

/* Binds the process to the processors of the mask, a text of 0 and 1 whose last
 * digit is processor 0. 0 or -errno. */
int environment_bind(struct str mask);

/* Binds it to one of the processors of the mask (the empty text: to one of
 * those that it may use now): the first for `index` 0, the next for 1, and from
 * the beginning again. */
int environment_bind_one(struct str mask, unsigned index);

/* setpriority(2). 0 or -errno. */
int environment_priority(int nice);

#endif
