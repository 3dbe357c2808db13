/* date.h - the ways HTTP and its logs write an instant */
#ifndef PRONG_HTTP_DATE_H
#define PRONG_HTTP_DATE_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "base/buf.h"
#include "base/str.h"

enum { DATE_LEN = 29 };

/* "Fri, 20 Nov 2026 07:06:11 GMT" (RFC 9110 section 5.6.7) into DATE_LEN bytes
 * without a NUL. Seconds since 1970; kept within the years 1 to 9999. */
void date_write(char into[DATE_LEN], int64_t seconds);

/* The same at the end of a buffer. */
void date_put(struct buf *into, int64_t seconds);

/* Reads any of the three forms of RFC 9110 section 5.6.7. `now` places the
 * two-digit years. False, with `seconds` as it was, for anything else. */
bool date_parse(struct str text, int64_t now, int64_t *seconds);

/* UTC without the C library's time zone: all fields of `into`, tm_gmtoff 0. */
void date_civil(struct tm *into, int64_t seconds);

/* "20/Nov/2026:07:06:11 +0000" and "2026-11-20T07:06:11+00:00"; tm_gmtoff gives
 * the zone. */
void date_put_log(struct buf *into, const struct tm *local);
void date_put_iso8601(struct buf *into, const struct tm *local);

#endif
