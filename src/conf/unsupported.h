/* unsupported.h - what prong does not do is said, never passed over
 *
 * Rows of the classes W and R leave notes while the files are read; when all is
 * known ("unsupported stub" may come last, a *_pass behind its settings) they
 * are said in one go. */
#ifndef PRONG_CONF_UNSUPPORTED_H
#define PRONG_CONF_UNSUPPORTED_H

#include "conf/reader.h"

/* The directive at hand is one of the class: notes it. 0 or -ENOMEM. */
int unsupported_warned(struct reader *r);

/* The same; "off" needs no note. Marks the level so that its locations answer
 * 501, should it come to that. */
int unsupported_refused(struct reader *r);

/* One of a later version: -EINVAL (logged), but 0 where it says no more than
 * the default. */
int unsupported_later(struct reader *r);

/* Says it all: a line at warn for each name of W, a line at emerg for each use
 * of an R, which counts as an error. 0 or -ENOMEM. */
int unsupported_report(struct reader *r);

#endif
