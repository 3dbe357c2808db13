/* value.h - sizes and times as nginx writes them: 8k, 1m, 30s, 1h30m */
#ifndef PRONG_CONF_VALUE_H
#define PRONG_CONF_VALUE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

/* Bytes: digits, then nothing or one of k m g in either case. False, with
 * `bytes` as it was, for anything else and for what does not fit in 63 bits. */
bool value_size(struct str text, uint64_t *bytes);

/* Milliseconds: numbers with units in falling order (y M w d h m s ms), spaces
 * between them; a bare number, once and last, is seconds. False as above. */
bool value_time(struct str text, uint64_t *ms);

/* "on" or "off", in any case. */
bool value_flag(struct str text, bool *on);

#endif
