/* regex.h - regular expressions: compiled once, matched often, never for long
 *
 * Bytes, not characters, as nginx has it; a pattern that begins with (*UTF)
 * asks for characters. */
#ifndef PRONG_BASE_REGEX_H
#define PRONG_BASE_REGEX_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"

struct regex;

/* Why a pattern was refused, and the byte of it where that was seen. */
struct regex_error {
    char text[128];
    size_t offset;
};

enum regex_verdict {
    REGEX_MATCHES,
    REGEX_MISSES,
    REGEX_EXCEEDED, /* a limit on time or memory ended it: neither is known */
};

/* Compiles a pattern. 0; -EINVAL, when `error` says why; or -ENOMEM. Where the
 * system lets no process make code, the pattern is interpreted. */
int regex_new(struct regex **into, struct str pattern, bool nocase,
              struct regex_error *error);

void regex_free(struct regex *r);

/* How many groups the pattern has, the whole match not counted. */
unsigned regex_groups(const struct regex *r);

/* The named group at position `at` of their list, or the empty text behind its
 * end; `group` becomes its number. The name lives as long as the pattern. */
struct str regex_name(const struct regex *r, unsigned at, unsigned *group);

/* Looks for the pattern in the subject. When it matches, groups[0] becomes the
 * whole match and groups[n] the n-th group, as far as `room` goes; those that
 * took no part, or are not there, are the empty text with a NULL `at`. They
 * point into the subject. Not for two threads at once. */
enum regex_verdict regex_match(const struct regex *r, struct str subject,
                               struct str *groups, unsigned room);

#endif
