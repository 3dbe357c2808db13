/* dates.h - the present time as the texts that answers and logs show
 *
 * Each is made once a second at most, so that a request pays a comparison. */
#ifndef PRONG_CONTENT_DATES_H
#define PRONG_CONTENT_DATES_H

#include <time.h>

#include "base/str.h"

enum dates_form {
    DATES_HTTP,    /* Fri, 20 Nov 2026 07:06:11 GMT */
    DATES_LOG,     /* 20/Nov/2026:07:06:11 +0000, local: $time_local */
    DATES_ISO8601, /* 2026-11-20T07:06:11+00:00, local: $time_iso8601 */
    DATES_FORMS
};

struct dates_entry {
    time_t second;
    unsigned char len; /* 0: not made yet */
    char text[31];
};

/* The zero value knows no time yet. */
struct dates {
    struct dates_entry entries[DATES_FORMS];
};

/* The text of `now`, valid until the next call for the same form. */
struct str dates_text(struct dates *d, enum dates_form form, time_t now);

#endif
