/* zipped.h - bodies that gzip or gunzip another one (zlib's only includer) */
#ifndef PRONG_CONTENT_ZIPPED_H
#define PRONG_CONTENT_ZIPPED_H

#include "content/exchange.h"

/* The body becomes its gzip, at the location's level; what it costs is counted
 * in coded_from and coded_to. 0 or -ENOMEM. Of a HEAD request nothing is done,
 * for its body is not sent. */
int zipped_encode(struct exchange *x);

/* The body, a gzip (or several), becomes what it was made of. 0 or -ENOMEM. One
 * that is damaged ends with -EBADMSG on its way. */
int zipped_decode(struct exchange *x);

#endif
