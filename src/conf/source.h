/* source.h - the files that a configuration is made of */
#ifndef PRONG_CONF_SOURCE_H
#define PRONG_CONF_SOURCE_H

#include "conf/reader.h"

/* Reads one file on the current level: 0, -EINVAL (logged), -ENOMEM. A file
 * that includes itself, however many files lie between, is refused. */
int source_read(struct reader *r, struct str path);

#endif
