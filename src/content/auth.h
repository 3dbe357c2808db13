/* auth.h - does the client know a name and its password? (RFC 7617) */
#ifndef PRONG_CONTENT_AUTH_H
#define PRONG_CONTENT_AUTH_H

#include "content/exchange.h"

struct settings;

enum auth_verdict {
    AUTH_NOT_ASKED, /* nothing is to be known here */
    AUTH_GOOD,
    AUTH_WAIT,    /* x->wait says for what; ask again when that is over */
    AUTH_REFUSED, /* with this status; the log says why */
};

/* Checks what the client sent against the user file of the settings, as it is
 * now. With 401 the answer's challenge is set, after auth_delay. `status` is
 * written with AUTH_REFUSED only. A check that would hold up the loop is made
 * off it, where the env has threads. */
enum auth_verdict auth_check(struct exchange *x, const struct settings *s,
                             enum http_status *status);

/* The exchange ends or begins anew: nobody waits for its check any more. */
void auth_forget(struct exchange *x);

#endif
