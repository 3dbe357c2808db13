/* password.h - is this the password that a hash was made of? */
#ifndef PRONG_CONTENT_PASSWORD_H
#define PRONG_CONTENT_PASSWORD_H

#include <stdbool.h>

#include "base/str.h"

/* The hash is {PLAIN}, {SHA}, {SSHA}, $apr1$, or what crypt(3) knows. Both
 * texts are ended by NUL. Takes the same time however much of it agrees. May
 * run in any thread. */
bool password_matches(struct str password, struct str hash);

/* Is a check of the hash expected to take longer than a millisecond? */
bool password_is_costly(struct str hash);

#endif
