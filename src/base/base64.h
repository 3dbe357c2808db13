/* base64.h - bytes written with 64 letters (RFC 4648 section 4) */
#ifndef PRONG_BASE_BASE64_H
#define PRONG_BASE_BASE64_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/str.h"

/* Appends what the text stands for; padding may be missing. False, with
 * nothing of use appended, for what is not base64. */
bool base64_decode(struct buf *into, struct str text);

#endif
