/* stubstatus.h - nginx's page of seven figures, which exporters read */
#ifndef PRONG_CONTENT_STUBSTATUS_H
#define PRONG_CONTENT_STUBSTATUS_H

#include "content/exchange.h"
#include "http/status.h"

/* HTTP_NONE with the answer settled; 405; or 503 when memory ran out. */
enum http_status stubstatus_answer(struct exchange *x);

#endif
