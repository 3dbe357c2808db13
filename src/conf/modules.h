/* modules.h - which of nginx's modules have their counterpart here? */
#ifndef PRONG_CONF_MODULES_H
#define PRONG_CONF_MODULES_H

#include "base/buf.h"

/* In the words of nginx's configure, each behind a blank: --with-… for what it
 * builds on request only and is here, --without-… for what it builds by itself
 * and is not. Programs that look after nginx read it. */
void modules_put(struct buf *into);

#endif
