/* browser.h - is the client's browser a modern one? */
#ifndef PRONG_CONTENT_BROWSER_H
#define PRONG_CONTENT_BROWSER_H

#include <stdbool.h>

#include "content/exchange.h"

struct settings;

/* Does the location call a browser with this User-Agent (`at` NULL: without
 * one) modern? */
bool browser_is_modern(const struct settings *s, struct str agent);

/* What $modern_browser is worth, or $ancient_browser; empty when the browser
 * is the other. */
struct str browser_value(const struct exchange *x, bool modern);

/* Is it an MSIE 4 or 5, or 6 before its service pack? */
bool browser_is_msie6(struct str agent);

/* Is it a Safari on a Mac, and none of those that say so too? */
bool browser_is_safari(struct str agent);

/* Does it call itself an MSIE, and not Opera? */
bool browser_is_msie(const struct exchange *x);

#endif
