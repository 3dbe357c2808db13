/* fields.h - the fields that a level adds to its answers, and what it takes
 * over of those around it */
#ifndef PRONG_CONF_FIELDS_H
#define PRONG_CONF_FIELDS_H

#include "conf/reader.h"

/* The `set` of add_header and add_trailer; the field is the level's `struct
 * conf_fields *`. */
int fields_add(struct reader *r, void *field);

/* add_header_inherit and add_trailer_inherit: called before and after the rows
 * of `into` were inherited from `from`. */
struct fields_said {
    bool headers, trailers;
};
struct fields_said fields_said(const struct settings *into);
void fields_inherit(struct settings *into, const struct settings *from,
                    struct fields_said said);

#endif
