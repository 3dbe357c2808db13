/* access.h - may this client have what it asks for? allow, deny, satisfy */
#ifndef PRONG_CONTENT_ACCESS_H
#define PRONG_CONTENT_ACCESS_H

#include "content/exchange.h"

struct settings;

/* What is told of access for this method: the location's settings, or those of
 * its limit_except. */
const struct settings *access_settings(const struct exchange *x);

/* HTTP_NONE when the client may go on (or has to wait: x->wait), else the
 * status of the refusal, which was logged. */
enum http_status access_check(struct exchange *x);

#endif
