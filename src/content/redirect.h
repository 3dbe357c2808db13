/* redirect.h - where an answer sends the client: the value of Location */
#ifndef PRONG_CONTENT_REDIRECT_H
#define PRONG_CONTENT_REDIRECT_H

#include "content/exchange.h"

/* 301, 302, 303, 307 or 308? */
bool redirect_is_status(unsigned status);

/* Sets the answer's Location to a target as the configuration gave it, made
 * absolute as absolute_redirect and its kin ask when it begins with a slash.
 * Nothing in it can begin a line of its own. False when memory ran out. */
bool redirect_to(struct exchange *x, struct str target);

/* The same for the directory that the path names without its slash. */
bool redirect_to_directory(struct exchange *x);

#endif
