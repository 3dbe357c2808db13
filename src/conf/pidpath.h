/* pidpath.h - the pid file's path out of a configuration that may be wrong
 *
 * A running prong must be found and stopped though somebody is in the middle of
 * editing its file. */
#ifndef PRONG_CONF_PIDPATH_H
#define PRONG_CONF_PIDPATH_H

#include "conf/conf.h"

/* The absolute path that "pid" of the main context says, in -g, in the file or
 * in what it includes there; else the default. Ended by NUL, in the arena; `at`
 * is NULL when memory ran out. Errors of the file are passed over. */
struct str pidpath_find(const struct conf_request *request,
                        struct arena *arena);

#endif
