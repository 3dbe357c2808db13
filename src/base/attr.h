/* attr.h - what the compiler is told, and two things the language lacks */
#ifndef PRONG_BASE_ATTR_H
#define PRONG_BASE_ATTR_H

#include <stddef.h>

/* The compiler checks the arguments against the format, as for printf. */
#define ATTR_PRINTF(text, first) __attribute__((format(printf, text, first)))
#define ATTR_UNUSED __attribute__((unused))
#define ATTR_NORETURN __attribute__((noreturn))
#define ATTR_MUST_CHECK __attribute__((warn_unused_result))

/* The number of elements of an array (never of a pointer). */
#define ARRAY_LEN(array) (sizeof(array) / sizeof((array)[0]))

/* The object of `type` whose `member` is at `pointer`. */
#define CONTAINER_OF(pointer, type, member)                                    \
    ((type *)(void *)((char *)(pointer)-offsetof(type, member)))

#endif
