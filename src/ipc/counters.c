/* counters.c - names, kinds and explanations of the figures */
#include "ipc/counters.h"

#include <assert.h>
#include <stddef.h>

#include "base/attr.h"

static const struct row {
    const char *name;
    const char *help;
    enum counter_kind kind;
    unsigned status;
} rows[] = {
#define COUNTER_ROW(name, kind, help) {#name, help, kind, 0},
    COUNTERS(COUNTER_ROW)
#undef COUNTER_ROW
#define COUNTER_CODE(code)                                                     \
    {"status_" #code, "answers with status " #code, COUNTER, code},
        COUNTERS_OF_STATUS(COUNTER_CODE)
#undef COUNTER_CODE
            {"status_other", "answers with another status", COUNTER, 0},
};

_Static_assert(ARRAY_LEN(rows) == COUNTER_COUNT, "one row for each figure");

const char *counter_name(enum counter c)
{
    assert(c < COUNTER_COUNT);
    return rows[c].name;
}

const char *counter_help(enum counter c)
{
    assert(c < COUNTER_COUNT);
    return rows[c].help;
}

enum counter_kind counter_kind(enum counter c)
{
    assert(c < COUNTER_COUNT);
    return rows[c].kind;
}

enum counter counter_of_status(unsigned status)
{
    switch (status) {
#define COUNTER_CODE(code)                                                     \
    case code:                                                                 \
        return COUNTER_status_##code;
        COUNTERS_OF_STATUS(COUNTER_CODE)
#undef COUNTER_CODE
    default:
        return COUNTER_status_other;
    }
}

enum counter counter_of_class(unsigned status)
{
    switch (status / 100) {
    case 1:
        return COUNTER_responses_1xx;
    case 2:
        return COUNTER_responses_2xx;
    case 3:
        return COUNTER_responses_3xx;
    case 4:
        return COUNTER_responses_4xx;
    default:
        return COUNTER_responses_5xx;
    }
}

unsigned counter_status(enum counter c)
{
    assert(c < COUNTER_COUNT);
    return rows[c].status;
}
