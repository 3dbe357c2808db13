/* expires.h - how the directive expires writes a time */
#ifndef PRONG_CONF_EXPIRES_H
#define PRONG_CONF_EXPIRES_H

#include "base/str.h"
#include "conf/answers.h"

/* Reads "off", "epoch", "max", "@15h30m", "24h", "+1d" or "-1". `into->kind`
 * must be ACCESS, or MODIFIED when that word stood before it. NULL, or what is
 * wrong with it in nginx's words; then `into` is as it was. */
const char *expires_parse(struct conf_expires *into, struct str text);

#endif
