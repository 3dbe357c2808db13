/* listtext.h - a listing for programs: JSON, JSONP and XML, byte for byte what
 * nginx makes of one */
#ifndef PRONG_CONTENT_LISTTEXT_H
#define PRONG_CONTENT_LISTTEXT_H

#include <stdbool.h>

#include "base/buf.h"
#include "conf/answers.h"
#include "content/listing.h"

/* The name of the function that JSONP shall call: "callback" among the
 * arguments; empty where there is none. False when it is no name. */
bool listtext_callback(struct str args, struct str *callback);

/* The media type of a listing; of a page for people too. */
struct str listtext_type(enum conf_autoindex format, struct str callback);

/* Its beginning, each entry (`is_last`: none follows), its end. */
void listtext_begin(struct buf *into, enum conf_autoindex format,
                    struct str callback);
void listtext_entry(struct buf *into, enum conf_autoindex format,
                    const struct listing_entry *e, bool is_last);
void listtext_end(struct buf *into, enum conf_autoindex format,
                  struct str callback);

#endif
